import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { RecordChange } from './protocol.ts';
import { digitsOf, isTooLarge } from './schema-digits.ts';
import { withoutNul } from './schema-nul.ts';
import type { Field, UnexpectedFields } from './unexpected-fields.ts';

/** The column for what has no column of its own. Airbyte's sources of files call it so. */
export const additionalProperties = '_ab_additional_properties';

const none: readonly RecordChange[] = Object.freeze([]);

/** A value that stands in its column no more. `indexes` are those of the lists it lies in, outermost first. */
interface Nulled {
  readonly path: string;
  readonly indexes: number[];
  readonly value: JsonValue;
}

/** What coercing one record had to change, and what of it has no column. */
export class ChangeReport {
  readonly unexpected: UnexpectedFields;
  #changes: RecordChange[] | undefined;
  #nulled: Nulled[] | undefined;
  #undeclared: [name: string, value: JsonValue][] | undefined;

  constructor(unexpected: UnexpectedFields) {
    this.unexpected = unexpected;
  }

  get changes(): readonly RecordChange[] {
    return this.#changes ?? none;
  }

  /** For `return report.nulled(field, value)`: the value, as sent, cannot stand in its column and is kept beside it. */
  nulled(field: Field, value: JsonValue): null {
    const { path } = field;
    this.unexpected.unfit(field, value);
    this.#note(withoutIndexes(path), 'NULLED');
    this.#nulled ??= [];
    this.#nulled.push({ path, indexes: [], value });
    return null;
  }

  /** How many values are kept because they could not stand in their columns. */
  get kept(): number {
    return this.#nulled === undefined ? 0 : this.#nulled.length;
  }

  /** All that was kept after the first `count` lies within the item at this index of a list. */
  within(index: number, count: number): void {
    for (const { indexes } of this.#nulled?.slice(count) ?? []) indexes.unshift(index);
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

  truncated(path: string): void {
    this.#note(withoutIndexes(path), 'TRUNCATED');
  }

  /** Puts what is kept into the record's last column; there is none where nothing is kept. */
  keep(record: JsonObject): void {
    if (this.#nulled === undefined && this.#undeclared === undefined) return;
    const kept = new Map<string, JsonValue>();
    const put = (sent: string, value: JsonValue) => {
      let name = sent.replaceAll('\0', '');
      if (name !== sent) this.truncated(additionalProperties);
      while (name === '' || name === additionalProperties || kept.has(name)) name += '_';
      kept.set(name, loadable(withoutNul(value, additionalProperties, this)));
    };
    for (const { path, indexes, value } of this.#nulled ?? []) put(withIndexes(path, indexes), value);
    for (const [name, value] of this.#undeclared ?? []) put(name, value);
    // Entry by entry: `__proto__` is a name like any other.
    record[additionalProperties] = Object.fromEntries(kept);
  }

  /** Once a field, however many items of a list it happened in. */
  #note(field: string, change: RecordChange['change']): void {
    this.#changes ??= [];
    if (this.#changes.some((known) => known.field === field && known.change === change)) return;
    this.#changes.push({ field, change, reason: 'SOURCE_SERIALIZATION_ERROR' });
  }
}

/** As messages name a field. */
function withoutIndexes(path: string): string {
  return path.replaceAll('[]', '');
}

function withIndexes(path: string, indexes: readonly number[]): string {
  const [first = '', ...rest] = path.split('[]');
  return rest.reduce((whole, part, depth) => `${whole}[${indexes[depth]}]${part}`, first);
}

/** The value, with each number that no destination can load as the text of its digits, in place. */
function loadable(value: JsonValue): JsonValue {
  if (isTooLarge(value)) return digitsOf(value);
  if (Array.isArray(value)) return value.map(loadable);
  if (isObject(value)) for (const name of Object.keys(value)) value[name] = loadable(value[name] ?? null);
  return value;
}
