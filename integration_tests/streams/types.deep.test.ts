import { describe, expect, test } from 'vitest';
import { configFor, openStore, sync } from './connection.ts';
import { everyStream, expectRows, rowsOf } from './expectations.ts';

describe('a field that the schema does not know', () => {
  test('in every stream', async () => {
    const store = await openStore({ unknownKeys: true });
    const run = await sync(configFor(store), { streams: everyStream });
    expect(run.exitCode).toBe(0);
    // These have no rows of a table in the sandbox, or take of them what they know, and so meet no unknown key.
    const untold: readonly string[] = ['deleted_records', 'delivery_schedules', 'shop', 'store'];
    const told = everyStream.filter((stream) => !untold.includes(stream));
    for (const stream of told) {
      const about = run.warnings().filter((line) => line.startsWith(`WARN ${stream}: the API sends a field`));
      expect([stream, about.length]).toEqual([stream, 1]);
      expectRows(run.records(stream), rowsOf(store, stream));
    }
  });
});
