import { isRawJSON } from './json.ts';
import * as fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { describe, expect, test } from 'vitest';
import { parseLossless } from './lossless-json.ts';

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: min, maxLength: max });

/** Any number JSON can write, in its own digits. */
const numberText = fc
  .record({
    minus: fc.constantFrom('', '-'),
    whole: fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.constantFrom(...'123456789'.split('')), digits(0, 24)).map((parts) => parts.join('')),
    ),
    fraction: fc.oneof(
      fc.constant(''),
      digits(1, 20).map((text) => `.${text}`),
    ),
    exponent: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      fc
        .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '-', '+'), digits(1, 3))
        .map((parts) => parts.join('')),
    ),
  })
  .map(({ minus, whole, fraction, exponent }) => `${minus}${whole}${fraction}${exponent}`);

const space = fc.constantFrom('', ' ', '\n', '\t', '\r\n  ');
const scalarText = fc.oneof(
  numberText,
  fc.json({ maxDepth: 0 }),
  fc.string().map((text) => JSON.stringify(text)),
);

const { json: jsonText } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
  json: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalarText, tie('list'), tie('object')),
  list: fc
    .tuple(fc.array(tie('json'), { maxLength: 4 }), space)
    .map(([items, gap]) => `[${items.map((item) => gap + item + gap).join(',')}]`),
  object: fc
    .tuple(fc.array(tie('json'), { maxLength: 4 }), space)
    .map(([items, gap]) => `{${items.map((item, index) => `"k${index}":${gap}${item}${gap}`).join(',')}}`),
}));

/** The text without the space between its tokens, and with its texts written as JSON.stringify writes them. */
function compact(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (token) =>
    token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : '',
  );
}

test('what is parsed is printed again with every digit it came with', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      expect(JSON.stringify(parseLossless(text))).toBe(compact(text));
    }),
    { numRuns: runs(3000) },
  );
});

test('it reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(JSON.stringify(parseLossless(text)))).toEqual(
        JSON.parse(JSON.stringify(JSON.parse(text))),
      );
    }),
  );
});

describe('numbers that JavaScript would change', () => {
  test.each([
    '9007199254740993',
    '-12345678901234567890',
    '10.0',
    '0E-10',
    '1e400',
    '1E5',
    '-0',
    '0.0000001',
    '1234567890.12345678',
  ])('%s', (text) => {
    for (const whole of [text, `[${text}]`, `{"a": ${text} }`, `{"a":[1,${text}\n]}`, `[1, ${text},2]`]) {
      expect(JSON.stringify(parseLossless(whole))).toBe(compact(whole));
    }
    expect(isRawJSON(parseLossless(text))).toBe(true);
  });
});

test('numbers that JavaScript keeps stay numbers', () => {
  const text =
    '{"id":893000003,"rate":0.0825,"total":-1234.56,"zero":0,"texts":["32.50","rv:109.0) x","10:00:00.0"]}';
  expect(parseLossless(text)).toEqual(JSON.parse(text));
});

test('what is not JSON is refused as JSON.parse refuses it', () => {
  for (const text of ['', '{"a":1', '[01]', '{"a":10.0,}', 'NaN'])
    expect(() => parseLossless(text)).toThrow(SyntaxError);
});
