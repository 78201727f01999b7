import { describe, expect, test } from 'vitest';
import {
  changelogOf,
  digest,
  edit,
  git,
  image,
  noted,
  program,
  step,
  useRepository,
} from './release-scripts.fixture.ts';

useRepository();

describe('prepare.sh', () => {
  test.each([
    ['a tag of another version', 'v9.9.9', changelogOf, /The tag is "v9\.9\.9", and package\.json states/],
    [
      'a changelog without a date',
      'v0.2.0',
      (text: string) => text,
      /calls 0\.2\.0 Unreleased: put in the date/,
    ],
    [
      'a changelog without the version',
      'v0.2.0',
      (text: string) => text.replace('## 0.2.0', '## 0.3.0'),
      /has no section "## 0\.2\.0/,
    ],
  ])('refuses %s', async (_name, tag, change, message) => {
    await edit('CHANGELOG.md', change);
    await expect(step('prepare.sh', [tag, 'out'])).rejects.toMatchObject({ code: 1, stderr: message });
  });
});

test('image.sh builds for both architectures on the base with its digest, and keeps the digest', async () => {
  await step('image.sh', ['digest.txt', '0.2.0', 'latest']);
  const build = (await noted()).find((line) => line.includes('buildx build'));
  for (const part of [
    '--platform linux/amd64,linux/arm64 --provenance=mode=max --sbom=true --pull --push',
    `--build-arg BASE=node:26-slim@${digest}`,
    '--build-arg SOURCE=https://example.com/repository',
    `--build-arg REVISION=${(await git('rev-parse', 'HEAD')).stdout.trim()}`,
    `--label org.opencontainers.image.base.digest=${digest}`,
    `--tag ${image}:0.2.0 --tag ${image}:latest .`,
  ])
    expect(build).toContain(part);
  expect((await step('reference.sh', ['digest.txt'])).stdout).toBe(`${image}@${digest}\n`);
});

test('image.sh does not push to this machine', async () => {
  await edit('package.json', (text) => text.replace(image, 'localhost/source-recharge'));
  await expect(step('image.sh', ['digest.txt', '0.2.0'])).rejects.toMatchObject({
    stderr: expect.stringContaining('a release needs the name of a registry'),
  });
});

test('smoke.sh asks each architecture for its specification', async () => {
  await program(
    'docker',
    `case "$*" in *spec) echo '{"type":"SPEC"}';; *) echo "/no/such/config.json is not there"; exit 1;; esac`,
  );
  expect((await step('smoke.sh', [image, 'linux/amd64', 'linux/arm64'])).stdout).toBe(
    'linux/amd64: ok\nlinux/arm64: ok\n',
  );
  await program('docker', 'echo "exec format error" >&2; exit 1');
  await expect(step('smoke.sh', [image, 'linux/arm64'])).rejects.toMatchObject({ code: 1 });
});

test.each([
  ['a base that is still the newest', digest, 0],
  ['a base that has been renewed', `sha256:${'f'.repeat(64)}`, 1],
])('rebuild.sh, %s', async (_name, standsOn, builds) => {
  await program('sleep', 'true');
  await edit('scripts/release/smoke.sh', () => '#!/bin/sh\n');
  const { stdout } = await step('rebuild.sh', [], { STANDS_ON: standsOn });
  expect(stdout).toBe(`image=${image}:latest\n`);
  const calls = await noted();
  expect(calls.filter((line) => line.includes('buildx build'))).toHaveLength(builds);
  expect(calls.filter((line) => line === `cosign sign --yes ${image}@${digest}`)).toHaveLength(builds);
});

test('checkout-newest.sh takes the newest release, and none that is not one', async () => {
  await expect(step('checkout-newest.sh')).rejects.toMatchObject({
    stderr: expect.stringContaining('There is no release yet'),
  });
  for (const tag of ['v0.2.0', 'v0.10.0', 'v0.11.0-rc.1', 'void']) await git('tag', tag);
  await git('commit', '--allow-empty', '--quiet', '--message', 'After it').catch(() => undefined);
  await step('checkout-newest.sh');
  expect((await git('describe', '--tags', '--exact-match', '--match', 'v0.10.0')).stdout).toBe('v0.10.0\n');
});
