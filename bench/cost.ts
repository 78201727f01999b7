import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '../sandbox/index.ts';
import { built, startRead, timed } from './connector.ts';
import { lineChart } from './plot.ts';

/**
 * `npm run bench -- cost [ROWS…]`: the processor time of a sync of charges, against the least that its lines
 * cost.
 */

const sizes = [10_000, 100_000, 1_000_000];
const tables = ['discounts', 'line_items', 'order_attributes', 'shipping_lines', 'tax_lines', 'utm_params'];
const pageSize = 250;
/** How many different pages the floor repeats. */
const pagesOfFloor = 40;
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
    const store = await startSandbox({
      size: { charges: rows },
      chargeWindowDays: null,
      token,
      latencyMs: 500,
      cacheMb: 0,
    });
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const pages = join(folder, 'pages.json');
    await writeFile(pages, JSON.stringify(await pagesOf(store)));
    for (const children of [[], tables]) {
      const least = await cpuOf(
        spawn('sh', timed('node', [floor, pages, String(rows), ...children]), { stdio }),
      );
      const { child, remove } = await startRead(
        store,
        ['charges', ...children.map((table) => `charge_${table}`)],
        { timed: true },
      );
      const [cpu, lines] = await Promise.all([cpuOf(child), linesIn(child.stdout)]);
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

const stdio: ['ignore', 'pipe', 'inherit', 'pipe'] = ['ignore', 'pipe', 'inherit', 'pipe'];

/** The first pages of charges, as JSON texts. */
async function pagesOf({ url, token: access }: Sandbox): Promise<string[]> {
  const headers = { 'x-recharge-access-token': access, 'x-recharge-version': '2021-11' };
  const texts: string[] = [];
  for (let query = `limit=${pageSize}`; texts.length < pagesOfFloor; ) {
    const text = await (await fetch(`${url}/charges?${query}`, { headers })).text();
    texts.push(text);
    const next: unknown = JSON.parse(text).next_cursor;
    if (typeof next !== 'string') break;
    query = `limit=${pageSize}&cursor=${encodeURIComponent(next)}`;
  }
  return texts;
}

/** User and system seconds of a process started with `timed`, after its end. @throws Error if it failed */
async function cpuOf(child: ChildProcess): Promise<number> {
  const said = Array.fromAsync(child.stdio[3] as AsyncIterable<Buffer>);
  child.stdout?.resume();
  const code = await new Promise((ended) => child.once('close', ended));
  if (code !== 0) throw new Error(`exit ${String(code)}`);
  // The second line is about the children: user and system time, in minutes and seconds.
  const ofChildren =
    Buffer.concat(await said)
      .toString()
      .split('\n')[1] ?? '';
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

async function linesIn(stdout: NodeJS.ReadableStream | null): Promise<number> {
  let records = 0;
  let tail = '';
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    const text = tail + chunk.toString('latin1');
    records += text.split('\n{"type":"RECORD"').length - 1;
    tail = text.slice(-'\n{"type":"RECORD"'.length + 1);
  }
  return records;
}

/** The median time of several starts, in milliseconds. */
function startTime(command: string, args: readonly string[]): number {
  const times = Array.from({ length: startsOfEach }, () => {
    const began = performance.now();
    spawnSync(command, args);
    return performance.now() - began;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(startsOfEach / 2)] ?? Number.NaN;
}
