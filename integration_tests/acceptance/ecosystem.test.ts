import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/airbyte/index.ts';
import { streamTable } from './files.ts';
import { acceptanceStore } from './store.ts';

/** The files that Airbyte's registry, its form and its users look for beside the connector. */
const root = resolve(import.meta.dirname, '../..');
const textOf = (file: string) => readFile(resolve(root, file), 'utf8');

const store = await acceptanceStore();

/** The items of a list in metadata.yaml. */
const listIn = (yaml: string, key: string) =>
  (new RegExp(`^ +${key}:\\n((?: +- .+\\n)+)`, 'm').exec(yaml)?.[1] ?? '').match(/(?<=- ).+/g) ?? [];

test('metadata.yaml has what a registry asks for [META-01, META-03, T53, T54]', async () => {
  const yaml = await textOf('metadata.yaml');
  const keys = [
    'ab_internal allowedHosts connectorSubtype connectorTestSuitesOptions connectorType definitionId dockerImageTag',
    'dockerRepository documentationUrl githubIssueLabel icon license maxSecondsBetweenMessages name',
    'registryOverrides releaseStage suggestedStreams supportLevel tags',
  ];
  for (const key of keys.join(' ').split(' ')) expect(yaml).toMatch(new RegExp(`^  ${key}:`, 'm'));
  expect(yaml).toContain('metadataSpecVersion: "1.0"');
  // The definition of the connector that Airbyte publishes under the same name.
  expect(yaml).not.toContain('45d2e135-2ede-49e1-939f-3e3ec357a65e');
  expect(listIn(yaml, 'hosts')).toEqual(['api.rechargeapps.com']);
  const names = store.streams.map(({ name }) => name);
  expect(listIn(yaml, 'streams').length).toBeGreaterThan(0);
  expect(names).toEqual(expect.arrayContaining(listIn(yaml, 'streams')));
  // META-03: longer than any wait the API can impose.
  expect(Number(/maxSecondsBetweenMessages: (\d+)/.exec(yaml)?.[1])).toBeGreaterThanOrEqual(1_800);
});

test('the streams of the official connector are there, with their keys and cursors [MIG-07]', () => {
  const cursors = {
    ...Object.fromEntries(
      'addresses charges customers discounts onetimes orders subscriptions'
        .split(' ')
        .map((name) => [name, 'updated_at']),
    ),
    bundle_selections: 'updated_at',
    credit_adjustments: 'updated_at',
    events: 'created_at',
  };
  const streams = new Map(store.streams.map((stream) => [stream.name, stream]));
  for (const [name, cursor] of Object.entries(cursors))
    expect(streams.get(name)).toMatchObject({
      default_cursor_field: [cursor],
      source_defined_primary_key: [['id']],
    });
  for (const name of ['collections', 'metafields', 'payment_methods', 'plans', 'products', 'shop'])
    expect([name, streams.get(name)?.source_defined_primary_key]).toEqual([name, [['id']]]);
});

test('the settings of the official connector are there, of the same types [MIG-07]', async () => {
  const form = JSON.parse(await textOf('spec.json')).connectionSpecification as JsonObject;
  expect(form['properties']).toMatchObject({
    access_token: { type: 'string', airbyte_secret: true },
    start_date: { type: 'string', format: 'date-time' },
    lookback_window_days: { type: 'integer', minimum: 0, default: 0 },
    use_orders_deprecated_api: { type: 'boolean' },
  });
  expect(form['required']).toEqual(['access_token', 'start_date']);
});

test('the icon is a square drawing without a script or a foreign address', async () => {
  const svg = await textOf('icon.svg');
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  expect(width).toBe(height);
  expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/<script|https?:|href/);
});

test('the Dockerfile names no architecture, and the bundle holds no native module [IMG-07]', async () => {
  const stages = (await textOf('Dockerfile')).split('\n').filter((line) => !line.startsWith('#'));
  expect(stages.join('\n').replace('--platform=$BUILDPLATFORM ', '')).not.toMatch(
    /amd64|arm64|x86_64|aarch64|--platform/,
  );
  const built = await readdir(resolve(root, 'dist'));
  expect(built.filter((file) => /\.(node|so|wasm)$/.test(file))).toEqual([]);
});

describe('docs/recharge.md', () => {
  const headings = [
    '# Recharge',
    '## Prerequisites',
    '## Setup guide',
    '## Supported sync modes',
    '## Supported streams',
    '## Limitations & troubleshooting',
    '## Data type map',
    '## Tutorials',
    '## Changelog',
  ];

  test('recharge.md has the headings in their order [DOCS-01, T55, T56]', async () => {
    const page = await textOf('docs/recharge.md');
    expect(page.match(/^##? .+$/gm)).toEqual(headings);
    const form = JSON.parse(await textOf('spec.json')).connectionSpecification as JsonObject;
    const titles = form['properties'] as Record<string, { title: string; airbyte_hidden?: boolean }>;
    const part = (from: string, to: string) => page.slice(page.indexOf(from), page.indexOf(to));
    for (const name of form['required'] as string[])
      expect(part('## Prerequisites', '## Setup guide')).toContain(titles[name]?.title);
    for (const { title, airbyte_hidden } of Object.values(titles))
      if (airbyte_hidden !== true)
        expect(part('## Setup guide', '## Supported sync')).toContain(`**${title}**`);
  });

  test('its table is of the streams there are (npm run acceptance-files)', async () => {
    const page = await textOf('docs/recharge.md');
    const part = page.slice(page.indexOf('## Supported streams'), page.indexOf('## Limitations'));
    expect(part).toContain(`\n\n${streamTable(store.streams)}\n`);
  });
});

test('the two pictures of the demo say the same (npm run demo -- --picture)', async () => {
  const [light, dark] = await Promise.all(
    ['light', 'dark'].map(async (scheme) =>
      (await textOf(`docs/demo-${scheme}.svg`)).match(/(?<=>)[^<>\n]+(?=<)/g),
    ),
  );
  expect(light?.at(0)).toBe('$\u00a0npm\u00a0run\u00a0demo');
  expect(light).toContain('read:\u00a0the\u00a0first\u00a0sync');
  expect(light).toEqual(dark);
});

test('links within the documentation lead somewhere [T58]', async () => {
  const folder = (await readdir(resolve(root, 'docs'), { recursive: true })).map((file) => `docs/${file}`);
  const pages = [...folder, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'sandbox/README.md'];
  const broken: string[] = [];
  for (const page of pages.filter((file) => file.endsWith('.md'))) {
    const text = await textOf(page);
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(resolve(root, dirname(page), target))) broken.push(`${page}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});
