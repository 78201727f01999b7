import { describe, expect, test } from 'vitest';
import { boolean, booleanOrBit, integer, integerOrText, number } from './schema.ts';
import { changed, coerced, nulled, untouched } from './schema-field-types.fixture.ts';

const notNumbers = ['""', '"149.59"', '"abc"', 'true', '{}', '[]'];

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
  ])('%s goes out with its own digits', (json) => expect(coerced(number, json)).toEqual(untouched(json)));

  test.each([...notNumbers, '1e31', '-1e31', '10000000000000000000000000000000', '1e400'])(
    '%s is null',
    (json) => expect(coerced(number, json)).toEqual(nulled),
  );
});

describe('integer', () => {
  test.each(['0', '-5', '893000003', '9007199254740993', '9223372036854775807', '-9223372036854775808'])(
    '%s goes out with its own digits',
    (json) => expect(coerced(integer, json)).toEqual(untouched(json)),
  );

  test.each([
    ['5.0', '5'],
    ['-5.00', '-5'],
    ['0E-10', '0'],
    ['-0', '0'],
    ['1.5e3', '1500'],
    ['0.0007e4', '7'],
    ['9007199254740993.0', '9007199254740993'],
  ])('%s is %s', (json, whole) => expect(coerced(integer, json)).toEqual({ json: whole, changes: [] }));

  test.each([
    ...notNumbers,
    '"5"',
    '149.59',
    '1e-1',
    '9223372036854775808',
    '9223372036854776000',
    '-9223372036854776000',
    '1e19',
    '1e999999999',
  ])('%s is null', (json) => expect(coerced(integer, json)).toEqual(nulled));
});

describe('integerOrText', () => {
  test.each([
    ['3', 3],
    ['"3"', 3],
    ['"3.0"', 3],
    ['"-12"', -12],
    ['5.0', 5],
  ])('%s is %s', (json, whole) => expect(coerced(integerOrText, json)).toEqual(changed(whole)));

  test('text of 64 bits keeps its digits', () => {
    expect(coerced(integerOrText, '"9007199254740993"')).toEqual(untouched('9007199254740993'));
  });

  test.each([...notNumbers, '"3 "', '"0x10"', '1.5', '"NaN"', '"Infinity"'])('%s is null', (json) =>
    expect(coerced(integerOrText, json)).toEqual(nulled),
  );
});

describe('boolean', () => {
  test.each(['true', 'false'])('%s goes out as it came', (json) => {
    expect(coerced(boolean, json)).toEqual(untouched(json));
    expect(coerced(booleanOrBit, json)).toEqual(untouched(json));
  });

  test.each(['"true"', '"yes"', '""', '1', '0', '{}', '[]'])('%s is null', (json) =>
    expect(coerced(boolean, json)).toEqual(nulled),
  );
});

describe('booleanOrBit', () => {
  test.each([
    ['0', false],
    ['1', true],
    ['1.0', true],
    ['0.0', false],
  ])('%s is %s', (json, truth) => expect(coerced(booleanOrBit, json)).toEqual(changed(truth)));

  test.each(['2', '-1', '0.5', '"1"', '"true"', '[]'])('%s is null', (json) =>
    expect(coerced(booleanOrBit, json)).toEqual(nulled),
  );
});
