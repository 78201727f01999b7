import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../json.ts';

/** Holds a time to its column's `airbyte_type`: with a zone, or without one. */
const ajv = addFormats
  .default(new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }))
  .addFormat('timestamp_with_timezone', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
  .addFormat('timestamp_without_timezone', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/);

/** Validates records against a discovered `json_schema`. A field that it does not declare, at any level, is an error. */
export function recordValidator(discovered: JsonObject): ValidateFunction {
  const schema: unknown = JSON.parse(JSON.stringify(discovered), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { airbyte_type: format, ...rest } = value as JsonObject;
    return {
      ...rest,
      ...(Object.hasOwn(rest, 'properties') && { additionalProperties: false }),
      ...(typeof format === 'string' && { format }),
    };
  });
  return ajv.compile(schema as object);
}
