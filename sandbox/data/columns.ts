import { Drafts } from './charge-drafts.ts';

/** The charges of a store in order of time, the queued ones last. */
export type Columns = Pick<Drafts, 'kinds' | 'addresses' | 'created' | 'at' | 'lineEnds' | 'lines'>;

/** Puts what was run in order of its time, and what is queued after it. */
export function inOrder(past: Drafts, queued: Drafts): Columns {
  const columns = new Drafts(past.count + queued.count);
  for (const index of byTime(past.at.subarray(0, past.count))) columns.take(past, index);
  for (let index = 0; index < queued.count; index += 1) columns.take(queued, index);
  return columns;
}

/** More than any store has charges. */
const MOST = 2 ** 26;

/** Indexes by time, then by index: sorted as numbers that hold both, since a store may have a million charges. */
function byTime(times: Uint32Array): Float64Array {
  const first = times.reduce((low, at) => Math.min(low, at), Infinity);
  const keys = Float64Array.from(times, (at, index) => (at - first) * MOST + index);
  return keys.toSorted().map((key) => key % MOST);
}
