import fc from 'fast-check';
import { everyKind } from '../streams/lying-store.ts';

/** Texts and values that nobody means. */

/** What no input may bring to light. */
export const token = `sk_test_99x1_${'a7'.repeat(32)}`;
const streams = everyKind;

export const oneOf = fc.constantFrom;
const times = (text: string, most: number) =>
  fc.integer({ min: 0, max: most }).map((count) => text.repeat(count));

export const spelledToken = oneOf(
  token,
  token.toUpperCase(),
  encodeURIComponent(`"${token}"`),
  token.replaceAll(/[^]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  JSON.stringify(JSON.stringify(token)),
  Buffer.from(`Bearer ${token}`).toString('base64'),
);
/** Without the token. */
export const oddName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  times('9', 3_000),
  times(' ', 3_000),
  times('[', 1_000),
  oneOf(
    '',
    '\0',
    '\uD800',
    '\uDFFD',
    '\u2028',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'NaN',
    '-0',
    '1e400',
  ),
  oneOf(
    '2024-01-31',
    '2024-02-30T10:00:00Z',
    '9999-12-31T23:59:59-23:59',
    '0000-01-01',
    '01/31/2024',
    '2024-05-01T10:00:00',
  ),
  oneOf('\u001b[31m', '{"a":1}', '[]', '${x}', '%s%n', '../../etc/passwd', 'true', '<b>', "' OR 1=1"),
);
export const oddText = fc.oneof({ weight: 9, arbitrary: oddName }, spelledToken);
export const fieldName = fc.oneof(
  oddText,
  oneOf(...streams, 'id', 'updated_at', 'line_items', 'stream', 'type', 'data', 'error'),
);

const deep = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 400, max: 3_000 })),
    oneOf(['[', ']'], ['{"a":', '}']),
  )
  .map(([levels, [open = '', close = '']]) => `${open.repeat(levels)}1${close.repeat(levels)}`);

/** A value, as the text of its JSON. */
export const anyJson: fc.Arbitrary<string> = fc.oneof(
  fc.json({ maxDepth: 3 }),
  oddText.map((text) => JSON.stringify(text)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  oneOf(
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '0',
    '-1',
    '1e400',
    '-0',
    '0.10',
    '9007199254740993',
    '"\\ud83d"',
    '[null]',
  ),
  times('8', 400).map((digits) => `1${digits}`),
  deep,
  fc.array(fc.tuple(fieldName, fc.json({ maxDepth: 1 })), { maxLength: 30 }).map(objectOf),
);

export function objectOf(fields: readonly (readonly [name: string, json: string])[]): string {
  return `{${fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join()}}`;
}
