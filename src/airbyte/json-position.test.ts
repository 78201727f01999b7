import { expect, it } from 'vitest';
import { notJson } from './json-position.ts';

const rows = (row: string) => `{"orders":[${`{"note":"${'x'.repeat(8_000)}"},`.repeat(250)}${row}]}`;

it('finds the place in a full page of large rows', () => {
  const page = rows('{"total":NaN}');
  expect(page.length).toBeGreaterThan(2_000_000);
  expect(notJson(page)).toBe(`is not valid JSON: see line 1, column ${page.indexOf('NaN') + 1}`);
});
