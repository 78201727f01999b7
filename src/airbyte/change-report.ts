import { cleanTexts, freeName, withoutNul } from './clean-texts.ts';
import { deepJson, mostLevels } from './json-depth.ts';
import { isRawJSON, type JsonObject, type JsonValue } from './json.ts';
import type { RecordChange } from './protocol.ts';
import { counted } from './report-words.ts';
import type { FieldType } from './schema-field-type.ts';
import { loadable } from './schema-scalars.ts';

/** The column for what has no column of its own. Airbyte's sources of files call it so. */
export const additionalProperties = '_ab_additional_properties';

/** As many fields of a stream are named in a sync; names can be data, and then there is no end of them. */
const mostNames = 100;

/** What may be printed: other names can hold anything, even what should be in no log. */
const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const otherName = '(a name that is no identifier)';

const none: readonly RecordChange[] = Object.freeze([]);

/** What of one stream's records, in one sync, its schema does not declare or cannot hold. */
export class ChangeReport {
  /** Of the lists that the value at hand lies in, the outermost first. */
  readonly indexes: number[] = [];
  readonly #warn: (sentence: string) => void;
  readonly #named = new Set<string>();
  /** Texts by column. */
  readonly #replaced = new Map<string, number>();
  #values = 0;
  #unnamed = 0;
  // Of the record at hand:
  readonly #changes = new Map<string, RecordChange>();
  #nulled: [path: string, value: JsonValue][] = [];
  #undeclared: [name: string, value: JsonValue][] = [];

  /** @param warn called once for each field, with one sentence of names and types and no value */
  constructor(warn: (sentence: string) => void) {
    this.#warn = warn;
  }

  /**
   * For `return report.nulled(…)`: the value, as sent, cannot stand in its column and is kept beside it.
   * @param path dotted, with `[]` for the items of a list
   */
  nulled(path: string, { column }: Pick<FieldType, 'column'>, value: JsonValue): null {
    const declared = column.airbyte_type ?? column.format ?? column.type;
    const sentence = () =>
      `the API sends ${path} as ${typeOf(value)}, where ${declared} is declared. It goes out as null, and the value is kept in ${additionalProperties}.`;
    return this.#keep(path, value, sentence);
  }

  /** The value cannot be read where it stands: it is kept beside it, as the text of its JSON. */
  tooDeep(path: string, value: JsonValue): null {
    const sentence = () =>
      `the API sends ${path} nested deeper than ${mostLevels} levels. It goes out as null, and its JSON is kept as a text in ${additionalProperties}.`;
    return this.#keep(path, value, sentence);
  }

  #keep(path: string, value: JsonValue, sentence: () => string): null {
    this.#warnOnce(path, sentence);
    this.note(path, 'NULLED');
    let depth = 0;
    this.#nulled.push([path.replaceAll('[]', () => `[${this.indexes[depth++]}]`), value]);
    return null;
  }

  /** Takes an undeclared field out of the record, to be kept beside. */
  moved(record: JsonObject, name: string): void {
    const value = record[name] ?? null;
    this.undeclared('', name, value, `It is kept in ${additionalProperties}.`);
    this.#undeclared.push([name, value]);
    // JSON leaves it out. A record that a field is deleted from takes half as long again to write.
    record[name] = undefined as unknown as JsonValue;
  }

  /** @param prefix the path of the object it is in, with a point after it; empty at the top */
  undeclared(prefix: string, name: string, value: JsonValue, remark: string): void {
    const path = prefix + (identifier.test(name) ? name : otherName);
    const sentence = () =>
      `the API sends a field that the schema does not know: ${path}, ${typeOf(value)}. ${remark}`;
    this.#warnOnce(path, sentence);
  }

  /** Once a field, however many items of a list it happened in. */
  note(path: string, change: RecordChange['change']): void {
    const field = path.replaceAll('[]', '');
    this.#changes.set(`${change} ${field}`, { field, change, reason: 'SOURCE_SERIALIZATION_ERROR' });
  }

  /** Puts what is kept into the record's last column; there is none where nothing is kept. Gives the record's changes. */
  close(record: JsonObject): readonly RecordChange[] {
    if (this.#nulled.length > 0 || this.#undeclared.length > 0) {
      const kept = new Map<string, JsonValue>();
      const clean = withoutNul(() => this.note(additionalProperties, 'TRUNCATED'));
      for (const [sent, value] of [...this.#nulled.splice(0), ...this.#undeclared.splice(0)]) {
        const isTaken = (name: string) => name === '' || name === additionalProperties || kept.has(name);
        const name = freeName(clean(sent), kept.size, isTaken);
        const cleaned = cleanTexts(value, clean, loadable);
        kept.set(name, cleaned === undefined ? deepJson(value, clean) : cleaned);
      }
      // Entry by entry: `__proto__` is a name like any other.
      record[additionalProperties] = Object.fromEntries(kept);
    }
    if (this.#changes.size === 0) return none;
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    return changes;
  }

  /** A text of this column has U+FFFD in place of what is no Unicode. */
  replaced(column: string): void {
    const name = identifier.test(column) ? column : otherName;
    this.#replaced.set(name, (this.#replaced.get(name) ?? 0) + 1);
  }

  /** To be called when the stream has ended. */
  warnOfReplaced(): void {
    for (const [column, count] of this.#replaced)
      this.#warn(
        `${counted(count, 'text')} of ${column} came with bytes or half characters that are no Unicode; U+FFFD stands for each.`,
      );
  }

  /** How much there was in all, as one clause; undefined where there was nothing. */
  summary(): string | undefined {
    if (this.#values === 0) return undefined;
    const beyond = this.#unnamed;
    const further = beyond === 0 ? '' : `, and ${beyond} of fields beyond these that are not named`;
    const [values, fields] = [this.#values - beyond, this.#named.size];
    return `${counted(values, 'value')} of ${counted(fields, 'field')} did not fit the schema or ${values === 1 ? 'is' : 'are'} unknown to it${further}`;
  }

  /** Counts a value of the field at this path. */
  #warnOnce(path: string, sentence: () => string): void {
    this.#values += 1;
    if (this.#named.has(path)) return;
    if (this.#named.size < mostNames) {
      this.#named.add(path);
      this.#warn(sentence());
    } else this.#unnamed += 1;
  }
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isRawJSON(value) ? 'number' : typeof value;
}
