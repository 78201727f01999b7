import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { built, startRead } from './connector.ts';
import { lineChart } from './plot.ts';

/** `npm run bench -- cost [ROWS…]`: the processor time of a sync of charges, beside the least that their lines cost. */

const sizes = [10_000, 100_000, 1_000_000];
const tables = ['discounts', 'line_items', 'order_attributes', 'shipping_lines', 'tax_lines', 'utm_params'];
const pageSize = 250;
/** The floor has so many different pages; of more rows they go round. */
const pagesOfFloor = 400;
/** The fastest tier: 20 requests a second. */
const token = `sk_test_10x3_${'a7'.repeat(32)}`;
const floor = fileURLToPath(new URL('./floor.ts', import.meta.url));
const startsOfEach = 21;

export async function run(args: readonly string[]): Promise<void> {
  const wanted = args.length === 0 ? sizes : args.map(Number);
  console.log(
    `\`spec\` takes ${(startTime(built, ['spec']) / startTime('node', ['-e', '0'])).toFixed(2)} times \`node -e 0\`.\n`,
  );
  console.log('| charges | child tables | lines | processor, s | floor, s | ratio |');
  console.log('|---:|---:|---:|---:|---:|---:|');
  const points = new Map<string, { x: number; y: number }[]>();
  const draw = (name: string, x: number, seconds: number) =>
    points.set(name, [...(points.get(name) ?? []), { x, y: (seconds / x) * 1_000_000 }]);
  for (const rows of wanted) {
    const charges = { size: { charges: rows }, chargeWindowDays: null, cacheMb: 0 };
    const store = await startSandbox({ ...charges, token, latencyMs: 500 });
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    // Without a rate limit worth the name, and without touching that of the store.
    const quick = await startSandbox({ ...charges, bucketSize: 2 * pagesOfFloor });
    await savePages(quick, folder);
    await quick.close();
    for (const children of [[], tables]) {
      const least = Number(
        execFileSync('node', [floor, folder, String(rows), ...children], { encoding: 'utf8' }),
      );
      const { child, remove } = await startRead(
        store,
        ['charges', ...children.map((table) => `charge_${table}`)],
        { timed: true },
      );
      const { cpu, lines } = await timesOf(child);
      await remove();
      if (lines < rows) throw new Error(`${lines} lines for ${rows} rows`);
      const figures = [cpu.toFixed(2), least.toFixed(2), (cpu / least).toFixed(2)];
      console.log(`| ${rows} | ${children.length} | ${lines} | ${figures.join(' | ')} |`);
      const what = children.length === 0 ? 'charges alone' : 'with six child tables';
      draw(what, rows, cpu);
      draw(`${what}, floor`, rows, least);
    }
    await Promise.all([store.close(), rm(folder, { recursive: true, force: true })]);
  }
  if (args.length === 0)
    await writeFile('docs/cost.svg', lineChart('Processor seconds per million charges, by charges', points));
}

/** The first pages of charges as they are served, a file each. */
async function savePages({ url, token: access }: Sandbox, folder: string): Promise<void> {
  const headers = { 'x-recharge-access-token': access, 'x-recharge-version': '2021-11' };
  let query = `limit=${pageSize}`;
  for (let page = 0; page < pagesOfFloor; page++) {
    const answer = await fetch(`${url}/charges?${query}`, { headers });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const body = await answer.text();
    await writeFile(join(folder, `${page}.json`), body);
    const next: unknown = JSON.parse(body).next_cursor;
    if (typeof next !== 'string') break;
    query = `limit=${pageSize}&cursor=${encodeURIComponent(next)}`;
  }
}

/** User and system seconds of a process that was started by `timed`, and its records, once it has ended. @throws if it failed */
async function timesOf({ stdio }: ChildProcess): Promise<{ cpu: number; lines: number }> {
  const [lines, said] = await Promise.all([text(stdio[1] as Readable), text(stdio[3] as Readable)]);
  // The second line is that of the children: minutes and seconds, user and system.
  const [, ofChildren = '', code] = said.split('\n');
  if (code !== '0') throw new Error(`exit ${code}`);
  const parts = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  const cpu = parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
  return { cpu, lines: Number(lines) };
}

/** The median of many, in milliseconds. */
function startTime(command: string, args: readonly string[]): number {
  const times = Array.from({ length: startsOfEach }, () => {
    const began = performance.now();
    spawnSync(command, args);
    return performance.now() - began;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(startsOfEach / 2)] ?? Number.NaN;
}
