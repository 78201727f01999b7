import { readFile, writeFile } from 'node:fs/promises';
import { acceptanceFiles, streamTable } from '../integration_tests/acceptance/files.ts';
import { startAcceptanceStore } from '../integration_tests/acceptance/store.ts';

// Reads a sandbox store with the built connector, and writes from that the files that the acceptance tests
// use and the table in the documentation.
const store = await startAcceptanceStore();
const run = await store.read();
const files = acceptanceFiles(store.streams, (stream) => run.records(stream));
for (const [name, content] of Object.entries(files)) await writeFile(`integration_tests/${name}`, content);
const page = await readFile('docs/recharge.md', 'utf8');
const table = streamTable(store.streams);
await writeFile(
  'docs/recharge.md',
  page.replace(/(?<=^## Supported streams\n)[^#]*(?=^## )/m, () => `\n${table}\n`),
);
await store.sandbox.close();
