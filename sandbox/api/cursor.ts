import { utcText } from '../data/times.ts';
import { isObject, type JsonObject, type JsonValue, textAt } from '../json.ts';
import type { Position } from '../store/sorted-index.ts';
import { lowestKey } from '../store/sorted-index.ts';
import { invalid } from './refusal.ts';

/** The field and direction that a list is sorted by. */
export interface Sort {
  readonly field: string;
  readonly direction: 1 | -1;
}

/** A position in a list, with the order and the filters it was begun with. */
export interface Cursor {
  readonly endpoint: string;
  readonly sort: Sort;
  /**
   * The last row of the previous page (the first of the next for `prev`); the page starts strictly after it.
   */
  readonly position: Position;
  readonly towards: 'next' | 'prev';
  readonly filters: Readonly<Record<string, string>>;
  readonly limit: number;
}

/**
 * The opaque text of a cursor (docs/recharge-api.md#cursors): recorded keys first, then ours (filters,
 * endpoint, limit).
 */
export function encodeCursor(cursor: Cursor): string {
  const { sort, position } = cursor;
  const body: JsonObject = {
    [sort.direction === 1 ? 'starting_after_id' : 'starting_before_id']: position.id,
    last_value: keyToJson(position, sort.field),
    sort_by: sortText(sort),
    cursor_dir: cursor.towards,
    filters: cursor.filters,
    endpoint: cursor.endpoint,
    limit: cursor.limit,
  };
  return Buffer.from(JSON.stringify(body)).toString('base64url');
}

/**
 * Reads a cursor of this endpoint. Throws Refusal 422 `Invalid value` for anything else
 * (docs/recharge-api.md#cursors).
 */
export function decodeCursor(text: string, endpoint: string, sorts: readonly string[]): Cursor {
  const body = parse(text);
  const sort = parseSort(textAt(body ?? {}, 'sort_by') ?? '', sorts);
  const id = body?.['starting_after_id'] ?? body?.['starting_before_id'];
  const { cursor_dir: towards, filters, limit } = body ?? {};
  if (!body || body['endpoint'] !== endpoint || !sort || typeof id !== 'number' || !isObject(filters))
    throw badCursor();
  if ((towards !== 'next' && towards !== 'prev') || typeof limit !== 'number') throw badCursor();
  const key = jsonToKey(body['last_value'], sort.field);
  if (key === undefined) throw badCursor();
  return {
    endpoint,
    sort,
    position: { key, id },
    towards,
    filters: filters as Record<string, string>,
    limit,
  };
}

/** `updated_at-asc` and the like; undefined where the field is not among `sorts`. */
export function parseSort(text: string, sorts: readonly string[]): Sort | undefined {
  const match = /^(\w+)-(asc|desc)$/.exec(text);
  const field = match?.[1];
  if (field === undefined || !sorts.includes(field)) return undefined;
  return { field, direction: match?.[2] === 'asc' ? 1 : -1 };
}

function sortText({ field, direction }: Sort): string {
  return `${field}-${direction === 1 ? 'asc' : 'desc'}`;
}

function parse(text: string): JsonObject | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    const body: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function keyToJson({ key }: Position, field: string): JsonValue {
  if (key === lowestKey(field)) return null;
  return field.endsWith('_at') ? utcText(key as number) : key;
}

function jsonToKey(value: JsonValue | undefined, field: string): Position['key'] | undefined {
  if (value === null) return lowestKey(field);
  if (!field.endsWith('_at'))
    return typeof value === typeof lowestKey(field) ? (value as Position['key']) : undefined;
  const milliseconds = Date.parse(typeof value === 'string' ? value : '');
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

function badCursor(): Error {
  return invalid('cursor', 'Invalid value');
}
