import type * as Timers from 'node:timers/promises';
import { vi } from 'vitest';
import { runInProcess } from '../../src/airbyte/run-in-process.fixture.ts';
import { Run } from '../../src/airbyte/testing/index.ts';
import { specification } from '../../src/config/config-schema.ts';
import { runs } from '../../src/random.fixture.ts';
import { rechargeConnector } from '../../src/recharge-source.ts';
import type { Transport } from '../../src/recharge/transport.ts';
import { testInputs } from './properties.ts';

/** Within this process, with the store in the place of HTTP: 10,000 inputs of each kind. */
let transport: Transport;
vi.mock('../../src/recharge/transport.ts', async (original) => ({
  ...(await original<object>()),
  gotTransport: (): Transport => (url, headers, signal) => transport(url, headers, signal),
}));
// Waits between attempts come to nothing.
vi.mock('node:timers/promises', async (original) => {
  const timers = await original<typeof Timers>();
  const setTimeout: typeof timers.setTimeout = (_delay, ...rest) => timers.setTimeout(0, ...rest);
  return { ...timers, setTimeout };
});
/** The clock of the limiter and of all timers goes so much faster: answers may say of a bucket that it takes one call. */
const haste = 100;
const { performance: clock, setTimeout: later } = globalThis;
const now = clock.now.bind(clock);
clock.now = () => haste * now();
vi.stubGlobal('setTimeout', (task: () => void, ms = 0) => later(task, ms / haste));

const spec = specification();

testInputs(
  async (args, answer) => {
    transport = async ({ pathname, searchParams }, headers) =>
      answer({ path: pathname, query: searchParams, version: headers['x-recharge-version'] ?? '' });
    const ended = await runInProcess({ ...rechargeConnector, specification: () => spec }, args);
    return new Run({ ...ended, stderr: '', signal: null, duration: 0 });
  },
  'http://127.0.0.1',
  runs(100),
);
