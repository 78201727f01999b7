import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Sandbox } from '../sandbox/index.ts';

export const built = resolve(import.meta.dirname, '../dist/source-recharge');

/**
 * Arguments for `sh` that run a command, print how many RECORD lines it wrote, and print its processor time and its exit
 * code to descriptor 3. What reads the lines is a process of its own, so that it keeps up.
 */
function timed(command: string, args: readonly string[]): string[] {
  const run = '{ "$@" 3>&-; code=$?; times >&3; echo "$code" >&3; } | grep -c \'^{"type":"RECORD"\'';
  return ['-c', run, 'sh', command, ...args];
}

/**
 * Starts `read` of the built connector with its stdout as a pipe that nobody reads yet. `remove` deletes its
 * files. With `timed` the child is a shell that runs it, counts its records and takes its time.
 */
export async function startRead(
  store: Pick<Sandbox, 'url' | 'token' | 'firstDay'>,
  streams: readonly string[],
  options: { readonly state?: unknown; readonly timed?: boolean } = {},
): Promise<{ child: ChildProcess; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const files = {
    config: { access_token: store.token, start_date: store.firstDay, api_url: store.url },
    catalog: {
      streams: streams.map((name) => ({
        stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'] },
        sync_mode: 'incremental',
        destination_sync_mode: 'append_dedup',
      })),
    },
    ...(options.state !== undefined && { state: options.state }),
  };
  const flags: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify(content));
    flags.push(`--${name}`, join(folder, `${name}.json`));
  }
  const args = ['read', ...flags];
  const child = options.timed
    ? spawn('sh', timed(built, args), { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
    : spawn(built, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The peak memory of a process in MB, from Linux's /proc. Undefined once the process has ended. */
export function peakMemory(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** How many RECORD lines a process writes. `onChunk` is waited for before more is read. */
export async function countRecords(
  stdout: NodeJS.ReadableStream | null,
  onChunk: (chunk: Buffer) => Promise<void> | void = () => {},
): Promise<number> {
  const start = '\n{"type":"RECORD"';
  let records = 0;
  let tail = '';
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    const text = tail + chunk.toString('latin1');
    records += text.split(start).length - 1;
    tail = text.slice(-start.length + 1);
    await onChunk(chunk);
  }
  return records;
}
