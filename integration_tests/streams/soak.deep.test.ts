import { expect, test } from 'vitest';
import { startSandbox } from '../../sandbox/index.ts';
import { FAULT_KINDS } from '../../sandbox/options.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { expectRows, rowsOf, type StreamName } from './expectations.ts';
import { impatient } from './impatience.ts';

/** At greater length still: `npm run bench -- soak`. */
test('a fifth of all answers broken, in every way there is: every row arrives, exit 0', async () => {
  const sandbox = await startSandbox({
    token: quickToken,
    size: { orders: 3_000 },
    faults: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0.2 / FAULT_KINDS.length])),
  });
  const streams: readonly StreamName[] = ['orders', 'customers', 'products', 'store'];
  const run = await sync(configFor(sandbox), { streams, env: impatient, timeout: 100_000 });
  const spoilt = sandbox.requests.filter(({ status, bytes }) => status !== 200 || bytes === 0).length;
  await sandbox.close();
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  expect(sandbox.requests.length).toBeGreaterThan(20);
  expect(spoilt).toBeGreaterThan(1);
  for (const stream of streams) {
    const records = new Map(run.records(stream).map((record) => [record['id'], record]));
    expectRows([...records.values()], rowsOf(sandbox, stream));
  }
});
