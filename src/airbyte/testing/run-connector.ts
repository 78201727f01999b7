import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { Run } from './run.ts';
import { type Transcript, checkLines, checkTranscript } from './transcript.ts';

export interface RunOptions {
  /** The program and its first arguments. */
  readonly executable: readonly [string, ...string[]];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to temporary files and given as --config, --catalog, --state; a text as it is, all else as JSON. */
  readonly files?: { readonly config?: unknown; readonly catalog?: unknown; readonly state?: unknown };
  /** Called as soon as the process is started, for a test that stalls or closes the pipe. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called for each whole line of stdout as it arrives. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
  /** Values that may occur in RECORDs only. Default: the `access_token` of `files.config`, if it has one. */
  readonly secrets?: readonly string[];
  /** The test ends the process or its reader before the last lines are written. */
  readonly cutShort?: boolean;
  /** The output is not of the protocol, such as the usage text. Nothing is checked then. */
  readonly unchecked?: boolean;
  /** Milliseconds after which the process is killed and the run fails. Default 30,000. */
  readonly timeout?: number;
}

/**
 * Runs a connector as a process of its own, without stdin, and checks its output: by `checkTranscript` for a read, by
 * `checkLines` for the other commands.
 * @throws Error where the output breaks a rule, or the timeout is over
 */
export async function runConnector(args: readonly string[], options: RunOptions): Promise<Run> {
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
    // The mode of PyAirbyte's files.
    await chmod(path, 0o444);
    flags.push(`--${name}`, path);
  }
  return flags;
}

async function runProcess(args: readonly string[], options: RunOptions): Promise<Run> {
  const [program, ...first] = options.executable;
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
  return new Run(
    { stdout: stdout(), stderr: stderr(), exitCode, signal, duration },
    options.cutShort ?? false,
  );
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

/** Decodes strictly: invalid UTF-8 throws, and a byte order mark is kept. The bytes of an unfinished last character are left out. */
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
  if (args.includes('read')) checkTranscript({ ...output, catalog: await catalogOf(args, options) }, run);
  else checkLines(output, run);
}

/** The catalog of a read, from `files` or from the path in its arguments. What is no catalog has no streams. */
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
