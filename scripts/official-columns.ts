import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../src/airbyte/index.ts';
import { columnsOf } from '../src/streams/columns.fixture.ts';

/**
 * Writes src/streams/official-columns.txt from an unpacked airbyte-source-recharge of PyPI. It takes names
 * and types alone: `node scripts/official-columns.ts VERSION FOLDER`, where FOLDER has its schemas, one file
 * per stream.
 */
const [version = '', folder = ''] = process.argv.slice(2);

const lines = readdirSync(folder)
  .toSorted()
  .flatMap((file) => {
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject;
    return columnsOf(schema).map(([path, type]) => `${file.replace('.json', '')} ${path} ${type}`);
  });

const head = [
  `# The columns that airbyte-source-recharge ${version} (PyPI) declares: stream, path, type.`,
  '# Written by scripts/official-columns.ts. Facts alone, names and types; nothing else is taken from that package.',
];
writeFileSync('src/streams/official-columns.txt', `${[...head, ...lines].join('\n')}\n`);
