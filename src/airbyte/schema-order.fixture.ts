import { expect } from 'vitest';
import { ChangeReport } from './change-report.ts';
import type { JsonObject } from './json.ts';
import { parseLossless } from './lossless-json.ts';
import {
  date,
  integer,
  list,
  listOfPairs,
  listOrText,
  object,
  primaryKey,
  schema,
  text,
  timestamp,
} from './schema.ts';

/** A stream's schema with a field of each kind. */
export const order = schema({
  id: primaryKey(integer),
  created_at: timestamp,
  note: text,
  line_items: list(object({ quantity: integer, tax_lines: listOrText(object({ rate: text })), due: date })),
  customer: object({ email: text }),
  properties: listOfPairs(object({ name: text, value: text }), 'name', 'value'),
  changes: listOfPairs(object({ key: text, before: text, value: text }), 'key', 'value'),
});

/** What becomes of an order, given as JSON text, and what is said of it. */
export function coerce(json: string): {
  record: unknown;
  changes: readonly unknown[] | undefined;
  warnings: string[];
} {
  const record = parseLossless(json) as JsonObject;
  const warnings: string[] = [];
  const changes = order.coerce(record, new ChangeReport((sentence) => warnings.push(sentence)));
  return { record: JSON.parse(JSON.stringify(record)), changes, warnings };
}

/** What goes out for a record that needs no warning. */
export const converted = (sent: string) => {
  const { record, ...said } = coerce(sent);
  expect(said).toEqual({ changes: [], warnings: [] });
  return record;
};
export const change = (field: string, what: 'NULLED' | 'TRUNCATED') => ({
  field,
  change: what,
  reason: 'SOURCE_SERIALIZATION_ERROR',
});
