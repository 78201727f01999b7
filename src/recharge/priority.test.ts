import { describe, expect, it } from 'vitest';
import { priorityOf } from './priority.ts';

describe('priorityOf', () => {
  it('the first few requests of an asker go before the rest of any other, however long', () => {
    for (const asking of [1, 2, 3, 4])
      for (const left of [1, 1_000_000]) expect(priorityOf(asking)).toBeLessThan(priorityOf(5, left));
  });

  it('the fewer an asker has, the sooner its next goes', () => {
    expect([1, 2, 3, 4].map((asking) => priorityOf(asking))).toEqual([0, 1, 2, 3]);
  });

  it('the longest left gets the rest, and what is nearly read goes last', () => {
    expect([undefined, 0, 1, 3, 6, 12, 100, 1e9].map((left) => priorityOf(60, left))).toEqual([
      9, 9, 9, 8, 7, 6, 4, 4,
    ]);
  });
});
