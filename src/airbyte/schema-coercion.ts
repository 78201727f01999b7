import type { ChangeReport } from './change-report.ts';
import { cleanName, cleanTexts, withoutNul } from './clean-texts.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Fields, FieldType } from './schema-field-type.ts';
import { finite, text } from './schema-scalars.ts';

/** Gives the value that goes out in place of `value`, which is never null; what had to be changed is reported. */
type Coerce = (value: JsonValue, report: ChangeReport) => JsonValue;

/** Coerces what is within a list or an object, in place. */
type CoerceWithin<Outer> = (outer: Outer, report: ChangeReport) => void;

/**
 * Makes the coercion of an object's fields in place (`ObjectSchema.coerce` says what it does). Paths are bound here, once
 * a stream, so that no record pays for them.
 * @param prefix the object's path with a point after it; empty at the top
 * @param undeclared does what is to be done with a field that is not declared
 */
export function compileFields(
  fields: Fields,
  prefix: string,
  undeclared: (record: JsonObject, name: string, report: ChangeReport, place: number) => void,
): CoerceWithin<JsonObject> {
  const entries = Object.entries(fields);
  const coercions = new Map(
    entries.map(([name, type]) => [name, { isText: type === text, coerce: compile(type, prefix + name) }]),
  );
  return (record, report) => {
    let place = 0;
    for (const name in record) {
      place += 1;
      const value = record[name];
      if (value === undefined) continue;
      const field = coercions.get(name);
      if (field === undefined) undeclared(record, name, report, place);
      else if (value !== null) {
        // Most values are texts that go out as they came: no function is called for them.
        if (field.isText && typeof value === 'string' && !value.includes('\0')) continue;
        const coerced = field.coerce(value, report);
        if (coerced !== value) record[name] = coerced;
      }
    }
  };
}

/** @param path dotted, with `[]` for the items of a list */
function compile(type: FieldType, path: string): Coerce {
  const within = compileWithin(type, path);
  if (within === undefined) return compileLeaf(type, path);
  return (value, report) => {
    const converted = type.convert(value);
    if (converted === undefined) return report.nulled(path, type, value);
    within(converted, report);
    return converted;
  };
}

function compileLeaf(type: FieldType, path: string): Coerce {
  const leaf = type.column.type === 'object' ? finite : undefined;
  const convert: Coerce = (value, report) => type.convert(value) ?? report.nulled(path, type, value);
  const clean: Coerce = (value, report) => {
    const onNul = () => report.note(path, 'TRUNCATED');
    const cleaned = cleanTexts(value, withoutNul(onNul), leaf);
    return cleaned === undefined ? report.tooDeep(path, value) : convert(cleaned, report);
  };
  return (value, report) => {
    const mayBeUnclean = typeof value === 'string' ? value.includes('\0') : typeof value === 'object';
    return (mayBeUnclean ? clean : convert)(value, report);
  };
}

function compileWithin({ fields, item }: FieldType, path: string): CoerceWithin<JsonValue> | undefined {
  if (fields !== undefined)
    return compileFields(fields, `${path}.`, passUndeclared(fields, `${path}.`)) as CoerceWithin<JsonValue>;
  return item && (compileItems(compile(item, `${path}[]`)) as CoerceWithin<JsonValue>);
}

function compileItems(coerce: Coerce): CoerceWithin<JsonValue[]> {
  return (items, report) => {
    const depth = report.indexes.push(0) - 1;
    for (let index = 0; index < items.length; index += 1) {
      const sent = items[index];
      if (sent === null || sent === undefined) continue;
      report.indexes[depth] = index;
      const coerced = coerce(sent, report);
      if (coerced !== sent) items[index] = coerced;
    }
    report.indexes.pop();
  };
}

/** NUL goes even out of what is not declared: nested objects reach a database whole, whatever their schema knows. */
function passUndeclared(fields: Fields, prefix: string) {
  const cleanOfNul = withoutNul(() => {});
  return (record: JsonObject, sent: string, report: ChangeReport, place: number) => {
    const name = cleanName(record, sent, place, cleanOfNul, fields);
    const value = record[name] ?? null;
    report.undeclared(prefix, name, value, 'It goes out as it came.');
    const onNul = () => report.note(prefix + name, 'TRUNCATED');
    if (name !== sent) onNul();
    const cleaned = cleanTexts(value, withoutNul(onNul), finite);
    record[name] = cleaned === undefined ? report.tooDeep(prefix + name, value) : cleaned;
  };
}
