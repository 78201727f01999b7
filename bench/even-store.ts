import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Bucket } from '../sandbox/http/bucket.ts';

/** The rate limit of a store, and how long its pages take. */
export interface Limits {
  /** Calls that the bucket holds, and calls that leak a second. */
  readonly size: number;
  readonly leak: number;
  /** Seconds that a page takes, 10 % more or less. */
  readonly latency: number;
}

export interface EvenStore {
  readonly url: string;
  /** Of its first row; as the configuration takes it. */
  readonly firstDay: string;
  readonly requests: () => number;
  /** Of those, how many were 429. */
  readonly refused: () => number;
  readonly close: () => Promise<void>;
}

const seconds = 1_000;
const day = 86_400 * seconds;
const span = 3 * 365 * day;
/** Midnight three years before the last one. */
const firstDay = Math.floor(Date.now() / day) * day - span;

/**
 * A server that knows little more than a rate limit: small rows, evenly over three years, listed in order of
 * `updated_at`. It takes little of the machine that it shares with what it measures.
 * @param sizes rows of each list, by its path
 */
export async function startEvenStore(
  sizes: Readonly<Record<string, number>>,
  { size, leak, latency }: Limits,
): Promise<EvenStore> {
  const bucket = new Bucket(size, leak, performance.now());
  let [requests, refused] = [0, 0];

  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://store');
    const count = sizes[pathname] ?? 0;
    const step = Math.floor(span / count);
    const places = ['updated_at_min', 'updated_at_max'].map((name) => {
      const time = searchParams.get(name);
      return time === null ? undefined : (Date.parse(time) - firstDay) / step;
    });
    const [first = 0, end = 0] = searchParams.get('cursor')?.split('-').map(Number) ?? [
      Math.max(0, Math.ceil(places[0] ?? 0)),
      Math.min(count, Math.floor(places[1] ?? count) + 1),
    ];
    requests += 1;
    const { admitted, used } = bucket.take(performance.now());
    const headers = { 'x-recharge-limit': `${used}/${size}` };
    if (!admitted) refused += 1;
    const last = Math.min(end, first + Number(searchParams.get('limit')));
    const answer = () =>
      admitted
        ? send(response, 200, headers, {
            [pathname.slice(1)]: rowsOf(first, last, step),
            next_cursor: last < end ? `${last}-${end}` : null,
          })
        : send(response, 429, headers, { warning: 'too many requests' });
    setTimeout(answer, latency * seconds * (0.9 + 0.2 * Math.random()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    firstDay: new Date(firstDay).toISOString(),
    requests: () => requests,
    refused: () => refused,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function rowsOf(first: number, end: number, step: number): unknown[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => {
    const at = new Date(firstDay + (first + index) * step).toISOString();
    return { id: first + index + 1, created_at: at, updated_at: at };
  });
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: object): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
}
