import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { startRead } from './connector.ts';
import { barChart } from './plot.ts';

/**
 * `npm run bench -- rate-limit [--quick] [TIER]`: complete first syncs against the least time that the bucket
 * allows.
 */

interface Case {
  readonly tier: '1x1' | '2x1' | '10x3';
  /** Full pages of the large stream. */
  readonly pages: number;
  readonly latencyMs: number;
  /** The share of the leak that another program uses. */
  readonly elsewhere?: number;
}

interface Figures {
  readonly seconds: number;
  /** The least seconds that the bucket allows for these requests. */
  readonly bound: number;
  readonly requests: number;
  /** The least requests that the rows need. */
  readonly least: number;
  readonly refused: number;
}

const latencies = [100, 1_000, 3_000];
const across = (tier: Case['tier'], pages: number): Case[] =>
  latencies.map((latencyMs) => ({ tier, pages, latencyMs }));

/**
 * Cases of one group run at the same time, each with a store and a process of its own: low rates load the
 * machine little.
 */
const groups: readonly (readonly Case[])[] = [
  [
    ...across('1x1', 400),
    ...across('2x1', 400),
    { tier: '2x1', pages: 400, latencyMs: 1_000, elsewhere: 0.5 },
  ],
  ...across('10x3', 400).map((one) => [one]),
  ...across('10x3', 4_000)
    .toReversed()
    .map((one) => [one]),
];
const quickGroups: typeof groups = [
  [
    { tier: '2x1', pages: 100, latencyMs: 1_000 },
    { tier: '2x1', pages: 100, latencyMs: 1_000, elsewhere: 0.5 },
  ],
  [{ tier: '10x3', pages: 400, latencyMs: 1_000 }],
];
const pageSize = 250;
const stream = 'customers';
/** Streams of a page or two each, besides the large one. */
const beside = ['onetimes', 'plans', 'collections'] as const;

export async function run(args: readonly string[]): Promise<void> {
  const quick = args.includes('--quick');
  const tiers = args.filter((arg) => !arg.startsWith('--'));
  console.log(
    '| tier | pages | s a page | another program takes | s | over the bound | requests over the least | 429 |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
  const bars: { label: string; value: number }[] = [];
  for (const all of quick ? quickGroups : groups) {
    const group = all.filter(({ tier }) => tiers.length === 0 || tiers.includes(tier));
    const figures = await measureAll(group);
    for (const [index, one] of group.entries()) {
      const { seconds, bound, requests, least, refused } = figures[index] as Figures;
      const { tier, pages, latencyMs, elsewhere = 0 } = one;
      const share = `${elsewhere * 100} %`;
      const ratios = [(seconds / bound).toFixed(3), (requests / least).toFixed(3)];
      console.log(
        `| ${[tier, pages, latencyMs / 1_000, share, seconds.toFixed(1), ...ratios, refused].join(' | ')} |`,
      );
      const label = `${tier}, ${pages} pages of ${latencyMs / 1_000} s${elsewhere > 0 ? `, ${share} taken` : ''}`;
      bars.push({ label, value: seconds / bound });
    }
  }
  if (!quick && tiers.length === 0)
    await writeFile('docs/performance.svg', barChart('Time of a first sync over the least possible', bars));
}

/**
 * Runs cases at the same time. All stores are made before the first sync starts, since they share one thread.
 */
async function measureAll(group: readonly Case[]): Promise<Figures[]> {
  const stores: Sandbox[] = [];
  for (const one of group) stores.push(await open(one));
  const figures = await Promise.all(group.map((one, index) => measure(one, stores[index] as Sandbox)));
  for (const store of stores) await store.close();
  return figures;
}

async function open({ tier, pages, latencyMs }: Case): Promise<Sandbox> {
  const token = `sk_test_${tier}_${'a7'.repeat(32)}`;
  return startSandbox({ size: { [stream]: pages * pageSize }, token, latencyMs, cacheMb: 0 });
}

async function measure({ tier, pages, latencyMs, elsewhere = 0 }: Case, store: Sandbox): Promise<Figures> {
  const [leak = 1, size = 1] = tier.split('x').map(Number);
  const left = 2 * leak * (1 - elsewhere);
  const rows = [pages * pageSize, ...beside.map((name) => store.served(`/${name}`).length)];
  const expected = rows.reduce((sum, count) => sum + count, 0);
  const least = rows.reduce((sum, count) => sum + Math.max(1, Math.ceil(count / pageSize)), 0);
  store.spendElsewhere(2 * leak * elsewhere);
  const started = performance.now();
  const { child, remove } = await startRead(store, [stream, ...beside]);
  const ended = once(child, 'close');
  const records = await countRecords(child.stdout as NodeJS.ReadableStream);
  const [exitCode] = (await ended) as [number | null];
  const seconds = (performance.now() - started) / 1_000;
  await remove();
  if (exitCode !== 0 || records < expected)
    throw new Error(`exit ${exitCode} after ${records} of ${expected} rows`);
  const counts = Object.values(store.counts());
  const refused = counts.reduce((sum, { refused429 }) => sum + refused429, 0);
  const requests = counts.reduce((sum, count) => sum + count.requests, 0);
  const bound = (requests - refused - 40 * size) / left + latencyMs / 1_000;
  return { seconds, bound, requests, least, refused };
}

async function countRecords(stdout: NodeJS.ReadableStream): Promise<number> {
  let records = 0;
  for await (const line of createInterface({ input: stdout }))
    if (line.startsWith('{"type":"RECORD"')) records += 1;
  return records;
}
