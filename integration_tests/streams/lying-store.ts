import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { expect } from 'vitest';
import { type Config, configFor, quickToken, sync, type Sync, timeOf, utc } from './connection.ts';
import type { ApiRow } from './front.ts';
import { impatient } from './impatience.ts';

/** A request that a store has got. */
export interface StoreRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly version: string;
}

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** Where `Link` leads: another query of the same path. */
  readonly next?: URLSearchParams | undefined;
}

/** Answers in the place of an honest store, or changes what that is asked or says. */
export type Lie = (request: StoreRequest, honest: (query?: URLSearchParams) => Reply) => Reply;

export interface LyingStore {
  readonly url: string;
  readonly token: string;
  readonly firstDay: string;
  readonly requests: readonly StoreRequest[];
  readonly close: () => Promise<void>;
}

const day = 86_400_000;
const firstRow = Date.now() - 400 * day;

/** So many rows, `apart` milliseconds from each other, the first of them 400 days ago. */
export function rowsApart(count: number, apart: number): ApiRow[] {
  return Array.from({ length: count }, (_, index) => ({
    id: 1_000 + index,
    created_at: utc(firstRow + index * apart),
    updated_at: utc(firstRow + index * apart),
  }));
}

export const hour = 3_600_000;
/** Rows in order of time, and rows that time does not tell apart. */
export const hourly = rowsApart(900, hour);
export const oneSecond = rowsApart(900, 0);

/** A stream of each kind of listing, so that one sync shows what becomes of all; `config` makes orders those of version 2021-01. */
export const kindsOfListing = {
  sorted: 'customers',
  filtered: 'credit_accounts',
  'in no order': 'collections',
  'without a cursor of its own': 'webhooks',
  linked: 'products',
  'linked and sorted': 'orders',
} as const;
export const everyKind = Object.values(kindsOfListing);
export const config = { use_orders_deprecated_api: true };

/** A lie of its own for each list: what it remembers is of that list alone. */
export function eachList(lieOf: (path: string) => Lie): Lie {
  const lies = new Map<string, Lie>();
  return (request, honest) => {
    const lie = lies.get(request.path) ?? lieOf(request.path);
    lies.set(request.path, lie);
    return lie(request, honest);
  };
}

/**
 * A store with the same rows in every list, unless `rows` says by its path and query which. It answers as the API does,
 * in both versions, but for what `lie` changes.
 */
export async function startLyingStore(
  rows: readonly ApiRow[] | ((path: string, query: URLSearchParams) => readonly ApiRow[]),
  lie: Lie = (_request, honest) => honest(),
): Promise<LyingStore> {
  const requests: StoreRequest[] = [];
  const rowsAt = typeof rows === 'function' ? rows : () => rows;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://store');
    const version = String(request.headers['x-recharge-version']);
    const asked = { path: url.pathname, query: url.searchParams, version };
    requests.push(asked);
    const honest = (query = asked.query) => honestReply(asked, query, rowsAt(asked.path, whole(query)));
    const { status, body, next } = lie(asked, honest);
    const headers = {
      'content-type': 'application/json',
      'x-recharge-limit': '1/4000',
      ...(next && { link: `<http://store${asked.path}?${next.toString()}>; rel="next"` }),
    };
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: quickToken,
    firstDay: utc(firstRow).slice(0, 10),
    requests,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** What a cursor holds: the query of its listing's first page, the last row before it, and when it was given. */
interface Cursor {
  readonly query: string;
  readonly after: readonly number[];
  readonly givenAt: number;
}

export function cursorIn(query: URLSearchParams): Cursor | undefined {
  const text = query.get('cursor') ?? query.get('page_info');
  return text === null ? undefined : (JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor);
}

/** The query of the listing that a request belongs to. */
function whole(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams(cursorIn(query)?.query ?? query);
}

export function honestReply(
  { path, version }: StoreRequest,
  query: URLSearchParams,
  rows: readonly ApiRow[],
): Reply {
  const asked = whole(query);
  const after = cursorIn(query)?.after;
  const sorted = asked.get('sort_by') === 'updated_at-asc';
  const keyOf = (row: ApiRow) =>
    sorted ? [timeOf(row['updated_at']), Number(row['id'])] : [-Number(row['id'])];
  const due = rows
    .filter(isWithin(asked))
    .map((row) => ({ row, key: keyOf(row) }))
    .filter(({ key }) => after === undefined || compare(key, after) > 0)
    .toSorted((a, b) => compare(a.key, b.key));
  const limit = Math.min(250, Number(query.get('limit') ?? 50));
  const begin = (Number(query.get('page') ?? 1) - 1) * limit;
  const found = due.slice(begin, begin + limit).map(({ row }) => row);
  const last = due[begin + found.length - 1];
  const cursor =
    last !== undefined && begin + found.length < due.length
      ? Buffer.from(
          JSON.stringify({ query: asked.toString(), after: last.key, givenAt: Date.now() }),
        ).toString('base64url')
      : null;
  const key = path.slice(1);
  if (version === '2021-11') return ok({ next_cursor: cursor, previous_cursor: null, [key]: found });
  const next = cursor === null ? undefined : new URLSearchParams({ limit: String(limit), cursor });
  return { ...ok({ [key]: found }), next };
}

function isWithin(query: URLSearchParams): (row: ApiRow) => boolean {
  const bounds = [...query].flatMap(([name, value]) => {
    const [, field = '', end] = /^(\w+_at)_(min|max)$/.exec(name) ?? [];
    return end === undefined ? [] : [{ field, sign: end === 'min' ? 1 : -1, bound: Date.parse(value) }];
  });
  return (row) => bounds.every(({ field, sign, bound }) => sign * (timeOf(row[field]) - bound) >= 0);
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((one, index) => one - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

export function ok(body: Record<string, unknown>): Reply {
  return { status: 200, body };
}

export function refused(status: number, errors: unknown = { cursor: ['Invalid value'] }): Reply {
  return { status, body: { errors } };
}

/** The reply without these keys. */
export function without(reply: Reply, ...keys: readonly string[]): Reply {
  return {
    ...reply,
    next: keys.includes('Link') ? undefined : reply.next,
    body: Object.fromEntries(Object.entries(reply.body).filter(([key]) => !keys.includes(key))),
  };
}

/** The query with these parameters; undefined takes one out. */
export function asking(
  query: URLSearchParams,
  parameters: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(parameters))
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  return changed;
}

/** One sync of a store that is closed after it. */
export async function syncOf(
  store: LyingStore,
  streams: string | readonly string[],
  { config: more = {}, ...options }: Partial<Sync> & { readonly config?: Config } = {},
): Promise<Run> {
  try {
    return await sync(configFor(store, more), { streams: [streams].flat(), env: impatient, ...options });
  } finally {
    await store.close();
  }
}

/** The sync is complete, has each of these rows at least once, and no other; at most `most` records in all. */
export function expectWhole(
  run: Run,
  stream: string,
  rows: readonly ApiRow[],
  most = Number.POSITIVE_INFINITY,
): void {
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  const ids = run.records(stream).map(({ id }) => Number(id));
  expect([stream, new Set(ids)]).toEqual([stream, new Set(rows.map(({ id }) => id))]);
  expect([stream, ids.length <= most]).toEqual([stream, true]);
}

/** The sync fails with one error of this type and text, or its stream does. */
export function expectFailure(run: Run, type: string, message: RegExp, stream?: string): void {
  const errors = run
    .errors()
    .filter(({ stream_descriptor }) => stream === undefined || stream_descriptor?.name === stream);
  expect([run.exitCode, errors]).toEqual([
    1,
    [expect.objectContaining({ failure_type: type, message: expect.stringMatching(message) })],
  ]);
}

/** Requests for a stream's list. */
export function requestsFor({ requests }: LyingStore, stream: string): readonly StoreRequest[] {
  return requests.filter(({ path }) => path === `/${stream}`);
}
