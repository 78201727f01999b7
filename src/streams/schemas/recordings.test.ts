import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type JsonObject, type JsonValue, parseLossless } from '../../airbyte/index.ts';
import { silentLog } from '../../airbyte/testing/index.ts';
import { RechargeStream } from '../../sync/recharge-stream.ts';
import { requestOf } from '../../sync/read-stream.fixture.ts';
import type { SyncContext } from '../../sync/recharge-stream.ts';
import { createStreams } from '../index.ts';

/**
 * Answers of the real API of 2025 and 2026: each key, null, boolean, form of time and length is as it was sent, and each
 * value is an invented one. Those of 2021-01 wait for a stream that reads that version.
 */
const folder = new URL('recordings/', import.meta.url);
const unread = ['customers_2021_01.json', 'subscriptions_2021_01.json'];
const files = readdirSync(folder).filter((name) => !unread.includes(name));
const streams = createStreams({} as SyncContext, false);

/** Fresh at each call, since coercing changes them. */
const recording = (file: string) =>
  parseLossless(readFileSync(new URL(file, folder), 'utf8')) as unknown as JsonObject[];

function isSame(sent: JsonValue | undefined, out: JsonValue | undefined): void {
  expect(JSON.stringify(out)).toBe(JSON.stringify(sent));
}

test('all recordings are of a stream, but for those that wait', () => {
  expect(files.toSorted()).toEqual([
    'addresses.json',
    'charges.json',
    'customers.json',
    'subscriptions.json',
  ]);
});

describe.each(files)('%s', (file) => {
  const name = file.replace('.json', '');
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (text: string) => warnings.push(text) };
  const readers = streams.filter(({ reader }) => (reader as unknown as { name: string }).name === name);

  test.each(readers)(
    'goes out of $name as it was recorded: no change, no null, nothing unknown',
    (stream) => {
      const member = stream.open(requestOf({ syncMode: 'full_refresh', log }));
      const records = recording(file);
      const due = recording(file).flatMap((record) => [...stream.extractRecords(record, member)]);
      const { rows } = member.batch(records);
      for (const [index, { data, changes }] of [...rows].entries()) {
        isSame(due[index], data);
        expect([changes, warnings]).toEqual([undefined, []]);
      }
      expect(due.length > 0).toBe(stream instanceof RechargeStream || filled.includes(stream.name));
    },
  );
});

/** The nested tables that the recordings have rows for. */
const filled: readonly string[] = ['charge_line_items', 'charge_shipping_lines'];
