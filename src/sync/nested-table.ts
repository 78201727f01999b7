import {
  compileItems,
  copyWithin,
  describeStream,
  integer,
  isObject,
  itemFields,
  type JsonObject,
  type JsonValue,
  primaryKey,
  schema,
  text,
} from '../airbyte/index.ts';
import type { RecordStream } from './recharge-stream.ts';
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
export function nestedTableStream(table: NestedTable, parent: RecordStream): RecordStream {
  const { cursorField, reader, scopes, mayNeedPlan } = parent;
  const lists = Object.entries(table.lists).map(([path, beside]) => ({
    path,
    beside,
    itemsOf: compileItems(parent.schema.fields, path),
  }));
  const stream: RecordStream = {
    name: table.name,
    schema: schemaOf(table, parent),
    primaryKey: [table.key, 'index'],
    cursorField,
    reader,
    scopes,
    mayNeedPlan,
    open: (request) => new StreamRun(stream, request),
    describe: () => describeStream(stream),
    extractRecords: (record, log) => {
      const sent = record as JsonObject;
      const rows: JsonObject[] = [];
      for (const { path, beside, itemsOf } of lists)
        for (const item of objectsOf(itemsOf(sent), path, log)) {
          const own: JsonObject = { [table.key]: sent['id'] ?? null, index: rows.length, ...beside };
          if (cursorField !== undefined) own[cursorField] = sent[cursorField] ?? null;
          // The record's own items are coerced where they are.
          rows.push(copyWithin(withOwn(item, own)));
        }
      return rows;
    },
  };
  return stream;
}

function schemaOf({ key, lists }: NestedTable, { schema: { fields }, cursorField }: RecordStream) {
  return schema({
    [key]: primaryKey(integer),
    index: primaryKey(integer),
    ...Object.fromEntries(Object.entries(fields).filter(([field]) => field === cursorField)),
    ...Object.fromEntries(
      Object.entries(lists).flatMap(([path, beside]) => [
        ...Object.keys(beside).map((field) => [field, text] as const),
        ...Object.entries(itemFields(fields, path)),
      ]),
    ),
  });
}

/** The items of a list. What is no object is the one field of its row, named by its path, which no column has. */
function objectsOf(items: readonly JsonValue[] | undefined, path: string, log: WarningLog): JsonObject[] {
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
