import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { parsedOrText } from './lossless-json.ts';
import { nameWithoutNul, withoutNul } from './schema-texts.ts';
import { type Fields, type Fit, jsonSchemaOf, type Report, type Word } from './schema-word.ts';

/** A list whose items are all alike. Anything but a list is null. */
export function list(of: Word): Word {
  return {
    item: of,
    column: { type: 'array', items: jsonSchemaOf(of) },
    at: (path) => {
      const item = of.at(path);
      return (value, report) => (Array.isArray(value) ? fitItems(value, item, report) : report.nulled(path));
    },
  };
}

/** A list that may come as the text of its JSON: `"[]"` is an empty list. */
export function listOrText(of: Word): Word {
  const parsed = list(of);
  return {
    ...parsed,
    at: (path) => {
      const fit = parsed.at(path);
      return (value, report) => fit(typeof value === 'string' ? parsedOrText(value) : value, report);
    },
  };
}

/** An object of these fields, and of whatever else it brings (`ObjectSchema.fit` says what becomes of that). */
export function object(fields: Fields): Word & { readonly fields: Fields } {
  return {
    fields,
    column: { type: 'object', properties: properties(fields), additionalProperties: true },
    at: (path) => {
      const fit = fitFields(fields, path);
      return (value, report) => {
        if (!isObject(value)) return report.nulled(path);
        fit(value, report);
        return value;
      };
    },
  };
}

/** An object whose field names are data. */
export const anyObject: Word = {
  column: { type: 'object', additionalProperties: true },
  at: (path) => (value, report) => (isObject(value) ? withoutNul(value, path, report) : report.nulled(path)),
};

/** The fields of the items of the list at a dotted path: for a table of its own. None where there is no such list. */
export function itemFields(fields: Fields, path: string): Fields {
  const [name = '', ...rest] = path.split('.');
  const word = fields[name];
  if (rest.length > 0) return itemFields(word?.fields ?? {}, rest.join('.'));
  return (word?.item ?? word)?.fields ?? {};
}

export function properties(fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, word]) => [name, jsonSchemaOf(word)]));
}

/** Fits an object's fields in place. */
export function fitFields(fields: Fields, path: string): (record: JsonObject, report: Report) => void {
  const prefix = path === '' ? '' : `${path}.`;
  const fits = new Map(Object.entries(fields).map(([name, word]) => [name, word.at(prefix + name)]));
  /** NUL goes even here: nested objects reach a database whole, whatever their schema knows. */
  const fitUnknown = (record: JsonObject, sent: string, report: Report) => {
    const name = nameWithoutNul(record, sent, (other) => fits.has(other));
    report.unknown.add(prefix + name);
    if (name !== sent) report.truncated(prefix + name);
    record[name] = withoutNul(record[name] ?? null, prefix + name, report);
  };
  return (record, report) => {
    for (const name in record) {
      const value = record[name];
      const fit = fits.get(name);
      if (fit === undefined) fitUnknown(record, name, report);
      else if (value !== null && value !== undefined) {
        const fitted = fit(value, report);
        if (fitted !== value) record[name] = fitted;
      }
    }
  };
}

function fitItems(items: JsonValue[], fit: Fit, report: Report): JsonValue[] {
  for (const [index, value] of items.entries()) {
    if (value === null) continue;
    const fitted = fit(value, report);
    if (fitted !== value) items[index] = fitted;
  }
  return items;
}
