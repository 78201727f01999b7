import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** Whole numbers from 0 to below the argument. */
export type Roll = (below: number) => number;

/** A request, and what the store says to it. */
export interface Honest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * What is left of an answer: all that it has to say, or nothing to use. Undefined where the fault does not apply to it;
 * nothing has been sent then.
 */
type Left = 'usable' | 'broken' | undefined;
type Spoil = (honest: Honest, response: ServerResponse, roll: Roll) => Left;

const html = '<html><head><title>Just a moment</title></head><body>Be right back</body></html>';
const json = { 'Content-Type': 'application/json' };

function say(response: ServerResponse, status: number, body: string | Buffer, headers = {}): 'broken' {
  const length = { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { ...json, ...length, ...headers }).end(body);
  return 'broken';
}

/** Up to some byte within it. */
function partOf(body: Buffer, roll: Roll): Buffer {
  return body.subarray(0, 1 + roll(Math.max(1, body.length - 1)));
}

/** The headers that the store sent, but for how long its body is. */
export function kept({ 'x-recharge-limit': limit, link }: IncomingHttpHeaders): Record<string, string> {
  return {
    ...json,
    ...(limit && { 'X-Recharge-Limit': String(limit) }),
    ...(link && { Link: String(link) }),
  };
}

/** The body with a change of its JSON. */
function changed({ body }: Honest, change: (body: Record<string, unknown>) => void): string {
  const value = JSON.parse(body.toString()) as Record<string, unknown>;
  change(value);
  return JSON.stringify(value);
}

/** Sends a part of the body and no end of it; what becomes of the connection then is for the fault. */
function begin(honest: Honest, response: ServerResponse, roll: Roll, headers: object, then: () => void) {
  response.writeHead(200, { ...json, ...headers });
  response.write(partOf(honest.body, roll), then);
  return 'broken' as const;
}

/** Each leaves a body that can be read, or not. */
const lies: readonly Spoil[] = [
  ...['0/1', '4000000/40', '39/40', 'many', '-3/40', ''].map(
    (limit): Spoil =>
      (honest, response) => {
        say(response, 200, honest.body, { ...kept(honest.headers), 'X-Recharge-Limit': limit });
        return 'usable';
      },
  ),
  ...['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 01 Jan 2100 00:00:00 GMT', 'yesterday'].map(
    (date): Spoil =>
      (honest, response) => {
        say(response, 200, honest.body, { ...kept(honest.headers), Date: date });
        return 'usable';
      },
  ),
  (honest, response) => {
    say(response, 200, honest.body, { ...kept(honest.headers), 'Content-Type': 'text/html' });
    return 'usable';
  },
  (honest, response) => {
    say(response, 200, honest.body, { ...kept(honest.headers), Link: '<http://[>; rel="next"' });
    return 'usable';
  },
  ...[-9, 9].map(
    (more): Spoil =>
      ({ body, headers }, response) => {
        response.writeHead(200, { ...kept(headers), 'Content-Length': body.length + more });
        response.write(body, () => response.destroy());
        return 'broken';
      },
  ),
  (honest, response) => say(response, 200, honest.body, { 'Content-Encoding': 'gzip' }),
  (_honest, response, roll) =>
    say(response, roll(2) === 0 ? 429 : 503, '{}', { 'Retry-After': ['99999999', '9'.repeat(400)][roll(2)] }),
];

/** How an answer goes wrong, by the name that the table has. */
export const faults = {
  reset: (_honest, response) => {
    response.socket?.resetAndDestroy();
    return 'broken';
  },
  cut: (honest, response, roll) =>
    begin(honest, response, roll, { 'Content-Length': honest.body.length }, () => response.destroy()),
  'clean cut': ({ body }, response, roll) => say(response, 200, partOf(body, roll)),
  'chunk abort': (honest, response, roll) =>
    begin(honest, response, roll, {}, () => response.socket?.resetAndDestroy()),
  stall: (honest, response, roll) =>
    begin(honest, response, roll, { 'Content-Length': honest.body.length }, () => {}),
  silence: () => 'broken',
  'bad JSON': ({ body }, response, roll) => {
    const at = roll(body.length);
    const bad = ['\u0000', '<!-- -->', 'NaN', '{'][roll(4)] ?? '';
    return say(response, 200, Buffer.concat([body.subarray(0, at), Buffer.from(bad)]));
  },
  'missing key': (_honest, response) => say(response, 200, '{"next_cursor":null,"previous_cursor":null}'),
  'wrong list': ({ path }, response, roll) =>
    say(response, 200, `{"next_cursor":null,"${path.slice(1)}":${['null', '[1]', '{}', '"[]"'][roll(4)]}}`),
  'vanished cursor': (honest, response) => {
    const { link } = honest.headers;
    const body = changed(honest, (value) => delete value['next_cursor']);
    if (link === undefined && body.length === honest.body.toString().length) return undefined;
    say(response, 200, body, { ...kept({ ...honest.headers, link: undefined }) });
    return 'usable';
  },
  'dead cursor': ({ query }, response, roll) => {
    if (!query.has('cursor') && !query.has('page_info')) return undefined;
    const status = [400, 404, 410, 422][roll(4)] ?? 422;
    return say(response, status, '{"errors":{"cursor":["Invalid value"]}}');
  },
  'status 409': (_honest, response) =>
    say(response, 409, '{"error":"A call to this route is already in progress."}'),
  // Without a Retry-After it holds every stream for a second or more, which no preload shortens.
  'status 429': (_honest, response, roll) =>
    say(response, 429, '{"warning":"too many requests"}', {
      ...(roll(50) > 0 && { 'Retry-After': String((1 + roll(9)) / 100) }),
    }),
  'status 5xx': (_honest, response, roll) =>
    say(response, [500, 502, 503, 504, 520, 599][roll(6)] ?? 500, '{"error":"try again"}'),
  'HTML of a gateway': (_honest, response, roll) =>
    say(response, [200, 403, 502, 503, 504][roll(5)] ?? 502, html, { 'Content-Type': 'text/html' }),
  'lying headers': (honest, response, roll) => lies[roll(lies.length)]?.(honest, response, roll),
  'torn gzip': ({ body }, response, roll) =>
    say(response, 200, partOf(gzipSync(body), roll), { 'Content-Encoding': 'gzip' }),
  'not asked for': ({ body }, response, roll) =>
    roll(2) === 0 ? say(response, 206, body) : say(response, 304, ''),
} satisfies Readonly<Record<string, Spoil>>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as readonly FaultName[];
