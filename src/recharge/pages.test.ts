import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { all, answer, listingOf, scripted } from './pages.fixture.ts';
import { listingPages } from './restarting.ts';

describe('listingPages', () => {
  it('asks with filters first, then with cursor and limit alone', async () => {
    const { get, asked } = scripted([
      answer({ next_cursor: 'abc', things: [{ id: 1 }] }),
      answer({ next_cursor: null, things: [{ id: 2 }] }),
    ]);
    expect(await all(listingPages(listingOf(250, get)))).toEqual([{ id: 1 }, { id: 2 }]);
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
        if (!endsWithNull && (last > 0 || (pagesOfRows[0]?.length ?? 0) > 0))
          answers.push(answer({ things: [] }));
        expect(await all(listingPages(listingOf(250, scripted(answers).get)))).toEqual(pagesOfRows.flat());
      }),
    );
  });

  it.each([1, 2, 3, 7])('refuses to go round in a circle of %d pages', async (length) => {
    const things = Array.from({ length: 40 }, (_, id) =>
      answer({ next_cursor: `c${id % length}`, things: [{ id }] }),
    );
    await expect(all(listingPages(listingOf(250, scripted(things).get)))).rejects.toThrow(
      /leads back to a page/,
    );
  });

  it.each([{ things: {} }, { things: null }, { things: [null] }, { things: [[1]] }, { things: ['x'] }])(
    'refuses %j',
    async (body) => {
      await expect(all(listingPages(listingOf(250, scripted([answer(body)]).get)))).rejects.toThrow(
        /not a list of objects/,
      );
    },
  );

  // docs/recharge-api.md#end-of-a-list
  describe('a full first page that names no cursor', () => {
    const two = listingOf(2);
    const page = (...ids: number[]) => answer({ things: ids.map((id) => ({ id })) });

    it('goes on by number', async () => {
      const { get } = scripted([page(1, 2), page(3, 4), page(5), page()]);
      expect(await all(listingPages({ ...two, get }))).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })));
    });

    it('is an error where the API does not count pages: there may be more', async () => {
      const repeating = scripted([page(1, 2), page(1, 2)]);
      await expect(all(listingPages({ ...two, get: repeating.get }))).rejects.toThrow(/the page itself/);
    });
  });

  it.each([5, {}, false, ['']])('refuses the next_cursor %j [E-12]', async (next_cursor) => {
    await expect(
      all(listingPages(listingOf(250, scripted([answer({ next_cursor, things: [] })]).get))),
    ).rejects.toThrow(/next_cursor/);
  });
});
