import { execFile } from 'node:child_process';
import { access, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const folder = resolve(import.meta.dirname, '../../.bench');

/** A Python package in a virtual environment of its own, and the versions of what its figures depend on. */
export interface Installed {
  readonly bin: string;
  /** Such as `Python 3.11.7, airbyte-cdk 4.6.2`. */
  readonly with: string;
}

/** Installs a package from PyPI, unless it is there. Rejects with an Error that names what pip said. */
export async function install(name: string, version: string, beside: readonly string[]): Promise<Installed> {
  const place = join(folder, `${name}-${version}`);
  const ready = join(place, 'ready');
  const there = await access(ready).then(
    () => true,
    () => false,
  );
  if (!there) {
    console.error(`Installing ${name} ${version} ...`);
    await mkdir(folder, { recursive: true });
    await rm(place, { recursive: true, force: true });
    await command('python3', ['-m', 'venv', place]);
    const pip = ['install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
    await command(join(place, 'bin/pip'), pip);
    // Last, so that an installation cut short is begun anew.
    await mkdir(ready);
  }
  const python = await command(join(place, 'bin/python'), ['--version']);
  const code =
    'import sys; from importlib.metadata import version; [print(n, version(n)) for n in sys.argv[1:]]';
  const packages = await command(join(place, 'bin/python'), ['-c', code, ...beside]);
  const versions = [python, ...packages.split('\n')].filter((line) => line !== '');
  return { bin: join(place, 'bin'), with: versions.join(', ') };
}

/** What a command prints, trimmed. Rejects with the last line of its complaint. */
async function command(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await execute(program, args)).stdout.trim();
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(stderr.trim().split('\n').at(-1) || message, { cause: error });
  }
}
