import { readFileSync, writeFileSync } from 'node:fs';
import { columnsOf } from '../src/streams/columns.fixture.ts';
import { createStreams } from '../src/streams/index.ts';

/**
 * Writes src/streams/released-columns.txt: `node scripts/released-columns.ts`, at a release. Later
 * differences from it have to be documented for those who upgrade.
 */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const context = {} as Parameters<typeof createStreams>[0];

const lines = [false, true].flatMap((oldOrders) =>
  createStreams(context, oldOrders)
    .filter(({ name }) => !oldOrders || /^orders?(_|$)/.test(name))
    .flatMap(({ name, schema }) =>
      columnsOf(schema.jsonSchema()).map(
        ([path, type]) => `${name}${oldOrders ? '_2021_01' : ''} ${path} ${type}`,
      ),
    ),
);
const head = [
  `# The columns that version ${version} of this connector declares: stream, path, type.`,
  '# Written by scripts/released-columns.ts. Orders and their tables of version 2021-01 end in _2021_01.',
];
writeFileSync('src/streams/released-columns.txt', `${[...head, ...lines].join('\n')}\n`);
