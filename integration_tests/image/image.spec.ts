import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { base, docker, image, inspect } from './engine.ts';

const root = resolve(import.meta.dirname, '../..');
const shell = (script: string, ...options: string[]) =>
  docker(['run', '--rm', ...options, '--entrypoint', 'sh', image, '-c', script]);

/** A scalar of metadata.yaml's `data`. */
async function metadata(key: string): Promise<string | undefined> {
  const text = await readFile(resolve(root, 'metadata.yaml'), 'utf8');
  return new RegExp(`^ {2}${key}: (.+)$`, 'm').exec(text)?.[1];
}

test('package.json, metadata.yaml and the labels name one version of one repository [CLI-06, IMG-01, T21]', async () => {
  const { version } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await metadata('dockerImageTag')).toBe(version);
  expect(await inspect(image, '.Config.Labels')).toMatchObject({
    'io.airbyte.name': await metadata('dockerRepository'),
    'io.airbyte.version': version,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': await metadata('license'),
    'org.opencontainers.image.base.name': `docker.io/library/${base}`,
  });
});

test('AIRBYTE_ENTRYPOINT is the entrypoint, absolute, and has nothing a shell would change [RUN-01, RUN-03, IMG-02, T22]', async () => {
  const entrypoint = (await inspect(image, '.Config.Entrypoint')) as string[];
  const env = (await inspect(image, '.Config.Env')) as string[];
  expect(env).toContain(`AIRBYTE_ENTRYPOINT=${entrypoint.join(' ')}`);
  expect(entrypoint.join(' ')).toMatch(/^\/[\w/-]+$/);
});

test('it runs as uid and gid 1000, which is nobody to the files of the connector [IMG-03]', async () => {
  expect(await inspect(image, '.Config.User')).toBe('1000:1000');
  expect(await shell('id -u; id -g')).toBe('1000\n1000');
  expect(await shell('test ! -w /airbyte && find /airbyte -writable')).toBe('');
});

test('the image holds the connector and nothing else of the project [IMG-10]', async () => {
  const files = await shell('ls -A /airbyte');
  expect(files.split('\n')).toEqual([
    'LICENSES.txt',
    'connector.cjs',
    'package.json',
    'source-recharge',
    'spec.json',
  ]);
});

test('at most 5 MB above its base [IMG-08]', async () => {
  const [whole, underneath] = await Promise.all([inspect(image, '.Size'), inspect(base, '.Size')]);
  const added = Number(whole) - Number(underneath);
  expect(added).toBeGreaterThan(0);
  expect(added).toBeLessThanOrEqual(5_000_000);
});

test("the platform's launch script finds its tools [RUN-02, IMG-05]", async () => {
  const tools = ['eval', 'trap', 'wait', 'kill', 'test', 'sleep', 'mv', 'echo', 'cat', 'mkfifo', 'touch'];
  const found = await shell(
    `for tool in ${tools.join(' ')}; do command -v "$tool" >/dev/null && echo "$tool"; done`,
  );
  expect(found.split('\n')).toEqual(tools);
});
