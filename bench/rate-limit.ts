import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { startSandbox } from '../sandbox/index.ts';
import { countRecords, startRead } from './connector.ts';
import { type EvenStore, startEvenStore } from './even-store.ts';
import { barChart } from './plot.ts';

/**
 * `npm run bench -- rate-limit [even] [LINE…]`: whole first syncs against the least time that the bucket allows; of the
 * sandbox's skewed rows, or of even ones from a server of its own.
 */

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
/** Small streams beside the large one, and how many rows they have where all are even. */
const beside = { onetimes: 51, plans: 70, collections: 24, discounts: 320, webhooks: 5 };
const streams = [stream, ...Object.keys(beside)];

/** A store for one sync. */
interface Store extends EvenStore {
  readonly token: string;
  readonly leastRequests: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const [isEven, lines] = args[0] === 'even' ? [true, args.slice(1)] : [false, args];
  // Nothing spends the calls of another program there.
  const possible = isEven ? cases.filter(({ elsewhere }) => elsewhere === undefined) : cases;
  const lineOf = (one: Case) => cases.indexOf(one) + 1;
  const chosen = lines.length === 0 ? possible : possible.filter((one) => lines.includes(`${lineOf(one)}`));
  console.log(
    '| line | token says | bucket, leak, a page takes | pages | bound, s | took, s | of what is allowed | requests over the least | 429 |',
  );
  console.log('|---:|---|---|---:|---:|---:|---:|---:|---:|');
  const bars: { label: string; value: number }[] = [];
  for (const one of chosen) {
    const { tier = 'nothing', size, leak, latency, pages, elsewhere = 0 } = one;
    const store = await (isEven ? openEven(one) : open(one));
    const least = store.leastRequests;
    const bound = Math.max(0, (least - size) / (leak * (1 - elsewhere)), (latency * least) / cap) + latency;
    const { seconds, requests, refused } = await measure(one, store);
    await store.close();
    // Rows that are not even have to be found: the number of requests in flight doubles with each answer.
    const rounds = isEven ? 4 : 4 + Math.log2(Math.min(least, cap)) / 2;
    const allowed = 1.1 * bound + rounds * latency;
    const world = `${size}, ${leak}/s${elsewhere > 0 ? ` of which another program takes ${elsewhere * 100} %` : ''}, ${latency} s`;
    console.log(
      `| ${[lineOf(one), tier, world, pages, bound.toFixed(1), seconds.toFixed(1), (seconds / allowed).toFixed(2), (requests / least).toFixed(3), refused].join(' | ')} |`,
    );
    bars.push({ label: `${tier}: ${size}, ${leak}/s, ${latency} s, ${pages} pages`, value: seconds / bound });
  }
  if (args.length === 0)
    await writeFile('docs/performance.svg', barChart('Time of a first sync over the least possible', bars));
}

function tokenOf({ tier }: Case): string {
  return `${tier === undefined ? 'token' : `sk_test_${tier}`}_${'a7'.repeat(32)}`;
}

function leastRequests(pages: number, small: readonly number[]): number {
  return small.reduce((sum, rows) => sum + Math.max(1, Math.ceil(rows / pageSize)), pages);
}

async function openEven(one: Case): Promise<Store> {
  const lists = { [stream]: one.pages * pageSize, ...beside };
  const store = await startEvenStore(
    Object.fromEntries(Object.entries(lists).map(([name, rows]) => [`/${name}`, rows])),
    one,
  );
  const least = leastRequests(one.pages, Object.values(beside));
  return { ...store, token: tokenOf(one), leastRequests: least };
}

async function open(one: Case): Promise<Store> {
  const { size, leak, latency, pages, elsewhere = 0 } = one;
  const rateLimit = { bucketSize: size, leakPerSecond: leak, latencyMs: latency * 1_000 };
  const token = tokenOf(one);
  const sandbox = await startSandbox({
    size: { [stream]: pages * pageSize },
    token,
    ...rateLimit,
    cacheMb: 0,
  });
  sandbox.spendElsewhere(leak * elsewhere);
  const counts = () => Object.values(sandbox.counts());
  const { url, firstDay } = sandbox;
  return {
    url,
    token,
    firstDay,
    leastRequests: leastRequests(
      pages,
      Object.keys(beside).map((name) => sandbox.served(`/${name}`).length),
    ),
    requests: () => counts().reduce((sum, count) => sum + count.requests, 0),
    refused: () => counts().reduce((sum, { refused429 }) => sum + refused429, 0),
    close: () => sandbox.close(),
  };
}

async function measure({ pages }: Case, store: Store): Promise<Figures> {
  const started = performance.now();
  const { child, remove } = await startRead(store, streams);
  const ended = once(child, 'close');
  const records = await countRecords(child.stdout);
  const [exitCode] = (await ended) as [number | null];
  const seconds = (performance.now() - started) / 1_000;
  await remove();
  if (exitCode !== 0 || records < pages * pageSize)
    throw new Error(`exit ${exitCode} after ${records} rows of ${pages} pages`);
  return { seconds, refused: store.refused(), requests: store.requests() };
}
