import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiResponse } from './response.ts';
import { RechargeError } from './errors.ts';
import { all, answer, listingOf, scripted } from './pages.fixture.ts';
import type { Get, Listing } from './pages.ts';
import { listingPages } from './restarting.ts';

/** A list of ids whose pages are cut from it as it is when they are asked for. */
class List {
  readonly rows: number[];
  requests = 0;
  readonly #links: boolean;
  /** Called before each page but the first. */
  readonly #meanwhile: (list: List) => void;

  constructor(length: number, links: boolean, meanwhile: (list: List) => void = () => {}) {
    this.rows = Array.from({ length }, (_, id) => id);
    this.#links = links;
    this.#meanwhile = meanwhile;
  }

  readonly get: Get = async (ask) => {
    const { query = {} } = ask();
    if (this.requests > 0) this.#meanwhile(this);
    this.requests += 1;
    if (this.requests > 200) throw new Error('it goes on asking');
    return this.#page(Number(query['page'] ?? 1), Number(query['limit']));
  };

  #page(number: number, limit: number): ApiResponse {
    const things = this.rows.slice((number - 1) * limit, number * limit).map((id) => ({ id }));
    const next = `<https://x/things?limit=${limit}&page=${number + 1}>; rel="next"`;
    const link = this.#links && this.rows.length > number * limit ? next : undefined;
    return answer({ things }, link);
  }
}

/** The ids that came, and what ended it, if it was an error. */
async function read({ get }: List, pageSize: number): Promise<{ ids: number[]; error?: unknown }> {
  const listing: Listing = { ...listingOf(pageSize, get), version: '2021-01', query: () => ({}) };
  const ids: number[] = [];
  try {
    for await (const { rows } of listingPages(listing)) ids.push(...[...rows].map(({ id }) => Number(id)));
    return { ids };
  } catch (error) {
    return { ids, error };
  }
}

const [length, links, places] = [fc.nat(40), fc.boolean(), fc.array(fc.nat(), { maxLength: 20 })];
const pageSize = fc.integer({ min: 1, max: 6 });

it('a list that stays as it is comes once and in order; where no link ever came, an empty page tells the end', async () => {
  await fc.assert(
    fc.asyncProperty(length, links, pageSize, async (rows, hasLinks, size) => {
      const list = new List(rows, hasLinks);
      expect(await read(list, size)).toEqual({ ids: list.rows });
      const pages = Math.ceil(rows / size);
      // After a full page an empty one tells that there is no more.
      expect(list.requests).toBe(hasLinks && pages > 1 && rows % size > 0 ? pages : pages + 1);
    }),
  );
});

it('what is put in meanwhile hides nothing that was there', async () => {
  // Where a whole page's worth comes in, the next page begins as the last one did: that is an error, and left out here.
  const atLeastTwo = fc.integer({ min: 2, max: 6 });
  await fc.assert(
    fc.asyncProperty(length, links, atLeastTwo, places, async (rows, hasLinks, size, added) => {
      const left = [...added];
      const list = new List(rows, hasLinks, (one) => {
        const place = left.pop();
        if (place !== undefined) one.rows.splice(place % (one.rows.length + 1), 0, 1_000 + left.length);
      });
      const before = [...list.rows];
      const { ids, error } = await read(list, size);
      expect([error, before.filter((id) => !ids.includes(id))]).toEqual([undefined, []]);
      expect(ids.filter((id) => !list.rows.includes(id))).toEqual([]);
    }),
  );
});

it('what is taken out meanwhile hides no more rows than were taken out, and none comes twice', async () => {
  await fc.assert(
    fc.asyncProperty(length, links, pageSize, places, async (rows, hasLinks, size, removed) => {
      const left = [...removed];
      const list = new List(rows, hasLinks, (one) => {
        const place = left.pop();
        if (place !== undefined) one.rows.splice(place % Math.max(1, one.rows.length), 1);
      });
      const { ids, error } = await read(list, size);
      const missed = list.rows.filter((id) => !ids.includes(id));
      expect([error, new Set(ids).size]).toEqual([undefined, ids.length]);
      expect(missed.length).toBeLessThanOrEqual(rows - list.rows.length);
    }),
  );
});

it('a fault at any page is an error after the pages that came', async () => {
  const faultAt = fc.integer({ min: 2, max: 8 });
  await fc.assert(
    fc.asyncProperty(length, links, pageSize, faultAt, async (rows, hasLinks, size, at) => {
      const list = new List(rows, hasLinks, ({ requests }) => {
        if (requests === at - 1) throw new RechargeError('unavailable', '/things', 'it did not answer');
      });
      const { ids, error } = await read(list, size);
      if (error === undefined) expect(list.requests).toBeLessThan(at);
      else {
        expect(ids).toEqual(list.rows.slice(0, (at - 1) * size));
        expect(error).toMatchObject({ kind: 'unavailable', pagesBefore: at - 1 });
      }
    }),
  );
});

describe('listingPages', () => {
  const rows = (...ids: number[]) => ({ things: ids.map((id) => ({ id })) });
  const next = (query: string) => `<https://api.rechargeapps.com/things?${query}>; rel="next"`;

  it('follows Link where it is there', async () => {
    const { get, asked } = scripted([
      answer(rows(1), `<https://x/things?page=0>; rel="previous", ${next('limit=250&page_info=a%2Bb')}`),
      answer(rows(), next('page_info=c')),
      answer(rows(2), '<https://x/things?page=0>; rel="previous"'),
      answer(rows()),
    ]);
    expect(await all(listingPages(listingOf(250, get)))).toEqual([{ id: 1 }, { id: 2 }]);
    expect(asked.map(({ query }) => query)).toEqual([
      { colour: 'red', limit: 250 },
      { limit: '250', page_info: 'a+b' },
      { page_info: 'c' },
      // No page has had more rows than the last one.
      { colour: 'red', limit: 250, page: 4 },
    ]);
    expect(asked.every(({ path }) => path === '/things')).toBe(true);
  });

  it('counts pages where no Link ever comes, up to an empty one', async () => {
    const { get, asked } = scripted([answer(rows(1, 2)), answer(rows(3)), answer(rows())]);
    expect(await all(listingPages(listingOf(250, get)))).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(asked.map(({ query }) => query?.['page'])).toEqual([undefined, 2, 3]);
    expect(asked.every(({ query }) => query?.['colour'] === 'red' && query['limit'] === 250)).toBe(true);
  });

  it('refuses a page that leads to itself', async () => {
    const answers = [answer(rows(1), next('page=2')), answer(rows(2), next('page=2'))];
    await expect(all(listingPages(listingOf(250, scripted(answers).get)))).rejects.toThrow(
      /leads back to a page/,
    );
  });

  it.each(['http://[', 'http://x:99999999/things?page=2', '//[', 'http://'])(
    'refuses a Link that leads to %s [E-12]',
    async (url) => {
      const { get } = scripted([answer(rows(1), `<${url}>; rel="next"`)]);
      await expect(all(listingPages(listingOf(250, get)))).rejects.toThrow(/"Link" leads to what is no URL/);
    },
  );

  it('asks the first page for less while it is too heavy, and keeps that', async () => {
    const asked: unknown[] = [];
    const get: Get = async (ask, onTimeout) => {
      for (let heavy = asked.length === 0 ? 2 : 0; heavy > 0; heavy--) {
        ask();
        onTimeout?.();
      }
      const { limit, page: number = 1 } = ask().query ?? {};
      asked.push([limit, number]);
      return answer(asked.length < 3 ? rows(asked.length) : rows());
    };
    await all(listingPages(listingOf(250, get)));
    expect(asked).toEqual([
      [62, 1],
      [62, 2],
      [62, 3],
    ]);
  });
});
