import type { Page } from '../recharge/pages.ts';
import type { TimeRange } from './coverage.ts';
import { Slice, type SliceOptions } from './slice.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const settling = 30 * minute;
export const noon = Date.parse('2024-05-01T12:00:00Z');

/** The ten hours before noon, which another slice follows; `options` say otherwise. */
export function sliceBeforeNoon(options: Partial<SliceOptions> = {}): Slice {
  return new Slice({
    range: { from: noon - 10 * hour, to: noon },
    isLast: false,
    settling,
    cursorOf: (row) => row['at'] as number,
    onDisorder: () => {},
    ...options,
  });
}

export const page = (requestedAt: number, ...instants: number[]): Page => ({
  rows: instants.map((at) => ({ at })),
  requestedAt,
  limit: 250,
});

/** The range that is complete with the end of the slice's listing. */
export const finish = (slice: Slice): TimeRange => slice.accept(undefined).range;
