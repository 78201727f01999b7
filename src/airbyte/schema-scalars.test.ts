import { describe, expect, test } from 'vitest';
import { boolean, integer, number } from './schema.ts';
import { changed, coerced, nulled, untouched } from './schema-field-types.fixture.ts';

const notNumbers = [
  '""',
  '" "',
  '"abc"',
  '"NaN"',
  '"Infinity"',
  '"+1"',
  '".5"',
  '"1."',
  '"01"',
  '"0x10"',
  '"3 "',
  'true',
  '{}',
  '[]',
  '[1]',
];

describe('number', () => {
  test.each([
    '0',
    '-149.59',
    '10.0',
    '0E-10',
    '1e30',
    '0.12345678901234567890',
    '9007199254740993',
    '-9.9e30',
  ])('%s goes out with its own digits', (json) => {
    expect(coerced(number, json)).toEqual(untouched(json));
    expect(coerced(number, `"${json}"`)).toEqual(untouched(json));
  });

  test.each(notNumbers)('%s is null and kept', (json) => expect(coerced(number, json)).toEqual(nulled(json)));

  test.each(['1e31', '-1e31', '10000000000000000000000000000000', '1e400'])(
    '%s, which no destination can load, is null and kept as text',
    (json) => {
      expect(coerced(number, json)).toEqual(nulled(json, `"${json}"`));
      expect(coerced(number, `"${json}"`)).toEqual(nulled(`"${json}"`));
    },
  );
});

describe('integer', () => {
  test.each(['0', '-5', '893000003', '9007199254740993', '9223372036854775807', '-9223372036854775808'])(
    '%s goes out with its own digits, from text too',
    (json) => {
      expect(coerced(integer, json)).toEqual(untouched(json));
      expect(coerced(integer, `"${json}"`)).toEqual(untouched(json));
    },
  );

  test.each([
    ['5.0', '5'],
    ['-5.00', '-5'],
    ['0E-10', '0'],
    ['-0', '0'],
    ['"-0"', '0'],
    ['1.5e3', '1500'],
    ['0.0007e4', '7'],
    ['9007199254740993.0', '9007199254740993'],
  ])('%s is %s', (json, whole) => expect(coerced(integer, json)).toEqual({ json: whole, changes: [] }));

  test.each([
    ...notNumbers,
    '"149.59"',
    '"5.0"',
    '"1e3"',
    '149.59',
    '1e-1',
    '9223372036854775808',
    '"9223372036854775808"',
    '9223372036854776000',
    '-9223372036854776000',
    '1e19',
  ])('%s is null and kept', (json) => expect(coerced(integer, json)).toEqual(nulled(json)));

  test('1e999999999 is null and kept as text', () => {
    expect(coerced(integer, '1e999999999')).toEqual(nulled('1e999999999', '"1e999999999"'));
  });

  test('runs of zeros are looked at once, however long they are', () => {
    const zeros = '0'.repeat(400_000);
    for (const json of [`1.${zeros}1`, `1${zeros}1`, `"1${zeros}1"`, `0.${zeros}`])
      expect(coerced(integer, json).json).toBe(json === `0.${zeros}` ? '0' : 'null');
  });
});

describe('boolean', () => {
  test.each(['true', 'false'])('%s goes out as it came', (json) => {
    expect(coerced(boolean, json)).toEqual(untouched(json));
  });

  test.each([
    ['0', false],
    ['1', true],
    ['1.0', true],
    ['0.0', false],
    ['"true"', true],
    ['"false"', false],
  ])('%s is %s', (json, truth) => expect(coerced(boolean, json)).toEqual(changed(truth)));

  test.each(['2', '-1', '0.5', '"1"', '"0"', '"yes"', '"True"', '""', '{}', '[]'])(
    '%s is null and kept',
    (json) => expect(coerced(boolean, json)).toEqual(nulled(json)),
  );
});
