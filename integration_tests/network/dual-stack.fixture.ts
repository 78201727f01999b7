import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configFor, quickToken, sync } from '../streams/connection.ts';

let sandbox: Sandbox;
const workers: Worker[] = [];

/** What every test here connects to in the end: before and after all tests of a file. */
export function useStore(): void {
  beforeAll(async () => {
    sandbox = await startSandbox({ token: quickToken });
  });
  afterAll(() => Promise.all([sandbox.close(), ...workers.map((worker) => worker.terminate())]));
}

type Family = 4 | 6;
const here = { 4: '127.0.0.1', 6: '::1' } as const;
const unreachable = { 4: '224.0.0.1', 6: 'ff02::1' } as const;

/** A host that nobody can connect to before `wake`. Resolves once it listens. */
async function startHost(family: Family, port = 0): Promise<{ port: number; wake: () => void }> {
  const awake = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { host: here[family], port, to: Number(new URL(sandbox.url).port), awake };
  const worker = new Worker(new URL('./dual-stack.ts', import.meta.url), { workerData });
  workers.push(worker);
  const [taken] = (await once(worker, 'message')) as [number];
  const wake = () => {
    Atomics.store(awake, 0, 1);
    Atomics.notify(awake, 0);
  };
  return { port: taken, wake };
}

/** Makes every name of a process resolve to these addresses, in this order, and tells a port of it. */
function lookupOf(addresses: readonly string[], port: number): Record<string, string> {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const code = `import dns from 'node:dns';
    import net from 'node:net';
    dns.lookup = (_name, _options, done) => {
      net.connect(${port}, '127.0.0.1', () => done(null, ${JSON.stringify(found)})).unref();
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** The family that answers in the end, what the other one is, and which of them is tried first. */
export const cases = ([4, 6] as const).flatMap((family) =>
  (['no route', 'a black hole'] as const).flatMap((dead) =>
    (['first', 'last'] as const).map((place) => [family, dead, place] as const),
  ),
);

/** A sync whose host takes a second to connect to does not ask again. What is dropped is sent again after a second. */
export async function expectPatience(...[family, dead, place]: (typeof cases)[number]): Promise<void> {
  const other = family === 4 ? 6 : 4;
  const { port, wake } = await startHost(family);
  if (dead === 'a black hole') await startHost(other, port);
  const deadAddress = dead === 'a black hole' ? here[other] : unreachable[other];
  const addresses = place === 'first' ? [deadAddress, here[family]] : [here[family], deadAddress];
  const looked = createServer(() => setTimeout(wake, 500)).listen(0, '127.0.0.1');
  await once(looked, 'listening');
  const run = await sync(configFor(sandbox, { api_url: `http://host.docker.internal:${port}` }), {
    streams: ['store'],
    env: lookupOf(addresses, (looked.address() as AddressInfo).port),
  });
  looked.close();
  expect(run.exitCode).toBe(0);
  expect(run.logs().filter((line) => line.includes('asking again'))).toEqual([]);
}
