import { isObject, typeOf } from './api-object.ts';
import { RechargeError } from './errors.ts';
import type { Rows } from './packed-rows.ts';
import type { OnTimeout, PageSize } from './page-size.ts';
import type { ApiRequest, ApiVersion, Query } from './request.ts';
import type { ApiResponse } from './response.ts';

/** Answers a request, asked anew for each attempt; the client's `get`, bound to whoever asks. @throws RechargeError */
export type Get = (ask: () => ApiRequest, onTimeout?: OnTimeout) => Promise<ApiResponse>;

/** One listing of the API: its path, the key its rows stand under, and how its first page is asked for. */
export interface Listing {
  readonly get: Get;
  readonly path: string;
  readonly key: string;
  readonly version: ApiVersion;
  readonly query: () => Query;
  /** Rows a page; what is read side by side shares it. */
  readonly size: PageSize;
  /** Asks the first page for less, where the listing can: called when the API could not answer it in time. */
  readonly splitWindow?: () => void;
  /** Told in a sentence what is odd about its answers. */
  readonly warn?: (sentence: string) => void;
  /** Told of a row that has no key to ask with: where it is. */
  readonly onKeylessRow?: (place: string) => void;
}

export interface Page {
  readonly rows: Rows;
  /** When the page was asked for; milliseconds since the epoch. */
  readonly requestedAt: number;
  /** How many rows were asked for. */
  readonly limit: number;
}

/** The most rows the API gives in one page (docs/recharge-api.md#page-size). */
export const largestPage = 250;

/** @throws RechargeError (`malformed`) where the answer has no list of objects */
export function pageOf(listing: Listing, { rows, body, requestedAt }: ApiResponse, limit: number): Page {
  if (rows !== undefined) return { rows, requestedAt, limit };
  const list = body[listing.key];
  const index = Array.isArray(list) ? list.findIndex((item) => !isObject(item)) : -1;
  const what = Array.isArray(list)
    ? `has ${typeOf(list[index])} at index ${index}, and is not a list of objects`
    : `is ${typeOf(list)}, not a list of objects`;
  throw broken(listing, `"${listing.key}" ${what}`);
}

/** The first row as text; undefined for an empty page. */
export function firstRowOf({ rows: [first] }: Page): string | undefined {
  return JSON.stringify(first);
}

/** Makes the query of the next page; null where the answer says that there is none, undefined where it says nothing. */
type Next = ((limit: number) => Query) | null | undefined;

/** Where an answer leads. @throws RechargeError (`malformed`) */
export function nextIn(listing: Listing, { body, link }: ApiResponse): Next {
  const { next_cursor: cursor } = body;
  if (cursor === null) return null;
  // It carries filters and order: only `limit` may stand beside it (docs/recharge-api.md#cursors).
  if (typeof cursor === 'string' && cursor !== '') return (limit) => ({ cursor, limit });
  if (cursor !== undefined && cursor !== '')
    throw broken(listing, `"next_cursor" is ${typeOf(cursor)}, neither text nor null`);
  const links = [...(link ?? '').matchAll(/<([^<>]*)>([^,<]*)/g)];
  const [, to] = links.find(([, , parameters = '']) => /;\s*rel="?next"?/i.test(parameters)) ?? [];
  if (to === undefined) return undefined;
  const url = URL.parse(to, 'https://api.rechargeapps.com');
  if (url === null) throw broken(listing, '"Link" leads to what is no URL');
  // Its host is not looked at: the next page is asked of the host we know.
  const query = Object.fromEntries(url.searchParams);
  return () => query;
}

/** What a cursor is refused with that has died: by its name, or as something that is not there (docs/recharge-api.md#cursors). */
const ofDeadCursors = new Set<number | undefined>([400, 404, 410, 422]);

/** The error of a page after so many; a cursor's may be that it has died. */
export function withPlace(error: unknown, query: Query, pages: number): unknown {
  if (!(error instanceof RechargeError)) return error;
  const isNumbered = 'page' in query && !('cursor' in query);
  const isDead = !isNumbered && ofDeadCursors.has(error.status);
  return error.with(isDead ? { kind: 'expired' } : { pagesBefore: pages, isNumbered });
}

export function broken({ path }: Pick<Listing, 'path'>, what: string): RechargeError {
  return new RechargeError('malformed', path, what, 200);
}
