import { once } from 'node:events';
import { FAULT_KINDS, type FaultRates } from '../sandbox/options.ts';
import { startSandbox } from '../sandbox/index.ts';
import { startRead } from './connector.ts';

/**
 * `npm run bench -- soak [PAGES]`: syncs so many pages while one response in twenty is broken, by every kind
 * of fault.
 */

const faults = 0.05;
/** Each stall makes the connector wait for minutes, so they are rare; they are most of the soak's time. */
const stalls: Partial<FaultRates> = { stall: 0.0005, stallBeforeHeaders: 0.0005 };

export async function run([wanted]: readonly string[]): Promise<void> {
  const pages = Number(wanted ?? 10_000);
  const others = FAULT_KINDS.filter((kind) => !(kind in stalls));
  const left = faults - Object.values(stalls).reduce((sum, rate) => sum + rate, 0);
  const store = await startSandbox({
    size: { orders: pages * 250, customers: 10 },
    token: `sk_test_99x3_${'a7'.repeat(32)}`,
    latencyMs: 200,
    faults: { ...stalls, ...Object.fromEntries(others.map((kind) => [kind, left / others.length])) },
  });
  const { child, remove } = await startRead(store, ['orders']);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const started = performance.now();
  const seen = await idsIn(child.stdout);
  const [exitCode] = await ended;
  const seconds = (performance.now() - started) / 1_000;
  const { requests = 0, refused429 = 0 } = store.counts()['/orders'] ?? {};
  const rows = pages * 250;
  await Promise.all([store.close(), remove()]);
  console.log('| pages | requests | of them 429 | rows missing | rows twice | exit | s |');
  console.log('|---:|---:|---:|---:|---:|---:|---:|');
  console.log(
    `| ${pages} | ${requests} | ${refused429} | ${rows - seen.different} | ${seen.all - seen.different} | ${exitCode} | ${seconds.toFixed(0)} |`,
  );
  if (exitCode !== 0 || seen.different !== rows) throw new Error('The soak lost rows or did not end well.');
}

async function idsIn(stdout: NodeJS.ReadableStream | null): Promise<{ all: number; different: number }> {
  const ids = new Set<string>();
  let all = 0;
  let rest = '';
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const id = /^\{"type":"RECORD","record":\{"stream":"orders","data":\{"id":(\d+)/.exec(line)?.[1];
      if (id === undefined) continue;
      all += 1;
      ids.add(id);
    }
  }
  return { all, different: ids.size };
}
