import type { Drafts } from './charge-drafts.ts';

/** The charges of a store in order of time, the queued ones last; times are seconds since 1970. */
export interface Columns {
  readonly kinds: Uint8Array;
  readonly addresses: Uint32Array;
  readonly created: Uint32Array;
  readonly at: Uint32Array;
  readonly lineEnds: Uint32Array;
  /** Subscriptions, those of charge n from `lineEnds[n - 1]` to `lineEnds[n]`. */
  readonly lines: Uint32Array;
}

/** Puts what was run in order of its time, and what is queued behind it. */
export function inOrder(past: Drafts, queued: Drafts): Columns {
  const count = past.count + queued.count;
  const columns: Columns = {
    kinds: new Uint8Array(count),
    addresses: new Uint32Array(count),
    created: new Uint32Array(count),
    at: new Uint32Array(count),
    lineEnds: new Uint32Array(count),
    lines: new Uint32Array(lineCount(past) + lineCount(queued)),
  };
  let [to, line] = [0, 0];
  const copy = (from: Drafts, index: number): void => {
    columns.kinds[to] = from.kinds[index] as number;
    columns.addresses[to] = from.addresses[index] as number;
    columns.created[to] = from.created[index] as number;
    columns.at[to] = from.at[index] as number;
    for (let at = from.lineEnds[index - 1] ?? 0; at < (from.lineEnds[index] as number); at += 1) {
      columns.lines[line] = from.lines[at] as number;
      line += 1;
    }
    columns.lineEnds[to] = line;
    to += 1;
  };
  for (const index of byTime(past.at.subarray(0, past.count))) copy(past, index);
  for (let index = 0; index < queued.count; index += 1) copy(queued, index);
  return columns;
}

function lineCount({ count, lineEnds }: Drafts): number {
  return count === 0 ? 0 : (lineEnds[count - 1] as number);
}

const DIGIT_BITS = 14;

/** Indexes by time, then by index: a radix sort, since a store of a million charges shows the time of any other. */
function byTime(times: Uint32Array): Uint32Array {
  const first = times.reduce((low, at) => Math.min(low, at), Infinity);
  let order = Uint32Array.from(times, (_, index) => index);
  for (const shift of [0, DIGIT_BITS]) {
    const digit = (index: number): number =>
      (((times[index] as number) - first) >>> shift) & ((1 << DIGIT_BITS) - 1);
    const places = new Uint32Array((1 << DIGIT_BITS) + 1);
    for (const index of order) places[digit(index) + 1] = (places[digit(index) + 1] as number) + 1;
    for (let at = 1; at < places.length; at += 1) {
      places[at] = (places[at] as number) + (places[at - 1] as number);
    }
    const next = new Uint32Array(order.length);
    for (const index of order) {
      const place = places[digit(index)] as number;
      next[place] = index;
      places[digit(index)] = place + 1;
    }
    order = next;
  }
  return order;
}
