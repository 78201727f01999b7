import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject } from './json.ts';

/** A time has a zone where its column says so, and none where it says so (CATA-05). */
const ajv = addFormats
  .default(new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }))
  .addFormat('timestamp_with_timezone', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
  .addFormat('timestamp_without_timezone', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/);

/** Holds records to a discovered schema, strictly: what it does not declare, at any level, is a fault. */
export function closed(discovered: JsonObject): ValidateFunction {
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
