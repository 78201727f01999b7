import { existsSync, readFileSync } from 'node:fs';
import { type JsonObject, type ObjectSchema, parseLossless } from '../../airbyte/index.ts';
import type { SyncContext } from '../../sync/recharge-stream.ts';
import { createReaders } from '../index.ts';
import { orders_2021_01 } from './orders-2021-01.schema.ts';

interface Case {
  readonly name: string;
  readonly schema: ObjectSchema;
  readonly key: readonly string[];
  readonly cursor: string | undefined;
}

const cases: readonly Case[] = [
  ...createReaders({} as SyncContext, false).map(({ name, schema, primaryKey, cursorField }) => ({
    name,
    schema,
    key: primaryKey,
    cursor: cursorField,
  })),
  { name: 'orders_2021_01', schema: orders_2021_01, key: ['id'], cursor: 'updated_at' },
];

/** Every schema of a stream, once. `name` is also that of the file with its examples. */
export const streams: readonly Case[] = cases.filter(
  ({ schema }, index) => cases.findIndex((other) => other.schema === schema) === index,
);

/** The records of examples/, as their streams take them; freshly read, since coercing changes them. */
export function examples(name: string): JsonObject[] {
  const file = new URL(`examples/${name}.json`, import.meta.url);
  if (!existsSync(file))
    throw new Error(`Put records as the API sends them into src/streams/schemas/examples/${name}.json.`);
  return (parseLossless(readFileSync(file, 'utf8')) as unknown as JsonObject[]).map((row) =>
    lifted(name, row),
  );
}

/** The same, for the stream of this schema. */
export function examplesOf(schema: ObjectSchema): JsonObject[] {
  return examples(streams.find((stream) => stream.schema === schema)?.name ?? '');
}

/** Two streams have their key one level down in Recharge's answer, and lift it. */
function lifted(name: string, row: JsonObject): JsonObject {
  const from = { delivery_schedules: 'customer', shop: 'shop' }[name];
  const inner = from === undefined ? undefined : (row[from] as JsonObject)['id'];
  if (inner === undefined) return row;
  return { [name === 'shop' ? 'id' : 'customer_id']: inner, ...row };
}
