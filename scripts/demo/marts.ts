import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const project = resolve(import.meta.dirname, '../../dbt');
const environment = resolve(import.meta.dirname, '../../.cache/dbt');

/** What dbt 1.11 runs with. */
const pythons = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const isFit = 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))';

/** @throws Error that says what is needed, where no Python of the right version is on the PATH */
export async function findPython(): Promise<string> {
  for (const python of pythons) {
    const found = promisify(execFile)(python, ['-c', isFit]).then(
      () => true,
      () => false,
    );
    if (await found) return python;
  }
  throw new Error(
    'dbt needs Python 3.10 to 3.13 with its venv module on the PATH (Debian: apt-get install python3-venv).',
  );
}

/** Installs dbt into an environment of its own, unless it is there. @throws Error where that fails */
export async function installDbt(python: string): Promise<void> {
  const isThere = promisify(execFile)(join(environment, 'bin/dbt'), ['--version']).then(
    () => true,
    () => false,
  );
  if (await isThere) return;
  console.log('Installing dbt from PyPI into .cache/dbt: about 50 MB to download, 220 MB on disk.');
  await run(python, ['-m', 'venv', '--clear', environment]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await run(join(environment, 'bin/python'), [...pip, '--requirement', join(project, 'requirements.txt')]);
}

export interface Loaded {
  /** Files: the configured catalog, and the messages of the syncs. */
  readonly catalog: string;
  readonly messages: string;
  /** The DuckDB file to make, and where the pictures go. */
  readonly database: string;
  readonly pictures: string;
  /** dbt's `--vars`. */
  readonly vars?: object;
}

/** Loads messages into DuckDB, builds the marts, prints their three tables and draws them. @throws Error where a step fails */
export async function buildMarts({
  catalog,
  messages,
  database,
  pictures,
  vars = {},
}: Loaded): Promise<void> {
  const [python, variables, file] = [
    join(environment, 'bin/python'),
    JSON.stringify(vars),
    resolve(database),
  ];
  const env = {
    RECHARGE_DUCKDB: file,
    DBT_PROFILES_DIR: project,
    DBT_TARGET_PATH: join(environment, 'target'),
    DBT_LOG_PATH: join(environment, 'logs'),
  };
  console.log('load: the messages into DuckDB');
  await run(python, [join(project, 'load.py'), catalog, file], { input: messages });
  console.log('dbt build: seven marts, and their tests');
  await run(join(environment, 'bin/dbt'), ['build', '--quiet', '--vars', variables], { env });
  await run(python, ['charts.py', resolve(pictures), variables], { env });
}

async function run(
  program: string,
  args: readonly string[],
  { input, env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const file = input === undefined ? undefined : await open(input);
  const stdin = file?.fd ?? 'ignore';
  const child = spawn(program, args, {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: [stdin, 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  await file?.close();
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit code ${code}.`);
}
