import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import type { ApiAnswer } from './answer.ts';
import type { ApiRequest } from './client.ts';
import { RechargeError } from './errors.ts';
import { PageSize } from './page-size.ts';
import { type Get, type Listing, type Page, cursorPages, numberedPages } from './pages.ts';

const listingOf = (rows: number): Listing => ({
  path: '/things',
  key: 'things',
  version: '2021-11',
  query: () => ({ colour: 'red' }),
  size: new PageSize(rows),
});

const answer = (body: object, link?: string): ApiAnswer => answerOf(body, 0, link);

/** A `get` that answers from a list, and remembers what it was asked. */
function scripted(answers: readonly ApiAnswer[]): { get: Get; asked: ApiRequest[] } {
  const asked: ApiRequest[] = [];
  const get: Get = async (ask) => {
    const next = answers[asked.length];
    asked.push(ask());
    if (next === undefined) throw new Error('asked for more than there is');
    return next;
  };
  return { get, asked };
}

async function all(pages: AsyncIterable<Page>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const page of pages) rows.push(...page.rows);
  return rows;
}

describe('cursorPages', () => {
  it('asks with filters first, then with cursor and limit alone', async () => {
    const { get, asked } = scripted([
      answer({ next_cursor: 'abc', things: [{ id: 1 }] }),
      answer({ next_cursor: null, things: [{ id: 2 }] }),
    ]);
    expect(await all(cursorPages(get, listingOf(250)))).toEqual([{ id: 1 }, { id: 2 }]);
    expect(asked.map(({ query }) => query)).toEqual([
      { colour: 'red', limit: 250 },
      { cursor: 'abc', limit: 250 },
    ]);
  });

  it('yields every row of any pages, empty ones too, exactly once and in order', async () => {
    const pages = fc.array(fc.array(fc.record({ id: fc.nat() }), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(pages, fc.boolean(), async (pagesOfRows, endsWithNull) => {
        const last = pagesOfRows.length - 1;
        const answers = pagesOfRows.map((things, index) =>
          answer(
            index < last
              ? { next_cursor: `c${index}`, things }
              : { things, ...(endsWithNull && { next_cursor: null }) },
          ),
        );
        expect(await all(cursorPages(scripted(answers).get, listingOf(250)))).toEqual(pagesOfRows.flat());
      }),
    );
  });

  it.each([1, 2, 3, 7])('refuses to go round in a circle of %d pages', async (length) => {
    const things = Array.from({ length: 40 }, (_, id) =>
      answer({ next_cursor: `c${id % length}`, things: [{ id }] }),
    );
    await expect(all(cursorPages(scripted(things).get, listingOf(250)))).rejects.toThrow(
      /leads back to a page/,
    );
  });

  it.each([{ things: {} }, { things: null }, { things: [null] }, { things: [[1]] }, { things: ['x'] }])(
    'refuses %j',
    async (body) => {
      await expect(all(cursorPages(scripted([answer(body)]).get, listingOf(250)))).rejects.toThrow(
        /not a list of objects/,
      );
    },
  );

  describe('a full first page that names no cursor (recharge-api §4.7)', () => {
    const two = listingOf(2);
    const page = (...ids: number[]) => answer({ things: ids.map((id) => ({ id })) });

    it('goes on by number', async () => {
      const { get } = scripted([page(1, 2), page(3, 4), page(5), page()]);
      expect(await all(cursorPages(get, two))).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })));
    });

    it('is an error where the API does not count pages: there may be more', async () => {
      const repeating = scripted([page(1, 2), page(1, 2)]);
      await expect(all(cursorPages(repeating.get, two))).rejects.toThrow(/the page itself/);
    });

    it('is no way on in a sorted listing', async () => {
      const sorted = { ...two, query: () => ({ sort_by: 'updated_at-asc' }) };
      await expect(all(cursorPages(scripted([page(1, 2), page(3)]).get, sorted))).rejects.toThrow(
        /no "next_cursor"/,
      );
      expect(await all(cursorPages(scripted([page(1, 2), page()]).get, sorted))).toHaveLength(2);
    });
  });

  it.each([5, '', {}, false])('refuses the next_cursor %j', async (next_cursor) => {
    await expect(
      all(cursorPages(scripted([answer({ next_cursor, things: [] })]).get, listingOf(250))),
    ).rejects.toThrow(/next_cursor/);
  });
});

describe('cursorPages, when a page is too heavy', () => {
  it('goes back to the size of the first page, be it a smaller one, where no other is taken beside a cursor', async () => {
    const asked: unknown[] = [];
    const get: Get = async (ask, onHeavy) => {
      if (asked.length === 0) onHeavy();
      const limit = ask().query?.['limit'];
      asked.push(limit);
      if (limit !== 125) throw new RechargeError('refused', '/things', 'limit', 422);
      return answer({ next_cursor: asked.length < 8 ? `c${asked.length}` : null, things: [] });
    };
    await all(cursorPages(get, listingOf(250)));
    expect(asked).toEqual([125, 125, 125, 125, 250, 125, 125, 125]);
  });

  const page = (id: number, more = true) => answer({ next_cursor: more ? `c${id}` : null, things: [{ id }] });

  /** A `get` that finds the requests of these numbers (from 1) too heavy, so many times each. */
  function heavy(answers: readonly ApiAnswer[], times: Readonly<Record<number, number>>) {
    const asked: (number | string | undefined)[] = [];
    let number = 0;
    const get: Get = async (ask, onHeavy) => {
      const next = answers[number++];
      for (let again = times[number] ?? 0; again > 0; again--) {
        ask();
        onHeavy();
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
    await all(cursorPages(get, listingOf(250)));
    expect(asked).toEqual([250, 62, 62, 62, 62, 124, 124, 124, 124, 248, 248, 248, 248, 250]);
    const tiny = heavy([page(1), page(2, false)], { 2: 9 });
    await all(cursorPages(tiny.get, listingOf(250)));
    expect(tiny.asked).toEqual([250, 10]);
  });

  it('is tried again more seldom each time that it fails', async () => {
    const answers = Array.from({ length: 20 }, (_, id) => page(id, id < 19));
    const { get, asked } = heavy(answers, { 2: 1, 6: 1, 14: 1 });
    await all(cursorPages(get, listingOf(250)));
    expect(asked.slice(0, 6)).toEqual([250, 125, 125, 125, 125, 125]);
    expect(asked.slice(6, 14)).toEqual([125, 125, 125, 125, 125, 125, 125, 125]);
  });

  it('is not tried by each chain of a listing', async () => {
    const one = listingOf(250);
    await all(cursorPages(heavy([page(1, false)], { 1: 1 }).get, one));
    const other = heavy([page(2, false)], {});
    await all(cursorPages(other.get, one));
    expect(other.asked).toEqual([125]);
  });

  it('asks the first page for less of its window too', async () => {
    let narrowed = 0;
    const { get, asked } = heavy([page(1, false)], { 1: 2 });
    await all(cursorPages(get, { ...listingOf(250), narrow: () => narrowed++ }));
    expect([narrowed, asked]).toEqual([2, [62]]);
  });

  it('keeps the first size where the API takes no other beside a cursor', async () => {
    const asked: (number | string | undefined)[] = [];
    const get: Get = async (ask, onHeavy) => {
      if (asked.length === 1) onHeavy();
      const limit = ask().query?.['limit'];
      asked.push(limit);
      if (limit !== 250) throw new RechargeError('refused', '/things', 'limit: must be the same', 422);
      return page(asked.length, asked.length < 5);
    };
    await all(cursorPages(get, listingOf(250)));
    expect(asked).toEqual([250, 125, 250, 250, 250]);
  });
});

describe('numberedPages', () => {
  const rows = (...ids: number[]) => ({ things: ids.map((id) => ({ id })) });
  const next = (query: string) => `<https://api.rechargeapps.com/things?${query}>; rel="next"`;

  it('follows Link where it is there', async () => {
    const { get, asked } = scripted([
      answer(rows(1), `<https://x/things?page=0>; rel="previous", ${next('limit=250&page_info=a%2Bb')}`),
      answer(rows(), next('page_info=c')),
      answer(rows(2), '<https://x/things?page=0>; rel="previous"'),
    ]);
    expect(await all(numberedPages(get, listingOf(250)))).toEqual([{ id: 1 }, { id: 2 }]);
    expect(asked.map(({ query }) => query)).toEqual([
      { colour: 'red', limit: 250 },
      { limit: '250', page_info: 'a+b' },
      { page_info: 'c' },
    ]);
    expect(asked.every(({ path }) => path === '/things')).toBe(true);
  });

  it('counts pages where no Link ever comes, up to an empty one', async () => {
    const { get, asked } = scripted([answer(rows(1, 2)), answer(rows(3)), answer(rows())]);
    expect(await all(numberedPages(get, listingOf(250)))).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(asked.map(({ query }) => query?.['page'])).toEqual([undefined, 2, 3]);
    expect(asked.every(({ query }) => query?.['colour'] === 'red' && query['limit'] === 250)).toBe(true);
  });

  it('refuses a page that leads to itself', async () => {
    const answers = [answer(rows(1), next('page=2')), answer(rows(2), next('page=2'))];
    await expect(all(numberedPages(scripted(answers).get, listingOf(250)))).rejects.toThrow(
      /the page itself/,
    );
  });

  it('asks the first page for less while it is too heavy, and keeps that', async () => {
    const asked: unknown[] = [];
    const get: Get = async (ask, onHeavy) => {
      for (let heavy = asked.length === 0 ? 2 : 0; heavy > 0; heavy--) {
        ask();
        onHeavy();
      }
      const { limit, page: number = 1 } = ask().query ?? {};
      asked.push([limit, number]);
      return answer(asked.length < 3 ? rows(asked.length) : rows());
    };
    await all(numberedPages(get, listingOf(250)));
    expect(asked).toEqual([
      [62, 1],
      [62, 2],
      [62, 3],
    ]);
  });
});
