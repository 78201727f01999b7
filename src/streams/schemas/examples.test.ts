import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { examples, streams } from './all.fixture.ts';

/** No undeclared field at any level; zone-less times are held to ISO 8601, since RFC 3339 knows none. */
function strict(key: string, value: unknown): unknown {
  if (key === 'additionalProperties') return false;
  const isNaive =
    typeof value === 'object' &&
    value !== null &&
    Reflect.get(value, 'airbyte_type') === 'timestamp_without_timezone';
  return isNaive ? { ...value, format: 'iso-date-time' } : value;
}

describe.each(streams)('the examples of $name', ({ name, schema }) => {
  const rows = examples(name);

  test('fit as they are', () => {
    expect(rows).not.toEqual([]);
    for (const row of examples(name)) {
      const unknown = new Set<string>();
      expect({ changes: schema.fit(row, unknown), unknown: [...unknown] }).toEqual({
        changes: [],
        unknown: [],
      });
    }
  });

  test('hold to what is discovered, strictly', () => {
    const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, keywords: ['airbyte_type'] });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema.jsonSchema(), strict)));
    for (const row of rows) {
      schema.fit(row, new Set());
      validate(JSON.parse(JSON.stringify(row)));
      expect(validate.errors).toBeNull();
    }
  });
});
