import { expect, test } from 'vitest';
import { configFor, sync, openStore } from './connection.ts';
import { expectRows, rowsOf } from './expectations.ts';
import { impatient } from './impatience.ts';

/** Minutes pass as seconds here: the connector says its state again where a real one would after ten of them. */
const silence = 4_000;

const nothing = { __ab_no_cursor_state_message: true };

test('an API that is silent for long does not make the connector so: each stream says its state again [HB-01]', async () => {
  const sandbox = await openStore();
  const first = await sync(configFor(sandbox), { streams: ['customers'], env: impatient });
  const given = first.lastState('customers');
  // The waits between attempts are cut short too; that for the rate limit to let requests through again is not.
  for (const path of ['/customers', '/orders', '/store'])
    sandbox.answerNext({ status: 429, headers: { 'Retry-After': String(silence / 1_000) } }, 1, path);
  const run = await sync(configFor(sandbox), {
    streams: ['customers', 'orders', 'store'],
    state: { customers: given as Record<string, string> },
    env: impatient,
  });
  expect(run.exitCode).toBe(0);
  expect(run.states('customers').length).toBeGreaterThan(2);
  expect(run.states('customers')[0]?.stream.stream_state).toEqual(given);
  // Without a state there is nothing to go on from, and that is what it says.
  expect(run.states('orders')[0]?.stream.stream_state).toEqual(nothing);
  expect(run.states('store')[0]?.stream.stream_state).toEqual(nothing);
  expectRows(run.records('orders'), rowsOf(sandbox, 'orders'));
  const again = await sync(configFor(sandbox), {
    streams: ['orders'],
    state: run.states('orders').slice(0, 1),
    env: impatient,
  });
  expectRows(again.records('orders'), rowsOf(sandbox, 'orders'));
});
