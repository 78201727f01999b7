import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** The shell steps of .github/workflows, in a repository of their own, with an engine that only notes what it is told. */
const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const image = 'registry.example.com/data/source-recharge';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-'));
  for (const name of [
    'scripts',
    'package.json',
    'package-lock.json',
    'CHANGELOG.md',
    'src',
    'doctor',
    'spec.json',
    'LICENSE',
    'tsconfig.json',
  ])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'bin'));
  await program(
    'docker',
    `case "$*" in *imagetools*node:26-slim*) echo ${digest};; *imagetools*) echo "$STANDS_ON";; *"buildx build"*) while [ "$1" != --metadata-file ]; do shift; done; echo '{"containerimage.digest":"${digest}"}' >"$2";; *spec) echo '{"type":"SPEC"}';; *) echo "not found: $*"; exit 1;; esac`,
  );
  await program('cosign', 'true');
  await edit('package.json', (text) => text.replace('localhost/source-recharge', image));
  await git('init', '--quiet');
  await git('add', 'package.json');
  await git(
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@example.com',
    'commit',
    '--quiet',
    '--message',
    'A release',
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const git = (...args: string[]) => run('git', args, { cwd: folder });
const edit = async (file: string, change: (text: string) => string) =>
  writeFile(join(folder, file), change(await readFile(join(folder, file), 'utf8')));
const noted = async () => (await readFile(join(folder, 'noted'), 'utf8')).trim().split('\n');

async function program(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\necho "${name} $*" >>'${folder}/noted'\n${script}\n`);
  await chmod(path, 0o755);
}

const step = async (name: string, args: string[] = [], env: Record<string, string> = {}) => {
  const PATH = `${join(folder, 'bin')}:${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  const options = {
    cwd: folder,
    env: { ...process.env, SOURCE: 'https://example.com/repository', ...env, PATH },
  };
  return run(join(folder, 'scripts/release', name), args, options);
};
const date = (text: string) => text.replace(/ - Unreleased/, ' - 2027-01-31');

describe('prepare.sh', () => {
  test.each([
    ['a tag of another version', 'v9.9.9', date, /The tag is "v9\.9\.9", and package\.json states/],
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

  // It builds twice, and npm reads the lockfile twice.
  test('makes the notes, the archive, its checksum and the packages in it, the same each time', {
    timeout: 180_000,
  }, async () => {
    await edit('CHANGELOG.md', date);
    await step('prepare.sh', ['v0.2.0', 'out']);
    await step('prepare.sh', ['v0.2.0', 'again']);
    const name = 'source-recharge-0.2.0';
    expect((await readdir(join(folder, 'out'))).toSorted()).toEqual([
      `${name}.spdx.json`,
      `${name}.tar.gz`,
      `${name}.tar.gz.sha256`,
    ]);
    expect(await readFile(join(folder, 'notes.md'), 'utf8')).toMatch(/^### Changed\n/);
    await run('sha256sum', ['--check', `${name}.tar.gz.sha256`], { cwd: join(folder, 'out') });
    const checksum = (of: string) => readFile(join(folder, of, `${name}.tar.gz.sha256`), 'utf8');
    expect(await checksum('again')).toBe(await checksum('out'));
    await run('tar', ['-xzf', join(folder, 'out', `${name}.tar.gz`), '-C', folder]);
    const { stdout } = await run(join(folder, name, 'source-recharge'), ['spec']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'SPEC' });
    const sbom = JSON.parse(await readFile(join(folder, 'out', `${name}.spdx.json`), 'utf8')) as {
      packages: { name: string }[];
    };
    expect(sbom.packages.map((each) => each.name)).toEqual(
      expect.arrayContaining(['got', 'zod', 'bottleneck']),
    );
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
