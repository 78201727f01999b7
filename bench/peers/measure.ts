import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { peakMemory } from '../connector.ts';

const sampleMs = 50;
/** A contender that takes longer is stopped, and reported as such. */
const limitMs = 10 * 60_000;
/** The kernel counts processor time in hundredths of a second, as `getconf CLK_TCK` says on every Linux. */
const ticksPerSecond = 100;

/** What a process did, from its start to its end. */
export interface Measured {
  readonly seconds: number;
  /** User and system, of the process and its children; 50 ms before its end at the earliest. */
  readonly cpuSeconds: number;
  /** The most memory that it held, in MB, as the kernel tells (`VmHWM`). */
  readonly peakMb: number;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Follows a process that was just started. Its output is kept as bytes, to be looked at when nothing is measured. */
export async function measure(child: ChildProcess): Promise<Measured> {
  const started = performance.now();
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const most = { cpuSeconds: 0, peakMb: 0 };
  const sampler = setInterval(() => {
    most.cpuSeconds = Math.max(most.cpuSeconds, processorSeconds(child.pid));
    most.peakMb = Math.max(most.peakMb, peakMemory(child.pid) ?? 0);
  }, sampleMs);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, limitMs);
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    const seconds = (performance.now() - started) / 1_000;
    const output = { stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() };
    return { seconds, ...most, exitCode, timedOut, ...output };
  } finally {
    clearInterval(sampler);
    clearTimeout(limit);
  }
}

/** Of a process, of its children that ended, and of those that live; 0 once it is gone. See proc_pid_stat(5). */
function processorSeconds(pid: number | string | undefined): number {
  try {
    // The program's name is in brackets, and may hold anything; after it, field 3 is the first.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return ticks / ticksPerSecond + children.reduce((sum, child) => sum + processorSeconds(child), 0);
  } catch {
    return 0;
  }
}
