import { isRawJSON, type JsonValue } from './json.ts';
import type { FieldType } from './schema-field-type.ts';

/** As many fields of a stream are named in a sync; names can be data, and then there is no end of them. */
const mostNames = 100;

/** What may be printed: other names can hold anything, even what should be in no log. */
const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const otherName = '(a name that is no identifier)';

/** The fields of one stream, in one sync, that its schema does not declare or whose values did not fit. */
export class UnexpectedFields {
  readonly #warn: (sentence: string) => void;
  readonly #named = new Set<string>();
  #values = 0;
  #unnamed = 0;

  /** @param warn called once for each field, with one sentence of names and types and no value */
  constructor(warn: (sentence: string) => void) {
    this.#warn = warn;
  }

  /** A value that could not stand in its column. @param path dotted, with `[]` for the items of a list */
  unfit(path: string, { column }: Pick<FieldType, 'column'>, value: JsonValue): void {
    if (!this.#isNew(path)) return;
    const declared = column.airbyte_type ?? column.format ?? column.type;
    this.#warn(
      `the API sends ${path} as ${typeOf(value)}, where ${declared} is declared. It goes out as null, and the value is kept in _ab_additional_properties.`,
    );
  }

  /** @param prefix the path of the object it is in, with a point after it; empty at the top */
  undeclared(prefix: string, name: string, value: JsonValue, remark: string): void {
    const path = prefix + (identifier.test(name) ? name : otherName);
    if (this.#isNew(path))
      this.#warn(`the API sends a field that the schema does not know: ${path}, ${typeOf(value)}. ${remark}`);
  }

  /** One sentence on how much there was in all; undefined where there was nothing. */
  summary(): string | undefined {
    if (this.#values === 0) return undefined;
    const beyond = this.#unnamed;
    const further = beyond === 0 ? '' : `, and ${beyond} of fields beyond these that are not named`;
    const [values, fields] = [this.#values - beyond, this.#named.size];
    return `${counted(values, 'value')} of ${counted(fields, 'field')} did not fit the schema or ${values === 1 ? 'is' : 'are'} unknown to it${further}; see the warnings above.`;
  }

  /** Counts a value. Whether its field is to be named now. */
  #isNew(path: string): boolean {
    this.#values += 1;
    if (this.#named.has(path)) return false;
    if (this.#named.size < mostNames) return this.#named.add(path).has(path);
    this.#unnamed += 1;
    return false;
  }
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isRawJSON(value) ? 'number' : typeof value;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
