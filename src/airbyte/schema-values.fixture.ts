import * as fc from 'fast-check';
import { type JsonObject, type JsonValue, rawJSON } from './json.ts';
import { parseLossless } from './lossless-json.ts';

const scalar = fc.oneof(
  fc.constantFrom<JsonValue[]>(
    '',
    '0',
    '1.0',
    '-12',
    '1e400',
    'NaN',
    'true',
    '[]',
    '{"a":1}',
    '[{"inner":1}]',
    '2025-06-10',
    '2025-06-10T10:00',
    '2025-06-10T10:00:00',
    '2025-06-10T00:00:00+02:00',
    0,
    1,
    true,
    null,
  ),
  fc.string(),
  fc.integer(),
  fc.double(),
  fc
    .constantFrom('1e31', '10.0', '9223372036854775808', '0E-10', '-0', '1e400')
    .map((digits) => rawJSON(digits)),
);
const fieldName = fc.oneof(
  fc.constantFrom('inner', 'lists', 'name', 'value', '__proto__', 'constructor', 'toString', 'INNER', ''),
  fc.string(),
);
/** Objects as JSON.parse makes them: a field may be called `__proto__`. */
const objectOf = (value: fc.Arbitrary<JsonValue>, name = fieldName) =>
  fc
    .array(fc.tuple(name, value), { maxLength: 3 })
    .map((entries) => parseLossless(JSON.stringify(Object.fromEntries(entries))) as JsonObject);
export const { awkward } = fc.letrec<{ awkward: JsonValue }>((tie) => ({
  awkward: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('awkward'), { maxLength: 3 }),
    objectOf(tie('awkward')),
  ),
}));

/** JSON text of a record with columns of these names, and with others. */
export const recordsWith = (columns: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...columns) },
          {
            weight: 1,
            arbitrary: fc.constantFrom(
              '_ab_additional_properties',
              '__proto__',
              'constructor',
              'INTEGER',
              'integer_list[0]',
              'unknown',
            ),
          },
          { weight: 1, arbitrary: fc.string() },
        ),
        awkward,
      ),
      { maxLength: 8 },
    )
    .map((entries) => JSON.stringify(Object.fromEntries(entries)));
