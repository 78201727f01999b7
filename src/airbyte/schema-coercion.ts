import type { JsonObject, JsonValue } from './json.ts';
import type { RecordChange } from './protocol.ts';
import type { Fields, FieldType } from './schema-field-type.ts';
import { nameWithoutNul, withoutNul } from './schema-nul.ts';
import { loadable } from './schema-scalars.ts';
import type { UnexpectedFields } from './unexpected-fields.ts';

/** The column for what has no column of its own. Airbyte's sources of files call it so. */
export const additionalProperties = '_ab_additional_properties';

const none: readonly RecordChange[] = Object.freeze([]);

/** Gives the value that goes out in place of `value`, which is never null; what had to be changed is reported. */
type Coerce = (value: JsonValue, report: ChangeReport) => JsonValue;

/** Does what is to be done with a field that is not declared. */
type Undeclared = (record: JsonObject, name: string, report: ChangeReport) => void;

/**
 * Makes the coercion of a whole record in place (`ObjectSchema.coerce` says what it does). Paths are bound here, once a
 * stream, so that no record pays for them.
 */
export function compileRecord(
  fields: Fields,
): (record: JsonObject, unexpected: UnexpectedFields) => readonly RecordChange[] {
  const coerceAll = compileFields(fields, '', (record, name, report) => report.moved(record, name));
  return (record, unexpected) => {
    const report = new ChangeReport(unexpected);
    coerceAll(record, report);
    return report.close(record);
  };
}

/** @param path dotted, with `[]` for the items of a list */
function compile(type: FieldType, path: string): Coerce {
  const { fields, item } = type;
  if (item !== undefined) return compileList(type, item, path);
  if (fields !== undefined) return compileObject(type, fields, path);
  return (value, report) => {
    const clean = withoutNul(value, () => report.note(path, 'TRUNCATED'));
    return type.convert(clean) ?? report.nulled(path, type, clean);
  };
}

function compileList(type: FieldType, item: FieldType, path: string): Coerce {
  const coerce = compile(item, `${path}[]`);
  return (value, report) => {
    const items = type.convert(value) as JsonValue[] | undefined;
    if (items === undefined) return report.nulled(path, type, value);
    report.enterList();
    for (let index = 0; index < items.length; index += 1) {
      const sent = items[index];
      if (sent === null || sent === undefined) continue;
      report.enterItem(index);
      const coerced = coerce(sent, report);
      if (coerced !== sent) items[index] = coerced;
    }
    report.leaveList();
    return items;
  };
}

/** NUL goes even out of what is not declared: nested objects reach a database whole, whatever their schema knows. */
function compileObject(type: FieldType, fields: Fields, path: string): Coerce {
  const prefix = `${path}.`;
  const isColumn = (name: string) => Object.hasOwn(fields, name);
  const coerce = compileFields(fields, prefix, (record, sent, report) => {
    const name = nameWithoutNul(record, sent, isColumn);
    const value = record[name] ?? null;
    report.unexpected.undeclared(prefix, name, value, 'It goes out as it came.');
    const onNul = () => report.note(prefix + name, 'TRUNCATED');
    if (name !== sent) onNul();
    record[name] = withoutNul(value, onNul);
  });
  return (value, report) => {
    const converted = type.convert(value) as JsonObject | undefined;
    if (converted === undefined) return report.nulled(path, type, value);
    coerce(converted, report);
    return converted;
  };
}

/** Coerces an object's fields in place. @param prefix the object's path with a point after it; empty at the top */
function compileFields(fields: Fields, prefix: string, undeclared: Undeclared) {
  const coercions = new Map(
    Object.entries(fields).map(([name, type]) => [name, compile(type, prefix + name)]),
  );
  return (record: JsonObject, report: ChangeReport) => {
    for (const name in record) {
      const value = record[name];
      if (value === undefined) continue;
      const coerce = coercions.get(name);
      if (coerce === undefined) undeclared(record, name, report);
      else if (value !== null) {
        const coerced = coerce(value, report);
        if (coerced !== value) record[name] = coerced;
      }
    }
  };
}

/** What coercing one record had to change, and what of it has no column. */
class ChangeReport {
  readonly unexpected: UnexpectedFields;
  /** Of the lists that the value at hand lies in, the outermost first. */
  readonly #indexes: number[] = [];
  #changes: RecordChange[] | undefined;
  #nulled: [path: string, value: JsonValue][] | undefined;
  #undeclared: [name: string, value: JsonValue][] | undefined;

  constructor(unexpected: UnexpectedFields) {
    this.unexpected = unexpected;
  }

  enterList(): void {
    this.#indexes.push(0);
  }

  enterItem(index: number): void {
    this.#indexes[this.#indexes.length - 1] = index;
  }

  leaveList(): void {
    this.#indexes.pop();
  }

  /** For `return report.nulled(…)`: the value, as sent, cannot stand in its column and is kept beside it. */
  nulled(path: string, type: FieldType, value: JsonValue): null {
    this.unexpected.unfit(path, type, value);
    this.note(path, 'NULLED');
    this.#nulled ??= [];
    let depth = 0;
    this.#nulled.push([path.replaceAll('[]', () => `[${this.#indexes[depth++]}]`), value]);
    return null;
  }

  /** Takes an undeclared field out of the record, to be kept beside. */
  moved(record: JsonObject, name: string): void {
    const value = record[name] ?? null;
    this.unexpected.undeclared('', name, value, `It is kept in ${additionalProperties}.`);
    this.#undeclared ??= [];
    this.#undeclared.push([name, value]);
    // JSON leaves it out. A record that a field is deleted from takes half as long again to write.
    record[name] = undefined as unknown as JsonValue;
  }

  /** Once a field, however many items of a list it happened in. */
  note(path: string, change: RecordChange['change']): void {
    const field = path.replaceAll('[]', '');
    this.#changes ??= [];
    if (this.#changes.some((known) => known.field === field && known.change === change)) return;
    this.#changes.push({ field, change, reason: 'SOURCE_SERIALIZATION_ERROR' });
  }

  /** Puts what is kept into the record's last column; there is none where nothing is kept. Gives the changes. */
  close(record: JsonObject): readonly RecordChange[] {
    if (this.#nulled === undefined && this.#undeclared === undefined) return this.#changes ?? none;
    const kept = new Map<string, JsonValue>();
    const onNul = () => this.note(additionalProperties, 'TRUNCATED');
    for (const [sent, value] of [...(this.#nulled ?? []), ...(this.#undeclared ?? [])]) {
      let name = sent.replaceAll('\0', '');
      if (name !== sent) onNul();
      while (name === '' || name === additionalProperties || kept.has(name)) name += '_';
      kept.set(name, withoutNul(value, onNul, loadable));
    }
    // Entry by entry: `__proto__` is a name like any other.
    record[additionalProperties] = Object.fromEntries(kept);
    return this.#changes ?? none;
  }
}
