import { copyOf, isObject, type JsonObject, type JsonValue } from '../airbyte/json.ts';
import { parsedOrText } from '../airbyte/lossless-json.ts';
import { integer, itemFields, type ObjectSchema, primaryKey, schema, text } from '../airbyte/schema.ts';
import type { Reader } from '../airbyte/stream.ts';
import type { ApiObject } from '../recharge/answer.ts';
import type { Member } from './member.ts';
import { RecordStream } from './record-stream.ts';
import type { Scopes } from './scopes.ts';
import type { RechargeStream } from './stream.ts';

/** What lies within the records of another stream, as a table: a row for each item of a list. */
export interface ChildTable {
  readonly name: string;
  /** The stream whose records hold the list. */
  readonly parent: string;
  /** The column for the parent's id. */
  readonly key: string;
  /** Dotted paths of the lists in a record, each with what its rows say beside the item. Items are counted through all of them. */
  readonly lists: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Reads nothing itself: its parent's listing feeds it. Its key is (parent's id, index), its cursor the parent's. */
export class ChildStream extends RecordStream {
  override readonly name: string;
  override readonly schema: ObjectSchema;
  override readonly scopes: Scopes;
  override readonly primaryKey: readonly string[];
  override readonly cursorField: string | undefined;
  override readonly reader: Reader<Member>;
  readonly #table: ChildTable;

  constructor(table: ChildTable, parent: RechargeStream) {
    super();
    this.#table = table;
    this.name = table.name;
    this.primaryKey = [table.key, 'index'];
    this.cursorField = parent.cursorField;
    this.reader = parent;
    this.scopes = parent.scopes;
    this.schema = schema({
      [table.key]: primaryKey(integer),
      index: primaryKey(integer),
      ...Object.fromEntries(
        Object.entries(parent.schema.fields).filter(([field]) => field === parent.cursorField),
      ),
      ...Object.fromEntries(
        Object.entries(table.lists).flatMap(([path, beside]) => [
          ...Object.keys(beside).map((field) => [field, text] as const),
          ...Object.entries(itemFields(parent.schema.fields, path)),
        ]),
      ),
    });
  }

  override recordsIn(record: ApiObject, member: Member): readonly JsonObject[] {
    const parent = record as JsonObject;
    const items = Object.entries(this.#table.lists).flatMap(([path, beside]) =>
      itemsAt(parent, path, member).map((item) => ({ ...item, ...beside })),
    );
    return items.map((item, index) => {
      const own: JsonObject = { [this.#table.key]: parent['id'] ?? null, index };
      if (this.cursorField !== undefined) own[this.cursorField] = parent[this.cursorField] ?? null;
      // An item's field of the same name must not pass for the key.
      return { ...own, ...item, ...own };
    });
  }
}

/** The items of a list, as copies: the record's own are coerced where they are. What is no object has its place, but no fields. */
function itemsAt(record: JsonObject, path: string, member: Member): readonly JsonObject[] {
  const found = path
    .split('.')
    .reduce<JsonValue>((value, name) => (isObject(value) ? (value[name] ?? null) : null), record);
  const list = typeof found === 'string' ? parsedOrText(found) : found;
  if (list === null) return [];
  if (!Array.isArray(list) || !list.every(isObject))
    member.warn(`a record's ${path} is no list of objects; what cannot be read of it is left out here.`);
  return Array.isArray(list) ? list.map((item) => (isObject(item) ? copyOf(item) : {})) : [];
}
