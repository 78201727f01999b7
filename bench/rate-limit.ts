import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { countRecords, startRead } from './connector.ts';
import { barChart } from './plot.ts';

/** `npm run bench -- rate-limit [LINE…]`: whole first syncs against the least time that the bucket allows. */

interface Case {
  /** What the token says of its tier; undefined for nothing. */
  readonly tier?: string;
  readonly size: number;
  readonly leak: number;
  /** Seconds. */
  readonly latency: number;
  /** Full pages of the large stream. */
  readonly pages: number;
  /** Part of the leak that another program takes. */
  readonly elsewhere?: number;
}

interface Figures {
  readonly seconds: number;
  readonly requests: number;
  readonly refused: number;
}

/** Each takes at most two minutes. Tokens that are right, wrong and silent; nothing but the last has another program. */
const cases: readonly Case[] = [
  { tier: '1x1', size: 40, leak: 10, latency: 0.2, pages: 200 },
  { tier: '1x1', size: 40, leak: 10, latency: 2, pages: 400 },
  { tier: '5x1', size: 40, leak: 10, latency: 2, pages: 400 },
  { size: 120, leak: 20, latency: 2, pages: 240 },
  { tier: '10x3', size: 120, leak: 20, latency: 2, pages: 600 },
  { tier: '10x3', size: 120, leak: 20, latency: 0.1, pages: 600 },
  { tier: '1x1', size: 40, leak: 2, latency: 0.1, pages: 200 },
  { tier: '1x1', size: 40, leak: 2, latency: 3, pages: 200 },
  { tier: '10x3', size: 40, leak: 2, latency: 1, pages: 200 },
  { tier: '2x1', size: 40, leak: 4, latency: 1, pages: 400 },
  { tier: '10x3', size: 120, leak: 20, latency: 1, pages: 2_000 },
  { tier: '2x1', size: 40, leak: 4, latency: 1, pages: 200, elsewhere: 0.5 },
];
const pageSize = 250;
/** The most requests that the connector has in flight. */
const cap = 128;
const stream = 'customers';
/** Small streams beside the large one. */
const beside = ['onetimes', 'plans', 'collections', 'discounts', 'webhooks'] as const;

export async function run(args: readonly string[]): Promise<void> {
  const chosen = args.length === 0 ? cases : cases.filter((_, index) => args.includes(String(index + 1)));
  console.log(
    '| line | token says | bucket, leak, a page takes | pages | bound, s | took, s | of what is allowed | requests over the least | 429 |',
  );
  console.log('|---:|---|---|---:|---:|---:|---:|---:|---:|');
  const bars: { label: string; value: number }[] = [];
  for (const one of chosen) {
    const { tier = 'nothing', size, leak, latency, pages, elsewhere = 0 } = one;
    const store = await open(one);
    const least = leastRequests(store, pages);
    const bound = Math.max(0, (least - size) / (leak * (1 - elsewhere)), (latency * least) / cap) + latency;
    const { seconds, requests, refused } = await measure(one, store);
    await store.close();
    const allowed = 1.1 * bound + 4 * latency;
    const world = `${size}, ${leak}/s${elsewhere > 0 ? ` of which another program takes ${elsewhere * 100} %` : ''}, ${latency} s`;
    console.log(
      `| ${[cases.indexOf(one) + 1, tier, world, pages, bound.toFixed(1), seconds.toFixed(1), (seconds / allowed).toFixed(2), (requests / least).toFixed(3), refused].join(' | ')} |`,
    );
    bars.push({ label: `${tier}: ${size}, ${leak}/s, ${latency} s, ${pages} pages`, value: seconds / bound });
  }
  if (args.length === 0)
    await writeFile('docs/performance.svg', barChart('Time of a first sync over the least possible', bars));
}

function open({ tier, size, leak, latency, pages }: Case): Promise<Sandbox> {
  const token = `${tier === undefined ? 'token' : `sk_test_${tier}`}_${'a7'.repeat(32)}`;
  const rateLimit = { bucketSize: size, leakPerSecond: leak, latencyMs: latency * 1_000 };
  return startSandbox({ size: { [stream]: pages * pageSize }, token, ...rateLimit, cacheMb: 0 });
}

function leastRequests(store: Sandbox, pages: number): number {
  const small = beside.map((name) => Math.max(1, Math.ceil(store.served(`/${name}`).length / pageSize)));
  return small.reduce((sum, count) => sum + count, pages);
}

async function measure({ pages, leak, elsewhere = 0 }: Case, store: Sandbox): Promise<Figures> {
  store.spendElsewhere(leak * elsewhere);
  const started = performance.now();
  const { child, remove } = await startRead(store, [stream, ...beside]);
  const ended = once(child, 'close');
  const records = await countRecords(child.stdout);
  const [exitCode] = (await ended) as [number | null];
  const seconds = (performance.now() - started) / 1_000;
  await remove();
  if (exitCode !== 0 || records < pages * pageSize)
    throw new Error(`exit ${exitCode} after ${records} rows of ${pages} pages`);
  const counts = Object.values(store.counts());
  const refused = counts.reduce((sum, { refused429 }) => sum + refused429, 0);
  return { seconds, refused, requests: counts.reduce((sum, count) => sum + count.requests, 0) };
}
