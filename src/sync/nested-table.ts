import {
  compileItems,
  copyWithin,
  describeStream,
  integer,
  isObject,
  itemFields,
  type JsonObject,
  type JsonValue,
  type ObjectSchema,
  primaryKey,
  type Reader,
  type ReadRequest,
  schema,
  type StreamDescription,
  text,
} from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import type { RecordStream } from './recharge-stream.ts';
import type { Scopes } from '../recharge/scopes.ts';
import { StreamRun, type WarningLog } from './stream-run.ts';

/** What lies within the records of another stream, as a table: a row for each item of a list. */
export interface NestedTable {
  readonly name: string;
  /** The stream whose records hold the list. */
  readonly parent: string;
  /** The column for the parent's id. */
  readonly key: string;
  /** Dotted paths of the lists in a record, each with what its rows say beside the item. Items are counted through all of them. */
  readonly lists: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Reads nothing itself: its parent's listing feeds it. Its key is (parent's id, index), its cursor the parent's. */
export class NestedTableStream implements RecordStream {
  readonly name: string;
  readonly schema: ObjectSchema;
  readonly scopes: Scopes;
  readonly mayNeedPlan: boolean;
  readonly primaryKey: readonly string[];
  readonly cursorField: string | undefined;
  readonly reader: Reader<StreamRun>;
  readonly #table: NestedTable;
  readonly #lists: readonly List[];

  constructor(table: NestedTable, parent: RecordStream) {
    this.#table = table;
    this.#lists = Object.entries(table.lists).map(([path, beside]) => ({
      path,
      beside,
      itemsOf: compileItems(parent.schema.fields, path),
    }));
    this.name = table.name;
    this.primaryKey = [table.key, 'index'];
    this.cursorField = parent.cursorField;
    this.reader = parent.reader;
    this.scopes = parent.scopes;
    this.mayNeedPlan = parent.mayNeedPlan;
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

  open(request: ReadRequest): StreamRun {
    return new StreamRun(this, request);
  }

  describe(): StreamDescription {
    return describeStream(this);
  }

  extractRecords(record: ApiObject, log: WarningLog): readonly JsonObject[] {
    const parent = record as JsonObject;
    const rows: JsonObject[] = [];
    for (const list of this.#lists)
      for (const item of itemsIn(parent, list, log)) {
        const own: JsonObject = {
          [this.#table.key]: parent['id'] ?? null,
          index: rows.length,
          ...list.beside,
        };
        if (this.cursorField !== undefined) own[this.cursorField] = parent[this.cursorField] ?? null;
        // The record's own items are coerced where they are.
        rows.push(copyWithin(withOwn(item, own)));
      }
    return rows;
  }
}

interface List {
  readonly path: string;
  readonly beside: Readonly<Record<string, string>>;
  /** See `compileItems`. */
  readonly itemsOf: (record: JsonObject) => readonly JsonValue[] | undefined;
}

/**
 * The items of a list. What is no object has its place, and is
 * the one field of its row, named by its path, which no column has.
 */
function itemsIn(record: JsonObject, { path, itemsOf }: List, log: WarningLog): readonly JsonObject[] {
  const items = itemsOf(record);
  if (items === undefined) log.warn(`a record's ${path} is no list; it has no rows here.`);
  return (items ?? []).map((item, index) => {
    if (isObject(item)) return item;
    if (item === null) return {};
    log.warn(
      `an item of a record's ${path} is no object; it is kept in its row's _ab_additional_properties.`,
    );
    return { [`${path}[${index}]`]: item };
  });
}

/** A copy of what was sent with what its row says beside it. A field that was sent under the same name gets a `_`. */
export function withOwn(item: JsonObject, own: JsonObject): JsonObject {
  const row: JsonObject = { ...own, ...item, ...own };
  for (const taken in own) {
    const sent = item[taken];
    if (sent === undefined || sent === null || isSame(sent, own[taken])) continue;
    let name = `${taken}_`;
    while (Object.hasOwn(row, name)) name += '_';
    row[name] = sent;
  }
  return row;
}

/** Whether two values are written alike: a number is, with digits of its own or without. */
function isSame(one: JsonValue, other: JsonValue | undefined): boolean {
  const isNested = [one, other].some((value) => isObject(value) || Array.isArray(value));
  return !isNested && JSON.stringify(one) === JSON.stringify(other);
}
