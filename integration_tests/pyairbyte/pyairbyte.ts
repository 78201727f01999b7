import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/index.ts';
import { Python } from './python.ts';

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
  /** The keys of tombstones. */
  readonly deleted: readonly string[];
  /** The saved state, as PyAirbyte hands it to the next sync. */
  readonly state: Readonly<Partial<Record<'updated_at' | 'created_at' | 'deleted_at', string>>>;
}

export type Tables = Readonly<Record<string, Table>>;

/** One database, filled by PyAirbyte sync after sync: DuckDB's in a file of its own, or a server's. */
export class Warehouse {
  private readonly python: Python;
  private readonly target: Target;
  private readonly config: object;
  private readonly postgres: PostgresDatabase | undefined;

  private constructor(python: Python, target: Target, config: object, postgres?: PostgresDatabase) {
    this.python = python;
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
    return new Warehouse(await Python.create(python), target, config, postgres);
  }

  /** @throws Error with all that was printed where it fails. */
  async sync(streams: readonly string[] | '*' = '*'): Promise<Tables> {
    return this.python.script('sync.py', { ...this.target, ...this.database, config: this.config, streams });
  }

  /** The ids that a query finds. @throws Error as `sync` does. */
  async ids(query: string): Promise<readonly number[]> {
    return this.python.script('query.py', { ...this.database, query });
  }

  private get database(): object {
    return this.postgres === undefined
      ? { duckdb: join(this.python.folder, 'warehouse.duckdb') }
      : { postgres: this.postgres };
  }

  async remove(): Promise<void> {
    await this.python.remove();
  }
}

export function configOf({ url, token, firstDay }: Sandbox): object {
  return { access_token: token, start_date: `${firstDay}T00:00:00Z`, api_url: url };
}
