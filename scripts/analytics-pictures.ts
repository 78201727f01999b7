import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../sandbox/index.ts';
import { type Message, run } from './demo/connector.ts';
import { buildMarts, findPython, installDbt } from './demo/marts.ts';

/** The day of the pictures: the same shop draws the same ones. */
const today = '2026-11-30';

/** Draws the pictures of docs/analytics.md from a shop of 4,000 orders, by way of the connector and the marts. */
async function drawPictures(folder: string): Promise<void> {
  const sandbox = await startSandbox({
    size: 'demo',
    now: new Date(`${today}T12:00:00Z`),
    frozen: true,
    token: `sk_test_99x1_${'a7'.repeat(32)}`,
  });
  try {
    const [config, catalog] = [join(folder, 'config.json'), join(folder, 'catalog.json')];
    const start_date = `${sandbox.firstDay}T00:00:00Z`;
    await writeFile(
      config,
      JSON.stringify({ access_token: sandbox.token, start_date, api_url: sandbox.url }),
    );
    let streams: NonNullable<Message['catalog']>['streams'] = [];
    await run(['discover', '--config', config], (message) => {
      streams = message.catalog?.streams ?? streams;
    });
    const wanted = /^(subscriptions|customers|(order|charge)(s|_line_items))$/;
    const configured = streams
      .filter(({ name }) => wanted.test(name))
      .map((stream) => ({ stream, sync_mode: 'incremental', destination_sync_mode: 'append' }));
    await writeFile(catalog, JSON.stringify({ streams: configured }));
    const messages = join(folder, 'messages.jsonl');
    const file = createWriteStream(messages);
    await run(['read', '--config', config, '--catalog', catalog], (_, line) => file.write(`${line}\n`));
    await new Promise((resolve) => file.end(resolve));
    const database = join(folder, 'warehouse.duckdb');
    await buildMarts({ catalog, messages, database, pictures: 'docs', vars: { today } });
  } finally {
    await sandbox.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
try {
  await installDbt(await findPython());
  await drawPictures(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
