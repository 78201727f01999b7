import type * as z from 'zod';
import { configError } from './connector-error.ts';
import type { JsonObject } from './json.ts';
import { parseWith } from './problems.ts';
import type { ConnectorSpecification, Log } from './protocol.ts';

/**
 * The specification and the typed configuration of a source, from one Zod schema of an object.
 *
 * A field's title, description, `airbyte_secret`, `order` and `group` stand in its `.meta({})`. A setting that is null
 * counts as absent. Unknown settings are warned of and ignored; a name that begins with `_` is the platform's own.
 */
export function zodConfig<Schema extends z.ZodObject>(schema: Schema, documentationUrl: string) {
  return {
    specification: (): ConnectorSpecification => {
      const { $schema, properties, required } = schema.toJSONSchema({ target: 'draft-7', io: 'input' });
      return {
        documentationUrl,
        connectionSpecification: {
          $schema: $schema ?? '',
          type: 'object',
          required: required ?? [],
          properties: properties as JsonObject,
          additionalProperties: true,
        },
      };
    },
    parseConfig: (raw: JsonObject, log: Log): z.output<Schema> => {
      warnOfUnknown(raw, Object.keys(schema.shape), log);
      const { data, problem } = parseWith(schema, withoutNulls(raw));
      if (problem !== undefined) throw configError(`Config validation error: ${problem}.`);
      return data;
    },
  };
}

/** As many unknown settings are named. */
const mostNames = 20;
/** What may be a setting's name: a token that was filled in as one is not repeated. */
const settingName = /^(?!sk_)\D{1,40}$/;

/** Warns of the settings that are none of these. A name that begins with `_` is the platform's own. */
export function warnOfUnknown(raw: JsonObject, known: readonly string[], log: Log): void {
  const unknown = Object.keys(raw).filter((key) => !key.startsWith('_') && !known.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.filter((key) => settingName.test(key)).slice(0, mostNames);
  if (names.length < unknown.length) names.push(`${unknown.length - names.length} not named here`);
  log.warn(
    `The configuration has settings that this connector does not know, and ignores: ${names.join(', ')}.`,
  );
}

/** The settings that are not null: an explicit null is the same as none. */
export function withoutNulls(raw: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null));
}
