import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiResponse } from './response.ts';
import { RechargeError } from './errors.ts';
import { all, answer, listingOf } from './pages.fixture.ts';
import type { Get, Listing } from './pages.ts';
import { listingPages } from './restarting.ts';

const page = (more = true): ApiResponse => answer({ next_cursor: more ? 'next' : null, things: [] });

/** Reads pages of a chain of its own, one for each of these ends; the last but one is the end of its listing. */
async function chain(
  listing: Listing,
  send: (limit: () => number, onTimeout: () => void) => Promise<ApiResponse>,
) {
  const get: Get = (ask, onTimeout = () => {}) => send(() => Number(ask().query?.['limit']), onTimeout);
  await all(listingPages({ ...listing, get })).catch(() => {});
}

/** Serves so many pages at once, each a chain of its own; gives the sizes that were asked for. */
async function served(listing: Listing, pages: number): Promise<number[]> {
  const asked: number[] = [];
  for (let left = pages; left > 0; left--)
    await chain(listing, async (limit) => {
      asked.push(limit());
      return page(false);
    });
  return asked;
}

async function shrunk(): Promise<Listing> {
  const listing = listingOf(250);
  await chain(listing, async (limit, onTimeout) => {
    limit();
    onTimeout();
    limit();
    return page(false);
  });
  await served(listing, 3);
  return listing;
}

/** What becomes of a request, given its attempts' sizes. */
const ends: Readonly<
  Record<string, (limit: () => number, onTimeout: () => void) => ApiResponse | Promise<ApiResponse>>
> = {
  served: (limit) => {
    limit();
    return page(false);
  },
  'served at the second attempt': (limit) => {
    limit();
    limit();
    return page(false);
  },
  'too heavy': (limit, onTimeout) => {
    limit();
    onTimeout();
    limit();
    return page(false);
  },
  'too heavy to the end': (limit, onTimeout) => {
    limit();
    onTimeout();
    throw new RechargeError('unavailable', '/things', '', 504);
  },
  malformed: (limit) => {
    limit();
    throw new RechargeError('malformed', '/things', '', 200);
  },
  'refused (422)': (limit) => {
    limit();
    throw new RechargeError('rejected', '/things', '', 422);
  },
  'busy (429)': (limit) => {
    limit();
    throw new RechargeError('rateLimited', '/things', '', 429);
  },
  unavailable: (limit) => {
    limit();
    throw new RechargeError('unavailable', '/things', '', 500);
  },
  aborted: (limit) => {
    limit();
    throw new DOMException('stopped', 'AbortError');
  },
};

describe('a request that tries a larger page for all', () => {
  it.each(Object.keys(ends).filter((name) => !name.startsWith('too heavy')))(
    'lets another one try after four pages at most, when it was %s',
    async (name) => {
      const listing = await shrunk();
      let tried = 0;
      await chain(
        listing,
        async (limit, onTimeout) =>
          (ends[name] ?? ends['served'])?.(() => (tried = limit()), onTimeout) as ApiResponse,
      );
      expect(tried).toBe(250);
      expect((await served(listing, 5)).at(-1)).toBe(250);
    },
  );

  it('is the only one while it is under way, and not once it is abandoned', async () => {
    const listing = await shrunk();
    const { promise, reject } = Promise.withResolvers<ApiResponse>();
    const get: Get = (ask) => {
      ask();
      return promise;
    };
    const pages = listingPages({ ...listing, get });
    const next = pages.next();
    expect(await served(listing, 1)).toEqual([125]);
    reject(new DOMException('stopped', 'AbortError'));
    await expect(next).rejects.toThrow('stopped');
    await pages.return(undefined);
    expect((await served(listing, 4)).at(-1)).toBe(250);
  });
});

it('whatever becomes of requests, alone or side by side, pages are full again once the API serves them', async () => {
  const one = fc.record({ name: fc.constantFrom(...Object.keys(ends)), turns: fc.nat(4) });
  const rounds = fc.array(fc.record({ requests: fc.array(one, { maxLength: 3 }), servedAfter: fc.nat(9) }), {
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(rounds, async (drawn) => {
      const listing = await shrunk();
      for (const { requests, servedAfter } of drawn) {
        const sent = requests.map(({ name, turns }) =>
          chain(listing, async (limit, onTimeout) => {
            limit();
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            return ends[name]?.(limit, onTimeout) ?? page(false);
          }),
        );
        await Promise.all(sent);
        await served(listing, servedAfter);
      }
      // Five doublings at most, each after at most 4 × 2^12 pages, since no more than 12 trials have failed.
      let pages = 0;
      while ((await served(listing, 1))[0] !== 250) expect(++pages).toBeLessThan(5 * 4 * 2 ** 12);
    }),
  );
});
