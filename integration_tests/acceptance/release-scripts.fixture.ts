import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach } from 'vitest';

/** The shell steps of .github/workflows, in a repository of their own, with an engine that only notes what it is told. */
const root = resolve(import.meta.dirname, '../..');
export const run = promisify(execFile);
export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
export const image = 'registry.example.com/data/source-recharge';

let folder: string;
/** A path within it. */
export const inFolder = (...parts: string[]) => join(folder, ...parts);

/** A repository for each test of a file, gone after it. */
export function useRepository(): void {
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
}

export const git = (...args: string[]) => run('git', args, { cwd: folder });
export const edit = async (file: string, change: (text: string) => string) =>
  writeFile(join(folder, file), change(await readFile(join(folder, file), 'utf8')));
export const noted = async () => (await readFile(join(folder, 'noted'), 'utf8')).trim().split('\n');

export async function program(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\necho "${name} $*" >>'${folder}/noted'\n${script}\n`);
  await chmod(path, 0o755);
}

export const step = async (name: string, args: string[] = [], env: Record<string, string> = {}) => {
  const PATH = `${join(folder, 'bin')}:${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  const options = {
    cwd: folder,
    env: { ...process.env, SOURCE: 'https://example.com/repository', ...env, PATH },
  };
  return run(join(folder, 'scripts/release', name), args, options);
};
/** The changelog of a release. */
export const changelogOf = (text: string) => text.replace(/ - Unreleased/, ' - 2027-01-31');
