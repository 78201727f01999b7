import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { statedFacts } from '../../scripts/release/facts.ts';
import { base, docker, image, inspect, revision } from './engine.ts';

const root = resolve(import.meta.dirname, '../..');
const shell = (script: string, ...options: string[]) =>
  docker(['run', '--rm', ...options, '--entrypoint', 'sh', image, '-c', script]);

test('the labels say what it is, and what it was made from [CLI-06, IMG-01, T21]', async () => {
  const { image: name, version, documentation } = await statedFacts();
  expect(await inspect(image, '.Config.Labels')).toMatchObject({
    'io.airbyte.name': name,
    'io.airbyte.version': version,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.url': documentation,
    'org.opencontainers.image.documentation': documentation,
    'org.opencontainers.image.source': 'unknown',
    'org.opencontainers.image.revision': await revision(),
    'org.opencontainers.image.created': expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:]+Z$/),
    'org.opencontainers.image.base.name': `docker.io/library/${base}`,
  });
});

test('its own licence is in it, and those of what it is made of', async () => {
  expect(await shell('cat /airbyte/LICENSE')).toBe(
    (await readFile(resolve(root, 'LICENSE'), 'utf8')).trimEnd(),
  );
  for (const name of ['bottleneck', 'got', 'zod'])
    expect(await shell('cat /airbyte/LICENSES.txt')).toContain(`\n${name} `);
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

test('the image holds the connector, the doctor and nothing else of the project [IMG-10]', async () => {
  const files = await shell('ls -A /airbyte');
  expect(files.split('\n')).toEqual([
    'LICENSE',
    'LICENSES.txt',
    'connector.cjs',
    'doctor',
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

test('an image for arm64 has the same files, made on the architecture of the builder [IMG-07]', async () => {
  const [arm64, files] = [`${image}-arm64`, ['source-recharge', 'connector.cjs']];
  // There is no base of arm64 here and no need of one: nothing is run while its image is made.
  const args = ['BASE=scratch', `BUILDPLATFORM=linux/${String(await inspect(base, '.Architecture'))}`];
  const given = args.map((one) => `--build-arg=${one}`);
  await docker(['build', '--quiet', '--platform=linux/arm64', ...given, '--tag', arm64, root]);
  expect(await inspect(arm64, '.Architecture')).toBe('arm64');
  const container = await docker(['create', '--platform=linux/arm64', arm64, 'never started']);
  const folder = await mkdtemp(join(tmpdir(), 'arm64-'));
  try {
    for (const file of files) {
      await docker(['cp', `${container}:/airbyte/${file}`, folder]);
      expect(await docker(['run', '--rm', '--entrypoint=sha256sum', image, `/airbyte/${file}`])).toContain(
        createHash('sha256')
          .update(await readFile(join(folder, file)))
          .digest('hex'),
      );
    }
  } finally {
    await docker(['rm', container]);
    await rm(folder, { recursive: true });
  }
});
