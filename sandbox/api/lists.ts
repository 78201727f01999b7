import type { Switches } from '../options.ts';
import type { Store } from '../store/store.ts';
import { decodeCursor, parseSort, type Sort } from './cursor.ts';
import type { Endpoint } from './endpoint.ts';
import { PAGING, readFilters } from './filters.ts';
import { countRows, cutPage, type Page, type Plan } from './listing.ts';
import { EVENT_DAYS } from './visibility.ts';
import { invalid, invalidWhole, Refusal } from './refusal.ts';
import type { ApiRequest } from './request.ts';

const DEFAULT_LIMIT = 50;
const MOST_ROWS = 250;
const MOST_PAGES = 100;

/** Limits above which a gateway answers 504 (docs/recharge-api.md#slow-answers). */
export interface Heaviness {
  readonly windowRows?: number | undefined;
  readonly pageRows?: number | undefined;
}

/** A page of a list, and the query it answers. */
export interface Listed {
  readonly plan: Plan;
  readonly page: Page;
}

/**
 * Answers a list request. Throws Refusal 422 for a query that the API refuses, 504 for one that is too heavy
 * (docs/recharge-api.md#slow-answers).
 */
export function listPage(
  endpoint: Endpoint,
  request: ApiRequest,
  store: Store,
  switches: Switches,
  heavy: Heaviness,
): Listed {
  const { query } = request;
  const table = store.table(endpoint.resource);
  const now = Math.floor(store.now() / 1000);
  const plan = planOf(endpoint, query, switches);
  checkEventWindow(plan, now);
  if (plan.limit > (heavy.pageRows ?? Infinity)) throw tooHeavy();
  const most = heavy.windowRows;
  if (most !== undefined && plan.from === null && plan.filters.ranges.size > 0) {
    if (countRows(plan, table, now, switches, most + 1) > most) throw tooHeavy();
  }
  checkPageRule(
    plan,
    query,
    () => countRows(plan, table, now, switches, MOST_PAGES * plan.limit + 1),
    switches,
  );
  return { plan, page: cutPage(plan, table, now, switches) };
}

/** Counts a list for 2021-01's `/count` (docs/recharge-api.md#counts). */
export function countList(
  endpoint: Endpoint,
  query: URLSearchParams,
  store: Store,
  switches: Switches,
): number {
  const now = Math.floor(store.now() / 1000);
  return countRows(
    planOf(endpoint, query, switches),
    store.table(endpoint.resource),
    now,
    switches,
    Infinity,
  );
}

function planOf(endpoint: Endpoint, query: URLSearchParams, switches: Switches): Plan {
  const limit = readLimit(query);
  const text = query.get('cursor') ?? query.get('page_info');
  if (text !== null) return planFromCursor(endpoint, text, query, limit, switches);
  const sent: Record<string, string> = {};
  for (const [name, value] of query) if (!PAGING.has(name)) sent[name] = value;
  const page = readPage(query);
  return {
    endpoint,
    sort: readSort(endpoint, query.get('sort_by'), switches),
    filters: readFilters(endpoint, sent, switches),
    sent,
    limit: limit ?? DEFAULT_LIMIT,
    from: null,
    towards: 'next',
    skip: ((page ?? 1) - 1) * (limit ?? DEFAULT_LIMIT),
  };
}

/**
 * A cursor carries its sort and filters: nothing but `limit` may stand beside it
 * (docs/recharge-api.md#cursors).
 */
function planFromCursor(
  endpoint: Endpoint,
  text: string,
  query: URLSearchParams,
  limit: number | null,
  switches: Switches,
): Plan {
  const other = [...query.keys()].filter(
    (name) => name !== 'limit' && name !== 'cursor' && name !== 'page_info',
  );
  if (other.length > 0) throw invalidWhole(`Only limit may be used with cursor, found: ${other.join(', ')}`);
  const sorts = ['id', ...endpoint.sorts, ...(endpoint.doubtful?.sorts ?? [])];
  const cursor = decodeCursor(text, endpoint.resource, sorts);
  if (switches.otherLimitBesideCursor === 'refuse' && limit !== null && limit !== cursor.limit) {
    throw invalid('limit', 'limit must be the one the listing began with');
  }
  return {
    endpoint,
    sort: cursor.sort,
    filters: readFilters(endpoint, cursor.filters, switches),
    sent: cursor.filters,
    limit: limit ?? DEFAULT_LIMIT,
    from: cursor.position,
    towards: cursor.towards,
    skip: 0,
  };
}

function readLimit(query: URLSearchParams): number | null {
  const text = query.get('limit');
  if (text === null) return null;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST_ROWS) throw invalid('limit', `Must be between 1 and ${MOST_ROWS}.`);
  return limit;
}

function readPage(query: URLSearchParams): number | null {
  const text = query.get('page');
  if (text === null) return null;
  const page = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (page < 1) throw invalid('page', 'Must be a positive integer.');
  return page;
}

function readSort(endpoint: Endpoint, text: string | null, switches: Switches): Sort {
  const usual: Sort = { field: 'id', direction: -1 };
  if (text === null) return usual;
  const sort = parseSort(text, endpoint.sorts);
  if (sort) return sort;
  const { doubtful } = endpoint;
  const untold = doubtful && parseSort(text, doubtful.sorts);
  const rule = untold ? switches.timeSorts[doubtful.resource] : 'refuse';
  if (untold && rule === 'honour') return untold;
  if (rule === 'refuse') throw invalid('sort_by', `Not a valid choice: ${text}`);
  return usual;
}

/** A result of more than 100 pages is to be read with cursors (docs/recharge-api.md#page-numbers). */
function checkPageRule(plan: Plan, query: URLSearchParams, rows: () => number, { pageRule }: Switches): void {
  const page = readPage(query);
  if (pageRule === 'off' || page === null || plan.from !== null) return;
  if (page > MOST_PAGES || (pageRule === 'all' && rows() > MOST_PAGES * plan.limit)) {
    throw invalid('page', `Results of more than ${MOST_PAGES} pages must be read with cursor pagination.`);
  }
}

/** Events cannot be asked for from more than eight days ago (docs/recharge-api.md#events). */
function checkEventWindow({ endpoint, filters, from: cursor }: Plan, now: number): void {
  const from =
    endpoint.resource === 'events' && cursor === null ? filters.ranges.get('created_at')?.min : undefined;
  if (from !== undefined && Number.isFinite(from) && from < now - (EVENT_DAYS + 1) * 86_400) {
    throw invalidWhole(`created_at_min must be less than ${EVENT_DAYS} days ago`);
  }
}

function tooHeavy(): Refusal {
  return new Refusal(504, {});
}
