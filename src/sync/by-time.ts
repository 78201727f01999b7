import type { ApiObject } from '../recharge/api-object.ts';
import type { Query } from '../recharge/request.ts';
import type { Rows } from '../recharge/packed-rows.ts';
import { chainOfPages, firstPage } from '../recharge/page-chain.ts';
import type { Listing, Page } from '../recharge/pages.ts';
import { listingPages, restarting } from '../recharge/restarting.ts';
import type { TimeRange } from './coverage.ts';
import { floorToSecond, type Instant, second } from './instant.ts';
import { ascendingInstants, type Slice } from './slice.ts';

/** What finds the pages of a slice. */
export interface SliceRequest {
  readonly slice: Slice;
  /** What the first page of a range of time is asked with. */
  readonly queryFor: (range: TimeRange) => Query;
  /** The next sync resumes from what this one saves, so what is not settled may be left to it. */
  readonly resumes: boolean;
}

/** How the pages of a slice are found. @throws RechargeError */
export type SlicePages = (endpoint: Listing, request: SliceRequest) => AsyncIterable<Page>;

/** Follows cursors, begins anew where one dies, and goes on by time where an answer does not say whether more follows. */
export const byCursor: SlicePages = async function* (endpoint, request) {
  const { slice, queryFor } = request;
  let isTold = true;
  const begin = async function* (): AsyncGenerator<Page> {
    const from = slice.restart();
    const query = () => queryFor({ from, to: slice.range.to });
    isTold = yield* chainOfPages({ ...endpoint, query }, false);
  };
  yield* restarting(endpoint, begin, () => slice.head);
  if (!isTold) yield* byTime(endpoint, { ...request, resumes: false });
};

/**
 * Asks for first pages alone, each from the second in which the one before it ended. In version 2021-01 pages are
 * numbered: a row that changes leaves its page, and lets another slip back over a border, unseen; and more than 100 are
 * refused (docs/recharge-api.md#version-2021-01).
 */
export const byTime: SlicePages = async function* (endpoint, request) {
  const { slice, queryFor, resumes } = request;
  let everLinked = false;
  for (let from = slice.restart(); from < slice.range.to; ) {
    const { to } = slice.range;
    const query = () => queryFor({ from, to: slice.range.to });
    const rest = { ...endpoint, query };
    const page = await firstPage(rest);
    const isFull = page.leadsOn === true || page.isFull;
    const rows = isFull ? page.rows : inOrder(page.rows, from, slice);
    // Read from where the API was asked to begin: an hour that comes twice is the one that is not before.
    const times = ascendingInstants(rows, from, slice.options.cursorOf).filter((at) => at !== undefined);
    const isSorted = times.every((time, index) => time >= (times[index - 1] ?? from));
    if (isFull && !isSorted) {
      slice.splitWindow(Date.now());
      if (slice.range.to < to) continue;
      yield* listingPages(rest);
      return;
    }
    yield { ...page, rows };
    if (page.leadsOn === false) return;
    everLinked ||= page.leadsOn === true && endpoint.version === '2021-01';
    const reached = floorToSecond(times.reduce((latest, at) => Math.max(latest, at), from));
    // Where no answer ever links to another, a page may be short without being the last. What lies after one that
    // reaches into what is not settled, the next sync reads in any case.
    const isLeft = resumes && reached > page.requestedAt - slice.options.settling;
    if (!isFull && (everLinked || isLeft || (reached <= from && !page.isLargest))) return;
    if (reached > from) from = reached;
    else {
      yield* wholeSecond(endpoint, from, request);
      from += second;
    }
  }
};

/** A second with more rows than a page: read by number until two readings agree. What one missed is in the other. */
async function* wholeSecond(endpoint: Listing, from: Instant, { slice, queryFor }: SliceRequest) {
  const listing = { ...endpoint, query: () => queryFor({ from, to: from + second }), splitWindow: () => {} };
  for (let before: string | undefined; ; ) {
    const ids: string[] = [];
    for await (const page of listingPages(listing)) {
      const rows = [...page.rows].filter(
        (row) => (slice.options.cursorOf(row, from) ?? from) < from + second,
      );
      ids.push(...rows.map((row) => JSON.stringify(row['id'])));
      yield { ...page, rows };
    }
    const now = ids.toSorted().join();
    if (now === before) return;
    before = now;
  }
}

/** All rows there are, sorted: in an hour that comes twice, a time that falls would count as the later one. */
function inOrder(rows: Rows, from: Instant, { options }: Slice): Rows {
  const timeOf = (row: ApiObject) => options.cursorOf(row, from) ?? from;
  return Array.from(rows).toSorted((a, b) => timeOf(a) - timeOf(b));
}
