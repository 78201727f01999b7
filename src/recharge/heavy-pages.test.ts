import { describe, expect, it } from 'vitest';
import type { ApiResponse } from './response.ts';
import { RechargeError } from './errors.ts';
import { all, answer, listingOf } from './pages.fixture.ts';
import type { Get } from './pages.ts';
import { listingPages } from './restarting.ts';

describe('listingPages, when a page is too heavy', () => {
  it('goes back to the size of the first page, be it a smaller one, where no other is taken beside a cursor', async () => {
    const asked: unknown[] = [];
    const get: Get = async (ask, onTimeout) => {
      if (asked.length === 0) onTimeout?.();
      const limit = ask().query?.['limit'];
      asked.push(limit);
      if (limit !== 125) throw new RechargeError('rejected', '/things', 'limit', 422);
      return answer({ next_cursor: asked.length < 8 ? `c${asked.length}` : null, things: [] });
    };
    await all(listingPages(listingOf(250, get)));
    expect(asked).toEqual([125, 125, 125, 125, 250, 125, 125, 125]);
  });

  const page = (id: number, more = true) => answer({ next_cursor: more ? `c${id}` : null, things: [{ id }] });

  /** A `get` that finds the requests of these numbers (from 1) too heavy, so many times each. */
  function heavy(answers: readonly ApiResponse[], times: Readonly<Record<number, number>>) {
    const asked: (number | string | undefined)[] = [];
    let number = 0;
    const get: Get = async (ask, onTimeout) => {
      const next = answers[number++];
      for (let again = times[number] ?? 0; again > 0; again--) {
        ask();
        onTimeout?.();
      }
      asked.push(ask().query?.['limit']);
      if (next === undefined) throw new Error('asked for more than there is');
      return next;
    };
    return { get, asked };
  }

  it('goes on with half the size, down to 10, and grows back', async () => {
    const answers = Array.from({ length: 14 }, (_, id) => page(id, id < 13));
    const { get, asked } = heavy(answers, { 2: 2 });
    await all(listingPages(listingOf(250, get)));
    expect(asked).toEqual([250, 62, 62, 62, 62, 124, 124, 124, 124, 248, 248, 248, 248, 250]);
    const tiny = heavy([page(1), page(2, false)], { 2: 9 });
    await all(listingPages(listingOf(250, tiny.get)));
    expect(tiny.asked).toEqual([250, 10]);
  });

  it('is tried again more seldom each time that it fails', async () => {
    const answers = Array.from({ length: 20 }, (_, id) => page(id, id < 19));
    const { get, asked } = heavy(answers, { 2: 1, 6: 1, 14: 1 });
    await all(listingPages(listingOf(250, get)));
    expect(asked.slice(0, 6)).toEqual([250, 125, 125, 125, 125, 125]);
    expect(asked.slice(6, 14)).toEqual([125, 125, 125, 125, 125, 125, 125, 125]);
  });

  it('is not tried by each chain of a listing', async () => {
    const one = listingOf(250);
    await all(listingPages({ ...one, get: heavy([page(1, false)], { 1: 1 }).get }));
    const other = heavy([page(2, false)], {});
    await all(listingPages({ ...one, get: other.get }));
    expect(other.asked).toEqual([125]);
  });

  it('asks the first page for less of its window too', async () => {
    let narrowed = 0;
    const { get, asked } = heavy([page(1, false)], { 1: 2 });
    await all(listingPages({ ...listingOf(250, get), splitWindow: () => narrowed++ }));
    expect([narrowed, asked]).toEqual([2, [62]]);
  });

  it('keeps the first size where the API takes no other beside a cursor', async () => {
    const asked: (number | string | undefined)[] = [];
    const get: Get = async (ask, onTimeout) => {
      if (asked.length === 1) onTimeout?.();
      const limit = ask().query?.['limit'];
      asked.push(limit);
      if (limit !== 250) throw new RechargeError('rejected', '/things', 'limit: must be the same', 422);
      return page(asked.length, asked.length < 5);
    };
    await all(listingPages(listingOf(250, get)));
    expect(asked).toEqual([250, 125, 250, 250, 250]);
  });
});
