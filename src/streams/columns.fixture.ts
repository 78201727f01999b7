import type { JsonObject } from '../airbyte/index.ts';

/**
 * Every column of a JSON schema with its type, those within objects (`a.b`) and the items of lists (`a[]`) too.
 * The type is `any` where none is named.
 */
export function columnsOf(schema: JsonObject, path = ''): [path: string, type: string][] {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>);
  return fields.flatMap(([name, field]) => columnAt(`${path}${name}`, field));
}

function columnAt(path: string, field: JsonObject): [string, string][] {
  const items = field['items'] as JsonObject | undefined;
  const inner = items === undefined ? [] : columnAt(`${path}[]`, items);
  return [[path, typeOf(field)], ...columnsOf(field, `${path}.`), ...inner];
}

function typeOf(field: JsonObject): string {
  if (field['format'] === 'date') return 'date';
  // The protocol: a time that does not say whether it has a zone has one.
  if (field['format'] === 'date-time' || field['airbyte_type'] !== undefined)
    return (field['airbyte_type'] ?? 'timestamp_with_timezone') as string;
  return ([field['type']].flat().find((one) => one !== 'null') ?? 'any') as string;
}
