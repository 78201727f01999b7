import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import {
  anyObject,
  boolean,
  booleanOrBit,
  date,
  integer,
  integerOrText,
  list,
  listOrText,
  naiveTimestamp,
  number,
  object,
  schema,
  text,
  textOrAnything,
  textOrNumber,
  timestamp,
} from './schema.ts';

const plain = {
  anyObject,
  boolean,
  booleanOrBit,
  date,
  integer,
  integerOrText,
  naiveTimestamp,
  number,
  text,
  textOrAnything,
  textOrNumber,
  timestamp,
};
const every = Object.fromEntries(
  Object.entries(plain).flatMap(([name, type]) => [
    [name, type],
    [`${name}_list`, list(type)],
    [`${name}_list_or_text`, listOrText(type)],
    [`${name}_object`, object({ [name]: type })],
  ]),
);

/** Text columns take numbers and booleans, and zone-less times are no RFC 3339: what JSON Schema cannot say. */
function asLoaded(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asLoaded);
  if (typeof node !== 'object' || node === null) return node;
  const loaded: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([name, inner]) => [name, asLoaded(inner)]),
  );
  if (loaded['airbyte_type'] === 'timestamp_without_timezone') loaded['format'] = 'iso-date-time';
  delete loaded['airbyte_type'];
  if (Array.isArray(loaded['type']) && loaded['type'].includes('string') && !loaded['format']) {
    loaded['type'] = ['null', 'string', 'number', 'boolean'];
  }
  return loaded;
}

function validator(jsonSchema: JsonObject): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  return ajv.compile(asLoaded(jsonSchema) as object);
}

const awkward = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    '0',
    '1.0',
    '[]',
    '{"a":1}',
    '2025-06-10',
    '2025-06-10T10:00:00',
    '2025-06-10T00:00:00+02:00',
    'a\0',
  ),
  fc
    .constantFrom('1e31', '10.0', '9223372036854775808', '0E-10', '-0', '1e400')
    .map((digits) => JSON.rawJSON(digits)),
);

test('whatever comes, what goes out coercions its columns, the second time without a change', () => {
  const all = schema(every);
  const valid = validator(all.jsonSchema());
  const sent = fc.record(
    Object.fromEntries(
      Object.keys(every).map((name) => [
        name,
        name.endsWith('_object')
          ? fc.oneof(
              awkward,
              awkward.map((value) => ({ [name.slice(0, -'_object'.length)]: value })),
            )
          : name.includes('_list')
            ? fc.oneof(awkward, fc.array(awkward, { maxLength: 3 }))
            : awkward,
      ]),
    ),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(sent, (value) => {
      const record = parseLossless(JSON.stringify(value)) as JsonObject;
      all.coerce(record, new Set());
      const once = JSON.stringify(record);
      valid(JSON.parse(once));
      expect(valid.errors).toBeNull();
      expect(all.coerce(record, new Set())).toEqual([]);
      expect(JSON.stringify(record)).toBe(once);
    }),
    { numRuns: 500 },
  );
});
