import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run bench -- protocol [PAGES]`: what the protocol costs, beside JSON.stringify of the same rows into
 * the same pipe (SPD-01).
 */

const scenarios = resolve(import.meta.dirname, '../integration_tests/kit/scenarios.ts');
const rowsAPage = 250;

export async function run([wanted]: readonly string[]): Promise<void> {
  const pages = Number(wanted ?? 2_000);
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const [config, catalog] = [join(folder, 'config.json'), join(folder, 'catalog.json')];
    await writeFile(config, JSON.stringify({ access_token: 'token', pages }));
    const entry = { stream: { name: 'bulk' }, sync_mode: 'incremental', destination_sync_mode: 'append' };
    await writeFile(catalog, JSON.stringify({ streams: [entry] }));
    const ours = [scenarios, 'read', '--config', config, '--catalog', catalog];
    const plain = [fileURLToPath(new URL('./plain-rows.ts', import.meta.url)), String(pages)];
    console.log('| round | rows of 1 KB a second | plain JSON.stringify | ratio of times |');
    console.log('|---:|---:|---:|---:|');
    // Alternating, so that other load of the machine affects both.
    for (let round = 1; round <= 3; round += 1) {
      const [us, them] = [await seconds(ours), await seconds(plain)];
      const rate = (time: number) => Math.round((pages * rowsAPage) / time).toLocaleString('en');
      console.log(`| ${round} | ${rate(us)} | ${rate(them)} | ${(us / them).toFixed(2)} |`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds from start to end, with the output read at once. */
function seconds(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  return new Promise((done, failed) => {
    child.once('close', (code) =>
      code === 0 ? done((performance.now() - started) / 1_000) : failed(new Error(`exit ${code}`)),
    );
  });
}
