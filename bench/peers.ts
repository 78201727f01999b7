import { writeFile } from 'node:fs/promises';
import { latencyByLimit, type Sandbox, startSandbox } from '../sandbox/index.ts';
import { type Contender, contenders } from './peers/contenders.ts';
import { type Measured, measure } from './peers/measure.ts';
import { compareRows, complaintOf } from './peers/records.ts';
import { plot, resultOf, type Run, table } from './peers/report.ts';

/** `npm run bench -- peers [ROUNDS]`: a first sync of the streams that all have, by this connector and by others. */

const size = {
  customers: 500,
  addresses: 600,
  subscriptions: 800,
  charges: 2_000,
  orders: 6_000,
} as const;
const streams = [...Object.keys(size), 'collections', 'discounts', 'onetimes', 'plans'];
/** A page of 250 takes half a second, one of 50 a tenth. */
const msPerRow = 2;
/** 40 requests at once, 2 a second: the tier that every store begins with. */
const token = `sk_test_1x1_${'a7'.repeat(32)}`;

export async function run([wanted]: readonly string[]): Promise<void> {
  const rounds = Number(wanted ?? 3);
  const all = await contenders();
  const runs = all.map((): Run[] => []);
  // Alternating, so that what else the machine does falls on all.
  for (let round = 1; round <= rounds; round += 1)
    for (const [index, one] of all.entries()) {
      console.error(`Round ${round} of ${rounds}: ${one.name} ...`);
      runs[index]?.push(await syncOnce(one));
    }
  const results = all.map(({ name, with: beside }, index) => resultOf(name, beside, runs[index] ?? []));
  console.log(`${await rowsHeld()}; rounds: ${rounds}.\n`);
  console.log(table(results));
  await writeFile('docs/peers.svg', plot(results));
}

/** The same rows each time, and a bucket that is empty. */
function openStore(): Promise<Sandbox> {
  return startSandbox({ size, token, latencyMs: latencyByLimit(msPerRow) });
}

/** How many rows the API holds in each stream; of charges, it hides those processed more than 90 days ago. */
async function rowsHeld(): Promise<string> {
  const store = await openStore();
  const held = streams.map((name) => `${store.served(`/${name}`).length.toLocaleString('en')} ${name}`);
  await store.close();
  return held.join(', ');
}

async function syncOnce({ start }: Contender): Promise<Run> {
  const store = await openStore();
  try {
    const { child, remove } = await start(store, streams);
    // To find its streams, one of them asks the API already, which is no part of the sync.
    const before = totals(store.counts());
    const done = await measure(child);
    await remove();
    const after = totals(store.counts());
    const rows = compareRows(store, streams, done.stdout);
    const figures = {
      ...done,
      requests: after.requests - before.requests,
      refused: after.refused - before.refused,
      lost: rows.lostCount,
      twice: rows.twice,
    };
    return { figures, lost: Object.values(rows.lost), failure: failureOf(done) };
  } catch (error) {
    return { lost: [], failure: (error as Error).message };
  } finally {
    await store.close();
  }
}

function totals(counts: ReturnType<Sandbox['counts']>): { requests: number; refused: number } {
  const paths = Object.values(counts);
  const requests = paths.reduce((sum, path) => sum + path.requests, 0);
  return { requests, refused: paths.reduce((sum, { refused429 }) => sum + refused429, 0) };
}

function failureOf({ exitCode, timedOut, stdout, stderr }: Measured): string {
  if (timedOut) return 'stopped after ten minutes';
  return exitCode === 0 ? '' : `exit ${exitCode}: ${complaintOf(stdout, stderr)}`;
}
