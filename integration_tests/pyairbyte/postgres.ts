import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Debian's package has its programs, one folder a version. */
const packaged = '/usr/lib/postgresql';

/** A PostgreSQL server of its own on this machine, which asks for no password; its data goes with it. */
export class Postgres {
  readonly port: number;
  private readonly folder: string;
  private readonly bin: string;
  private readonly user: User;
  private readonly server: ChildProcess;

  private constructor(bin: string, folder: string, port: number, user: User) {
    this.port = port;
    this.folder = folder;
    this.bin = bin;
    this.user = user;
    const flags = ['-h', '127.0.0.1', '-p', String(port), '-k', folder, '-F'];
    this.server = spawn(join(bin, 'postgres'), ['-D', join(folder, 'data'), ...flags], {
      ...user,
      stdio: 'ignore',
    });
  }

  /** @throws Error where PostgreSQL is not installed, or does not start within 30 s. */
  static async start(): Promise<Postgres> {
    const [version] = (await readdir(packaged).catch(() => [])).toSorted((a, b) => Number(b) - Number(a));
    if (version === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
    const bin = join(packaged, version, 'bin');
    const user = await serverUser();
    const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    if (user.uid !== undefined) await chown(folder, user.uid, user.gid ?? user.uid);
    const setUp = ['-D', join(folder, 'data'), '-U', 'airbyte', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    await run(join(bin, 'initdb'), setUp, { ...user, cwd: folder });
    const postgres = new Postgres(bin, folder, await freePort(), user);
    await postgres.ready();
    return postgres;
  }

  async createDatabase(name: string): Promise<void> {
    await run(join(this.bin, 'createdb'), [...this.connection, name], this.user);
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.server.once('close', done));
    // Fast shutdown: whoever is still connected is cut off.
    if (this.server.exitCode === null) {
      this.server.kill('SIGINT');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private get connection(): string[] {
    return ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'airbyte'];
  }

  private async ready(): Promise<void> {
    for (let attempt = 0; attempt < 150; attempt += 1) {
      if (await run(join(this.bin, 'pg_isready'), this.connection).catch(() => false)) return;
      await sleep(200);
    }
    await this.stop();
    throw new Error('PostgreSQL did not start within 30 s');
  }
}

type User = { readonly uid?: number; readonly gid?: number };

/** The server refuses to run as root; Debian's package has a user for it. */
async function serverUser(): Promise<User> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
