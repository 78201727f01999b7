import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { countRecords, peakMemory, startRead } from './connector.ts';

/** `npm run bench -- memory [ROWS]`: how much memory a sync of 3 KB rows takes at its peak. */

/** Requests a second that the store allows, as for the fastest tier. */
const leakPerSecond = 20;
const defaultRows = 1_000_000;
/**
 * The reader pauses for so long after so many bytes, so that the pages of all requests in flight are
 * buffered.
 */
const pauseMs = 4_000;
const bytesBetweenPauses = 60_000_000;

interface Case {
  readonly rows: number;
  /** Requests that the bucket admits at once, as after a pause. */
  readonly bucketSize: number;
  /** Pages take so long that this share of them is in flight all the time. */
  readonly steady: number;
}

interface Outcome {
  readonly records: number;
  readonly exitCode: number | null;
  readonly peak: number;
  readonly seconds: number;
  /** The most requests in flight at the same time. */
  readonly inFlight: number;
}

export async function run([wanted]: readonly string[]): Promise<void> {
  const rows = Number(wanted ?? defaultRows);
  const empty = await emptyNode();
  console.log(`An empty Node: ${empty.toFixed(0)} MB.\n`);
  console.log('| rows of 3 KB | in flight | peak, MB | over an empty Node | s |');
  console.log('|---:|---:|---:|---:|---:|');
  for (const one of [
    { rows: rows / 10, bucketSize: 100, steady: 0.75 },
    { rows, bucketSize: 100, steady: 0.75 },
    // More than the connector ever has in flight.
    { rows: rows / 10, bucketSize: 200, steady: 0.75 },
    { rows, bucketSize: 200, steady: 0.75 },
  ]) {
    const done = await measure(one);
    if (done.exitCode !== 0 || done.records < one.rows)
      throw new Error(`exit ${done.exitCode} after ${done.records} of ${one.rows} rows`);
    const figures = [done.peak.toFixed(0), (done.peak / empty).toFixed(2), done.seconds.toFixed(0)];
    console.log(`| ${one.rows} | ${done.inFlight} | ${figures.join(' | ')} |`);
  }
}

async function measure({ rows, bucketSize, steady }: Case): Promise<Outcome> {
  const store = await startSandbox({
    size: { charges: rows },
    chargeWindowDays: null,
    token: `sk_test_${leakPerSecond / 2}x1_${'a7'.repeat(32)}`,
    bucketSize,
    latencyMs: ((steady * bucketSize) / leakPerSecond) * 1_000,
    cacheMb: 0,
  });
  const { child, remove } = await startRead(store, ['charges']);
  const started = performance.now();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakMemory(child.pid) ?? 0);
  }, 100);
  const ended = once(child, 'close');
  const records = await readSlowly(child.stdout);
  const [exitCode] = (await ended) as [number | null];
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1_000;
  const most = mostAtOnce(store);
  await Promise.all([store.close(), remove()]);
  return { records, exitCode, peak, seconds, inFlight: most };
}

/** Counts records, and pauses reading now and then. */
function readSlowly(stdout: NodeJS.ReadableStream | null): Promise<number> {
  let bytes = 0;
  return countRecords(stdout, async (chunk) => {
    const before = Math.floor(bytes / bytesBetweenPauses);
    bytes += chunk.length;
    if (Math.floor(bytes / bytesBetweenPauses) > before) await sleep(pauseMs);
  });
}

/** The most of the latest requests that were in flight at the same time. */
function mostAtOnce({ requests }: Sandbox): number {
  const moves = requests.flatMap<[at: number, move: number]>(({ at, ms }) => [
    [at.getTime(), 1],
    [at.getTime() + ms, -1],
  ]);
  let now = 0;
  let most = 0;
  for (const [, move] of moves.toSorted(([a, up], [b, down]) => a - b || up - down)) {
    now += move;
    most = Math.max(most, now);
  }
  return most;
}

async function emptyNode(): Promise<number> {
  const child = spawn('node', ['-e', 'setTimeout(() => {}, 1000)']);
  await sleep(500);
  const peak = peakMemory(child.pid) ?? Number.NaN;
  child.kill();
  return peak;
}
