import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { changelogSections } from '../../scripts/release/changelog.ts';
import { filesWith, places, statedFacts } from '../../scripts/release/facts.ts';
import { runConnector } from '../harness/run-connector.ts';

const root = resolve(import.meta.dirname, '../..');
const textOf = (file: string) => readFile(resolve(root, file), 'utf8');

describe('the facts of a release', () => {
  test('every file has them as package.json does (npm run release-facts) [META-01, IMG-01]', async () => {
    for (const [file, text] of await filesWith(await statedFacts()))
      expect([file, await textOf(file)]).toEqual([file, text]);
  });

  test('a publisher changes package.json alone: each place takes the new name', async () => {
    const { image, version, documentation } = await statedFacts();
    const facts = {
      image: 'registry.example.com:5000/data/source-recharge',
      version: '9.8.7',
      documentation: 'https://example.com/recharge',
    };
    const files = await filesWith(facts);
    for (const [file, , fact] of places)
      expect([file, files.get(file)]).toEqual([file, expect.stringContaining(facts[fact])]);
    const left = [...files].filter(([, text]) => text.includes(image)).map(([file]) => file);
    expect(left).toEqual([]);
    for (const fact of [version, documentation]) expect(files.get('Dockerfile')).not.toContain(fact);
  });

  test('no other file names an image', async () => {
    const { image } = await statedFacts();
    const { stdout } = await promisify(execFile)('git', ['grep', '-nE', '[a-z]/source-recharge:'], {
      cwd: root,
    });
    const named = stdout
      .split('\n')
      .filter((line) => line !== '' && !line.includes(`${image}:`))
      // The name of Airbyte's own, in the recipe that keeps its definition; and this test.
      .filter(
        (line) => !/^docs\/migration\.md:|^integration_tests\/acceptance\/release\.test\.ts:/.test(line),
      );
    expect(named.filter((line) => !line.includes('REGISTRY/source-recharge:'))).toEqual([]);
  });

  test('the API is told the version', async () => {
    const seen = new Set<string | undefined>();
    const server = createServer(({ headers }, response) => {
      seen.add(headers['user-agent']);
      response.writeHead(401).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const config = { access_token: 'sk_test', start_date: '2026-01-01', api_url: `http://127.0.0.1:${port}` };
    await runConnector(['check'], { files: { config } });
    server.close();
    expect([...seen]).toEqual([`source-recharge/${(await statedFacts()).version}`]);
  });

  test('lockfile and changelog are of the version that is stated', async () => {
    const { version } = await statedFacts();
    const lock = JSON.parse(await textOf('package-lock.json')) as { packages: { '': { version: string } } };
    expect(lock.packages[''].version).toBe(version);
    const sections = changelogSections(await textOf('CHANGELOG.md'));
    expect(sections[0]?.version).toBe(version);
    for (const { date, text } of sections) {
      expect(date).toMatch(/^(Unreleased|20\d\d-\d\d-\d\d)$/);
      expect(text).toMatch(/^### \w+\n\n- /m);
    }
  });
});
