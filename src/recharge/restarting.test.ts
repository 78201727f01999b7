import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RechargeError } from './errors.ts';
import type { Page } from './pages.ts';
import { restarting } from './restarting.ts';

const listing = { path: '/things' };
const expired = () => new RechargeError('expired', '/things', 'cursor: Invalid value', 422);

/** Pages of a row each, with these ids. */
async function* pagesOf(ids: Iterable<number>, onPage = () => {}): AsyncGenerator<Page> {
  for (const id of ids) {
    onPage();
    yield { rows: [{ id }], requestedAt: 0, limit: 1 };
  }
}

/** Listings that die after so many pages each, and then one of `last`; whether it came to its end, and how often it began. */
async function read(deaths: readonly number[], last: number, reached?: () => number) {
  let attempts = 0;
  const begin = async function* () {
    const death = deaths[attempts++];
    yield* pagesOf(Array(death ?? last).keys());
    if (death !== undefined) throw expired();
  };
  const pages = restarting(listing, begin, reached);
  const error = await Array.fromAsync(pages).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { isWhole: error === undefined, kind: error instanceof RechargeError && error.kind, attempts };
}

describe('a listing that begins anew', () => {
  it('fails after five in a row that have no more pages than any before them, and not sooner', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lengths, async (deaths) => {
        let [most, fruitless] = [0, 0];
        const fatal = deaths.findIndex((pages) => {
          fruitless = pages > most ? 0 : fruitless + 1;
          most = Math.max(most, pages);
          return fruitless === 5;
        });
        const { isWhole, kind, attempts } = await read(deaths, 9);
        expect([isWhole, kind]).toEqual(fatal === -1 ? [true, false] : [false, 'expired']);
        expect(attempts).toBe(fatal === -1 ? deaths.length + 1 : fatal + 1);
      }),
    );
  });

  it('goes on as long as each comes later in time', async () => {
    let time = 0;
    expect(await read(Array<number>(40).fill(1), 1, () => time++)).toMatchObject({ isWhole: true });
    expect(await read(Array<number>(40).fill(1), 1, () => 7)).toMatchObject({ kind: 'expired', attempts: 6 });
  });

  it('is fetched ahead of its reader from then on, packed, up to 400 pages', async () => {
    let [attempts, fetched, packed] = [0, 0, 0];
    const begin = async function* () {
      attempts += 1;
      const ids = Array(attempts === 1 ? 2 : 3_000).keys();
      for await (const page of pagesOf(ids, () => (fetched += 1)))
        yield { ...page, rows: Object.assign([...page.rows], { pack: () => (packed += 1) }) };
      if (attempts === 1) throw expired();
    };
    const pages = restarting(listing, begin);
    const next = async () => {
      const { done } = await pages.next();
      for (let turns = 0; turns < 1_000; turns++) await turn();
      return done;
    };
    await next();
    await next();
    expect([fetched, packed]).toEqual([2, 0]);
    await next();
    expect(fetched - 2).toBeGreaterThan(390);
    expect(fetched - 2).toBeLessThan(410);
    expect(packed).toBe(fetched - 2);
    expect(await Array.fromAsync(pages)).toHaveLength(2_999);
  });

  it('is not, where it came later in time', async () => {
    let [attempts, fetched, time] = [0, 0, 0];
    const begin = async function* () {
      attempts += 1;
      yield* pagesOf(Array(attempts === 1 ? 2 : 100).keys(), () => (fetched += 1));
      if (attempts === 1) throw expired();
    };
    const pages = restarting(listing, begin, () => time++);
    for (let taken = 0; taken < 4; taken++) await pages.next();
    for (let turns = 0; turns < 100; turns++) await turn();
    expect(fetched).toBe(4);
  });
});

describe('pages without a row that is new', () => {
  it('are 250 at most, however the rows are ordered, and those read again are none of them', async () => {
    const round = (id: number) => (id * 7) % 40;
    const circle = restarting(listing, () => pagesOf(Array.from(Array(1_000).keys(), round)));
    await expect(Array.fromAsync(circle)).rejects.toThrow('250 pages in a row have no row that is new');
    expect(await read([300, 200], 600)).toMatchObject({ isWhole: true });
  });

  it('are those of rows that come again as changed', async () => {
    const changing = async function* (): AsyncGenerator<Page> {
      for (let at = 0; at < 600; at++)
        yield { rows: [{ id: 1, updated_at: String(at) }], requestedAt: 0, limit: 1 };
    };
    await expect(Array.fromAsync(restarting(listing, changing))).rejects.toThrow('no row that is new');
  });

  it('are none while rows are later, or are new among thousands', async () => {
    let time = 0;
    const later = restarting(
      listing,
      () => pagesOf(Array(600).fill(1)),
      () => time++,
    );
    expect(await Array.fromAsync(later)).toHaveLength(600);
    expect(await Array.fromAsync(restarting(listing, () => pagesOf(Array(50_000).keys())))).toHaveLength(
      50_000,
    );
  });
});
