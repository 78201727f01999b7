import { readFileSync } from 'node:fs';
import { additionalProperties } from '../airbyte/index.ts';
import type { SyncContext } from '../sync/recharge-stream.ts';
import { columnsOf } from './columns.fixture.ts';
import { createStreams } from './index.ts';

/** A path and its type. */
export type Columns = ReadonlyMap<string, string>;

/** What differs between the official connector's columns and ours; each list is sorted. */
export interface Differences {
  /** Paths. What is below one of them is gone with it and not named. */
  readonly gone: readonly string[];
  /** Names of whole columns, without the one that every stream has; what is new within an object is not counted. */
  readonly fresh: readonly string[];
  /** `path: its type there, its type here`. */
  readonly retyped: readonly string[];
}

/** Of one API version of `orders`, 2021-01 or 2021-11, and of all other streams. */
export const ours = (oldOrders: boolean): ReadonlyMap<string, Columns> =>
  new Map(
    createStreams({} as SyncContext, oldOrders).map(({ name, schema }) => [
      name,
      new Map(columnsOf(schema.jsonSchema())),
    ]),
  );

/** The official connector's columns, by stream. It has one set of `orders` columns for both API versions. */
export const official = () => columnsIn('official-columns.txt');

/** The columns of this connector's last version, by stream; those of orders of 2021-01 end in `_2021_01`. */
export const released = () => columnsIn('released-columns.txt');

function columnsIn(file: string): ReadonlyMap<string, Columns> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const streams = new Map<string, Map<string, string>>();
  for (const [, stream = '', path = '', type = ''] of text.matchAll(/^([a-z]\S*) (\S+) (\S+)$/gm))
    streams.set(stream, (streams.get(stream) ?? new Map<string, string>()).set(path, type));
  return streams;
}

export function differences(theirs: Columns, here: Columns): Differences {
  const missing = [...theirs.keys()].filter((path) => !here.has(path));
  const gone = missing.filter((path) => !missing.some((other) => isWithin(path, other)));
  const fresh = [...here.keys()].filter(
    (path) => /^\w+$/.test(path) && !theirs.has(path) && path !== additionalProperties,
  );
  const retyped = [...theirs]
    .filter(([path, type]) => here.has(path) && here.get(path) !== type)
    .map(([path, type]) => `${path}: ${type}, ${here.get(path)}`);
  return { gone: gone.toSorted(), fresh: fresh.toSorted(), retyped: retyped.toSorted() };
}

const isWithin = (path: string, outer: string) =>
  path.startsWith(`${outer}.`) || path.startsWith(`${outer}[]`);
