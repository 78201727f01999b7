import type { ApiObject } from '../recharge/api-object.ts';
import type { Rows } from '../recharge/packed-rows.ts';
import { firstPage, type Get, type Listing, numberedPages, type Page } from '../recharge/pages.ts';
import { floorToSecond, type Instant } from './instant.ts';
import { ascendingInstants } from './slice.ts';
import type { SlicePages, SliceRequest } from './sorted.ts';

const second = 1_000;

/**
 * The pages of a listing of version 2021-01 that the API filters and sorts by `updated_at`. They are numbered: a row
 * that changes leaves its page, and lets another slip back over a border, unseen; and more than 100 are refused
 * (docs/recharge-api.md#version-2021-01). So each page is a first one, which begins in the second the one
 * before it ended in.
 */
export const byTime: SlicePages = async function* (get, endpoint, request) {
  const { slice, queryFor, resumes, settling } = request;
  let { from } = slice.range;
  let everLinked = false;
  while (from < slice.range.to) {
    const { to } = slice.range;
    const query = () => queryFor({ from, to: slice.range.to });
    const rest = { ...endpoint, query };
    const page = await firstPage(get, rest);
    const isFull = page.linked || page.rows.length >= page.limit;
    const rows = isFull ? page.rows : inOrder(page.rows, from, request);
    const times = timesOf(rows, from, request);
    if (isFull && !isSorted(times, from)) {
      slice.splitWindow(Date.now());
      if (slice.range.to < to) continue;
      yield* numberedPages(get, rest);
      return;
    }
    yield { ...page, rows };
    everLinked ||= page.linked;
    const reached = floorToSecond(times.reduce((latest, at) => Math.max(latest, at), from));
    // Where no answer ever links to another, a page may be short without being the last. What lies after one that
    // reaches into what is not settled, the next sync reads in any case.
    const isLeft = resumes && reached > page.requestedAt - settling;
    if (!page.linked && (everLinked || (!isFull && (reached <= from || isLeft)))) return;
    if (reached > from) from = reached;
    else {
      yield* wholeSecond(get, endpoint, from, request);
      from += second;
    }
  }
};

/**
 * More rows in one second than a page holds are read by number, until nothing has left the second between two
 * readings: what one of them missed is in the other.
 */
async function* wholeSecond(
  get: Get,
  endpoint: Listing,
  from: Instant,
  { queryFor, cursorOf }: SliceRequest,
): AsyncGenerator<Page> {
  const listing = { ...endpoint, query: () => queryFor({ from, to: from + second }), splitWindow: () => {} };
  for (let before: string | undefined; ; ) {
    const ids: string[] = [];
    for await (const page of numberedPages(get, listing)) {
      const rows = [...page.rows].filter((row) => (cursorOf(row, from) ?? from) < from + second);
      ids.push(...rows.map((row) => JSON.stringify(row['id'])));
      yield { ...page, rows };
    }
    const now = ids.toSorted().join();
    if (now === before) return;
    before = now;
  }
}

/**
 * The rows of a page that is all there is, in order even if the API has not sorted them: of an hour that comes twice,
 * a time that falls would count as the later one, and perhaps as one after the end.
 */
function inOrder(rows: Rows, from: Instant, { cursorOf }: SliceRequest): Rows {
  const timeOf = (row: ApiObject) => cursorOf(row, from) ?? from;
  return Array.from(rows).toSorted((a, b) => timeOf(a) - timeOf(b));
}

/** Read from where the API was asked to begin: an hour that comes twice is the one that is not before. */
function timesOf(rows: Rows, from: Instant, { cursorOf }: SliceRequest): Instant[] {
  return ascendingInstants(rows, from, cursorOf).filter((instant) => instant !== undefined);
}

function isSorted(times: readonly Instant[], from: Instant): boolean {
  return times.every((time, index) => time >= (times[index - 1] ?? from));
}
