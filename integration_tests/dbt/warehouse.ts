import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const here = import.meta.dirname;
const project = resolve(here, '../../dbt');

/** `bin` of a virtual environment that has requirements.txt installed. */
export type Bin = string;

export type Row = Readonly<Record<string, string | null>>;
type Vars = Readonly<Record<string, string | boolean>>;

/** A program's exit code and all that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export const marts = [
  'subscriptions',
  'subscriptions_monthly',
  'customers',
  'line_items',
  'upcoming_charges',
  'cohorts',
  'charge_failures',
] as const;

export async function run(
  program: string,
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  const ended = new Promise<number | null>((done, failed) => child.on('error', failed).on('close', done));
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, output: stdout + stderr };
}

/** A database that the loader or PyAirbyte fills, and dbt's project over it. */
export class Warehouse {
  /** A DuckDB file, or the address of a PostgreSQL database. */
  readonly target: string;
  private readonly bin: Bin;
  private readonly folder: string;

  private constructor(bin: Bin, folder: string, target: string) {
    this.bin = bin;
    this.folder = folder;
    this.target = target;
  }

  /** @param postgres the address of an empty database; without it, a DuckDB file that goes away with the warehouse */
  static async create(bin: Bin, postgres?: string): Promise<Warehouse> {
    const folder = await mkdtemp(join(tmpdir(), 'dbt-'));
    return new Warehouse(bin, folder, postgres ?? join(folder, 'shop.duckdb'));
  }

  /** Loads messages as a destination does. @throws Error with what was printed where it fails. */
  async load(catalog: object, messages: string, schema = 'recharge'): Promise<void> {
    const file = join(this.folder, 'catalog.json');
    await writeFile(file, JSON.stringify(catalog));
    const args = [join(project, 'load.py'), file, this.target, schema];
    const { code, output } = await run(join(this.bin, 'python'), args, { input: messages });
    if (code !== 0) throw new Error(output);
  }

  async dbt(command: string, vars: Vars = {}): Promise<Ended> {
    const args = [command, '--no-use-colors', '--vars', JSON.stringify(vars)];
    return run(join(this.bin, 'dbt'), args, { env: this.environment() });
  }

  /** What charts.py prints. @throws Error with that where it fails. */
  async charts(vars: Vars): Promise<string> {
    const args = [join(project, 'charts.py'), this.folder, JSON.stringify(vars)];
    const { code, output } = await run(join(this.bin, 'python'), args, { env: this.environment() });
    if (code !== 0) throw new Error(output);
    return output;
  }

  private environment(): Readonly<Record<string, string>> {
    const { port, pathname } = new URL(this.target, 'file:');
    const isPostgres = this.target.includes('://');
    return {
      ...dbtEnvironment(this.folder),
      // Whatever zone the session has, the marts have that of the shop.
      TZ: 'America/New_York',
      PGTZ: 'Asia/Tokyo',
      DBT_TARGET: isPostgres ? 'postgres' : 'duckdb',
      ...(isPostgres
        ? { PGHOST: '127.0.0.1', PGPORT: port, PGUSER: 'airbyte', PGDATABASE: pathname.slice(1) }
        : { RECHARGE_DUCKDB: this.target }),
    };
  }

  /** Makes the marts and runs their tests; what failed, as a list of problems. */
  async build(vars: Vars = {}): Promise<string[]> {
    const { code, output } = await this.dbt('build', vars);
    const done = /Done\. .*/.exec(output)?.[0] ?? '';
    process.stdout.write(`${this.target}: ${done}\n`);
    return code === 0 && done.includes('WARN=0 ERROR=0') ? [] : [output];
  }

  /** @throws Error where a statement fails. */
  async query(...statements: readonly string[]): Promise<Row[][]> {
    const args = [join(here, 'query.py'), this.target];
    const { code, output } = await run(join(this.bin, 'python'), args, { input: JSON.stringify(statements) });
    if (code !== 0) throw new Error(output);
    return JSON.parse(output) as Row[][];
  }

  /** The rows of every mart, each as one text, in order. */
  async marts(schema = 'analytics'): Promise<ReadonlyMap<string, readonly string[]>> {
    const answers = await this.query(...marts.map((name) => `select * from ${schema}.${name}`));
    return new Map(
      marts.map((name, index) => [name, (answers[index] ?? []).map((row) => JSON.stringify(row)).toSorted()]),
    );
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What dbt reads and writes: the project, and else nothing beside a folder. */
export function dbtEnvironment(folder: string): Readonly<Record<string, string>> {
  return {
    DBT_PROJECT_DIR: project,
    DBT_PROFILES_DIR: project,
    DBT_TARGET_PATH: join(folder, 'target'),
    DBT_LOG_PATH: join(folder, 'logs'),
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
  };
}

/** Rows that one side alone has, by mart: how many, and the first ones. */
export function differences(
  one: ReadonlyMap<string, readonly string[]>,
  other: ReadonlyMap<string, readonly string[]>,
): string[] {
  return [...one].flatMap(([mart, rows]) => {
    const [mine, theirs] = [new Set(rows), new Set(other.get(mart))];
    const sides = { one: mine.difference(theirs), other: theirs.difference(mine) };
    return Object.entries(sides).flatMap(([side, alone]) =>
      alone.size === 0
        ? []
        : [`${mart}: ${alone.size} in ${side} alone:\n${[...alone].slice(0, 3).join('\n')}`],
    );
  });
}
