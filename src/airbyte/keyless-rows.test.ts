import fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { expect, test } from 'vitest';
import { KeylessRows } from './keyless-rows.ts';

function rowsOf(places: readonly string[]): { rows: KeylessRows; warnings: string[] } {
  const warnings: string[] = [];
  const rows = new KeylessRows('things', (sentence) => warnings.push(sentence));
  for (const place of places) rows.add(place);
  return { rows, warnings };
}

test('says how many there were and where, and what becomes of them', () => {
  const { rows, warnings } = rowsOf(['page 1, index 0']);
  expect(warnings).toEqual(['things: a row came without a usable key and is left out: page 1, index 0.']);
  expect(rows.error(false)).toMatchObject({
    type: 'config_error',
    message: expect.stringMatching(
      /^1 row of things came without a usable key and was left out: page 1, index 0\. All other rows were written, .* the next sync does not read them again/,
    ),
  });
  expect(rows.error(true).message).toMatch(/this full refresh .* the destination keeps the old table/);
});

test('counts all, and names the first five', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), (count) => {
      const places = Array.from({ length: count }, (_, index) => `page 3, index ${index}`);
      const { rows, warnings } = rowsOf(places);
      const { message } = rows.error(false);
      const named = places.slice(0, 5).join('; ');
      const more = count > 5 ? `; and ${count - 5} more` : '';
      expect(message.split('. ')[0]).toBe(
        `${count} rows of things came without a usable key and were left out: ${named}${more}`,
      );
      expect(warnings).toHaveLength(Math.min(5, count));
    }),
    { numRuns: runs(40) },
  );
});
