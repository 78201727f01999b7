import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** docs/security.md has each limit with its number, and names the constant that has the same. */
const textOf = (file: string) => readFileSync(`${import.meta.dirname}/../${file}`, 'utf8');
const rows = [
  ...textOf('docs/security.md').matchAll(
    /^\|[^|]+\| ([\d,]+)( \w+)?[^|]*\|[^|]+\| `([\w.]+)` in `(\S+)` \|$/gm,
  ),
];

/** How many of a constant's own units one of the page's is. */
const units: Readonly<Record<string, readonly number[]>> = {
  MB: [1, 2 ** 20],
  s: [1, 1_000],
  min: [60_000],
};

/** The value of a constant that is a product of numbers. */
function valueOf(name: string, file: string): number {
  const [constant = '', field] = name.split('.');
  const [, value = ''] = new RegExp(`const ${constant}\\b[^=]*= ([^;]+);`).exec(textOf(file)) ?? [];
  const [, own = ''] =
    field === undefined ? [value, value] : (new RegExp(`${field}: ([^,}]+)`).exec(value) ?? []);
  const factors = own
    .replaceAll('_', '')
    .replace('2 ** 20', `${2 ** 20}`)
    .split('*');
  return factors.reduce((product, factor) => product * Number(factor), 1);
}

test('every limit on the page is that of the code', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const [row, number = '', unit = '', name = '', file = ''] of rows) {
    const value = valueOf(name, file);
    const factors = units[unit.trim()] ?? [1];
    expect([row, factors.map((factor) => factor * Number(number.replaceAll(',', '')))]).toEqual([
      row,
      expect.arrayContaining([value]),
    ]);
  }
});

test('every row of the page says where its limit is', () => {
  const [, section = ''] = textOf('docs/security.md').split('## Limits');
  const all = section.split('## ')[0]?.match(/^\| (?!what|-)/gm);
  expect(all).toHaveLength(rows.length);
});
