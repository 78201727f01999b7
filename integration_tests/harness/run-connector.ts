import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { Run } from './run.ts';
import { type Transcript, checkLines, checkTranscript } from './transcript.ts';

export interface RunOptions {
  /** The program and its first arguments. Default: the built connector, so that its shebang counts. */
  readonly executable?: readonly [string, ...string[]];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to temporary files and given as --config, --catalog, --state; a text as it is, all else as JSON. */
  readonly files?: { readonly config?: unknown; readonly catalog?: unknown; readonly state?: unknown };
  /** Called at once, for whoever wants to stall or close the pipe. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called for each whole line of stdout as it arrives. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
  /** What may stand in no line but a RECORD (E-09). Default: the configuration's access_token. */
  readonly secrets?: readonly string[];
  /** The test itself ends the process or its reader so that it cannot say its last words. */
  readonly cutShort?: boolean;
  /** What comes out is no protocol: usage, a missing interpreter. Nothing is checked then. */
  readonly unchecked?: boolean;
  /** Milliseconds; then the process is killed and the run fails. Default 30,000. */
  readonly timeout?: number;
}

const built = resolve(import.meta.dirname, '../../dist/source-recharge');

/**
 * Runs a connector as its own process, without stdin, and checks all it said (`checkTranscript` for a read,
 * `checkLines` for the rest).
 * @throws Error where the transcript breaks a rule, or the time is up.
 */
export async function runConnector(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'connector-'));
  try {
    const run = await runProcess([...args, ...(await writeFiles(folder, options.files ?? {}))], options);
    if (options.unchecked !== true) await check(args, run, options);
    return run;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeFiles(folder: string, files: NonNullable<RunOptions['files']>): Promise<string[]> {
  const flags: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, `${name}.json`);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    // As PyAirbyte leaves its own (PYA-02).
    await chmod(path, 0o444);
    flags.push(`--${name}`, path);
  }
  return flags;
}

async function runProcess(args: readonly string[], options: RunOptions): Promise<Run> {
  const [program, ...first] = options.executable ?? [built];
  const started = Date.now();
  const child = spawn(program, [...first, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  if (options.onLine !== undefined) eachLine(child, options.onLine);
  options.onStart?.(child);
  const [exitCode, signal] = await ended(child, options.timeout ?? 30_000).catch((error: unknown) => {
    throw new Error(`${String(error)}; it had said:\n${stdout().slice(-2000)}${stderr()}`, { cause: error });
  });
  const duration = Date.now() - started;
  return new Run({ stdout: stdout(), stderr: stderr(), exitCode, signal, duration });
}

function ended(child: ChildProcess, limit: number): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(new Error(`The process did not end within ${limit} ms`));
    }, limit);
    child.once('error', (error) => {
      clearTimeout(timer);
      failed(error);
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      done([exitCode, signal]);
    });
  });
}

/** UTF-8 and nothing else, a byte order mark included (OUT-01); the bytes of a character cut off at the end are left out. */
function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () =>
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks), {
      stream: true,
    });
}

function eachLine(child: ChildProcess, onLine: NonNullable<RunOptions['onLine']>): void {
  const decoder = new TextDecoder();
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line, child);
  });
}

async function check(args: readonly string[], run: Run, options: RunOptions): Promise<void> {
  const { config } = options.files ?? {};
  const token =
    typeof config === 'object' && config !== null && 'access_token' in config ? config.access_token : '';
  const output = {
    stdout: run.stdout,
    stderr: run.stderr,
    exitCode: run.exitCode,
    signal: run.signal,
    secrets: options.secrets ?? (typeof token === 'string' && token !== '' ? [token] : []),
    cutShort: options.cutShort ?? false,
  };
  if (args.includes('read')) checkTranscript({ ...output, catalog: await catalogOf(args, options) });
  else checkLines(output);
}

/** What the read was given, in `files` or by a path among its arguments; one that is no catalog configures nothing. */
async function catalogOf(args: readonly string[], options: RunOptions): Promise<Transcript['catalog']> {
  const given = options.files?.catalog ?? (await textAt(pathOf(args), options.cwd));
  const value: unknown = typeof given === 'string' ? jsonOf(given) : given;
  return isCatalog(value) ? value : { streams: [] };
}

function pathOf(args: readonly string[]): string | undefined {
  const joined = args.find((arg) => arg.startsWith('--catalog='))?.slice('--catalog='.length);
  const index = args.indexOf('--catalog');
  return joined ?? (index < 0 ? undefined : args[index + 1]);
}

async function textAt(path: string | undefined, folder = '.'): Promise<string> {
  if (path === undefined) return '';
  return readFile(resolve(folder, path), 'utf8').catch(() => '');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCatalog(value: unknown): value is Transcript['catalog'] {
  return typeof value === 'object' && value !== null && 'streams' in value && Array.isArray(value.streams);
}
