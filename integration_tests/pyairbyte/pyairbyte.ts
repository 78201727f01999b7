import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** What PyAirbyte starts: the built file, or the image. */
export type Target = { readonly executable: string } | { readonly image: string };

/** A database on a server of this machine. */
export interface PostgresDatabase {
  readonly port: number;
  readonly database: string;
}

/** What one stream's table holds after a sync. A key is the list of its columns' values, as in JSON. */
export interface Table {
  readonly primary_key: readonly string[];
  readonly keys: readonly string[];
  /** The keys that the last sync wrote. */
  readonly loaded: readonly string[];
  /** The saved state, as PyAirbyte hands it to the next sync. */
  readonly state: Readonly<Partial<Record<'updated_at' | 'created_at' | 'deleted_at', string>>>;
}

/** One database, filled by PyAirbyte sync after sync: DuckDB's in a file of its own, or a server's. */
export class Warehouse {
  private readonly python: string;
  private readonly folder: string;
  private readonly target: Target;
  private readonly config: object;
  private readonly postgres: PostgresDatabase | undefined;

  private constructor(
    python: string,
    folder: string,
    target: Target,
    config: object,
    postgres?: PostgresDatabase,
  ) {
    this.python = python;
    this.folder = folder;
    this.target = target;
    this.config = config;
    this.postgres = postgres;
  }

  static async create(
    python: string,
    target: Target,
    config: object,
    postgres?: PostgresDatabase,
  ): Promise<Warehouse> {
    return new Warehouse(python, await mkdtemp(join(tmpdir(), 'pyairbyte-')), target, config, postgres);
  }

  /** Runs sync.py in a process of its own, as a scheduler would. @throws Error with all it printed where it fails. */
  async sync(options: { readonly stopEarly: boolean }): Promise<Readonly<Record<string, Table>>> {
    const [request, result] = [join(this.folder, 'request.json'), join(this.folder, 'result.json')];
    const database =
      this.postgres === undefined
        ? { duckdb: join(this.folder, 'warehouse.duckdb') }
        : { postgres: this.postgres };
    const content = { ...this.target, ...database, config: this.config, stop_early: options.stopEarly };
    await writeFile(request, JSON.stringify(content));
    const script = resolve(import.meta.dirname, 'sync.py');
    await this.run(this.python, ['-W', 'ignore', script, request, result]);
    return JSON.parse(await readFile(result, 'utf8')) as Record<string, Table>;
  }

  /** `pyab validate`: what PyAirbyte itself asks of a connector. @throws Error with all it printed where it fails. */
  async validate(): Promise<void> {
    const file = join(this.folder, 'config.json');
    await writeFile(file, JSON.stringify(this.config));
    const connector = Object.values(this.target)[0] as string;
    const pyab = join(dirname(this.python), 'pyab');
    await this.run(pyab, ['validate', `--connector=${connector}`, `--config=${file}`]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async run(command: string, args: readonly string[]): Promise<void> {
    const options = { env: { ...process.env, ...this.environment() }, cwd: this.folder, timeout: 600_000 };
    await promisify(execFile)(command, args, options).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(`PyAirbyte failed: ${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
      },
    );
  }

  /** The Node that runs this first on PATH, for the executable's shebang; no telemetry, no registry. */
  private environment(): Record<string, string> {
    return {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      AIRBYTE_OFFLINE_MODE: '1',
      DO_NOT_TRACK: '1',
      NO_LIVE_PROGRESS: '1',
      AIRBYTE_PROJECT_DIR: this.folder,
      AIRBYTE_LOGGING_ROOT: join(this.folder, 'logs'),
    };
  }
}
