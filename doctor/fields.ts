import {
  isObject,
  isRawJSON,
  type JsonObject,
  type JsonValue,
  type ObjectSchema,
} from '../src/airbyte/index.ts';

type Fields = ObjectSchema['fields'];

/** A field that the schema does not know, or whose column cannot hold what came, without a word of any value. */
export interface OddField {
  /** Dotted, with `[]` for the items of a list and `*` for a name that may be data. */
  readonly path: string;
  /** The types that came. */
  readonly sent: readonly string[];
  /** The column's type; null for a field that is not declared. */
  readonly declared: string | null;
}

/** Names of fields look so; any other may be data. */
const fieldName = /^[a-z][a-z0-9_]{0,63}$/;
/** Levels below a field that is not declared that are looked into. */
const mostLevels = 3;

/** What does not fit in these records, each field once. */
export class OddFields {
  readonly #found = new Map<string, { sent: Set<string>; declared: string | null }>();

  /** @param fields of the records' schema */
  add(record: JsonObject, fields: Fields, prefix = ''): void {
    for (const [name, value] of Object.entries(record)) {
      const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (type === undefined) this.#undeclared(`${prefix}${shown(name)}`, value);
      else if (value !== null) this.#declared(`${prefix}${name}`, value, type);
    }
  }

  list(): readonly OddField[] {
    return [...this.#found]
      .map(([path, { sent, declared }]) => ({ path, sent: [...sent].toSorted(), declared }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  #declared(path: string, value: JsonValue, type: Fields[string]): void {
    const fitting = type.convert(value);
    if (fitting === undefined) {
      const { column } = type;
      this.#note(path, value, column.airbyte_type ?? column.format ?? column.type);
    } else if (type.fields !== undefined && isObject(fitting)) this.add(fitting, type.fields, `${path}.`);
    else if (type.item !== undefined && Array.isArray(fitting))
      for (const item of fitting) if (item !== null) this.#declared(`${path}[]`, item, type.item);
  }

  #undeclared(path: string, value: JsonValue, levels = mostLevels): void {
    this.#note(path, value, null);
    if (levels === 0) return;
    if (Array.isArray(value)) for (const item of value) this.#undeclared(`${path}[]`, item, levels - 1);
    else if (isObject(value))
      for (const inner of Object.values(value)) this.#undeclared(`${path}.*`, inner, levels - 1);
  }

  #note(path: string, value: JsonValue, declared: string | null): void {
    const found = this.#found.get(path) ?? { sent: new Set(), declared };
    found.sent.add(typeOf(value));
    this.#found.set(path, found);
  }
}

function shown(name: string): string {
  return fieldName.test(name) ? name : '*';
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isRawJSON(value) ? 'number' : typeof value;
}
