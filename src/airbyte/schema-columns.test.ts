import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import {
  anyObject,
  boolean,
  date,
  integer,
  list,
  listOfPairs,
  listOrText,
  naiveTimestamp,
  number,
  object,
  schema,
  text,
  timestamp,
} from './schema.ts';
import type { Fields, FieldType } from './schema-field-type.ts';
import { asKept, meaning, meaningOfFit, unfit } from './schema-meaning.fixture.ts';
import { recordsWith } from './schema-values.fixture.ts';
import { ignored } from './schema-field-types.fixture.ts';

const plain: Fields = { anyObject, boolean, date, integer, naiveTimestamp, number, text, timestamp };
const pair = object({ name: text, value: text });
const every: Fields = {
  ...Object.fromEntries(
    Object.entries(plain).flatMap(([name, type]) => [
      [name, type],
      [`${name}_list`, list(type)],
      [`${name}_list_or_text`, listOrText(type)],
      [`${name}_object`, object({ inner: type })],
      [`${name}_objects`, list(object({ inner: type, lists: list(list(type)) }))],
    ]),
  ),
  pairs: listOfPairs(pair, 'name', 'value'),
  lists_of_pairs: list(object({ pairs: listOfPairs(pair, 'name', 'value') })),
};
const all = schema(every);

/** Zone-less times are no RFC 3339, which JSON Schema cannot say. */
function asLoaded(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asLoaded);
  if (typeof node !== 'object' || node === null) return node;
  const loaded: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([name, inner]) => [name, asLoaded(inner)]),
  );
  if (loaded['airbyte_type'] === 'timestamp_without_timezone') loaded['format'] = 'iso-date-time';
  delete loaded['airbyte_type'];
  return loaded;
}

function validator(jsonSchema: JsonObject): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  return ajv.compile(asLoaded({ ...jsonSchema, additionalProperties: false }) as object);
}

const sent = recordsWith(Object.keys(every));
const read = (json: string) => parseLossless(json) as JsonObject;

test('whatever comes, what goes out fits its columns, the second time without a change', () => {
  const valid = validator(all.jsonSchema());
  fc.assert(
    fc.property(sent, (json) => {
      const record = read(json);
      all.coerce(record, ignored());
      valid(JSON.parse(JSON.stringify(record)));
      expect(valid.errors).toBeNull();
      delete record['_ab_additional_properties'];
      const once = JSON.stringify(record);
      expect(all.coerce(record, ignored())).toEqual([]);
      expect(JSON.stringify(record)).toBe(once);
    }),
    { numRuns: runs(2_000) },
  );
});

test('every value is emitted with the same meaning, or kept beside under its path [MIG-09]', () => {
  fc.assert(
    fc.property(
      sent.filter((json) => !json.includes('\\u0000')),
      (json) => {
        const before = read(json);
        const record = read(json);
        all.coerce(record, ignored());
        const kept = (record['_ab_additional_properties'] ?? {}) as JsonObject;
        const free = (name: string) =>
          name !== '' && name !== '_ab_additional_properties' && !taken.has(name);
        const taken = new Set<string>();
        const due: [string, JsonValue][] = [];
        for (const [name, value] of Object.entries(before)) {
          if (!Object.hasOwn(every, name)) continue;
          due.push(...unfit(value, every[name] as FieldType, name));
          expect(meaning(record[name], every[name])).toEqual(meaningOfFit(value, every[name] as FieldType));
        }
        due.push(...Object.entries(before).filter(([name]) => !Object.hasOwn(every, name)));
        for (const [path, value] of due) {
          const tries = [path, `${path}_`, `${path}_${taken.size}`];
          const name = tries.find(free) ?? 'none';
          taken.add(name);
          expect([name, Object.hasOwn(kept, name)]).toEqual([name, true]);
          expect(JSON.stringify(kept[name])).toBe(JSON.stringify(asKept(value)));
        }
        expect(Object.keys(kept).toSorted()).toEqual([...taken].toSorted());
      },
    ),
    { numRuns: runs(3_000) },
  );
});
