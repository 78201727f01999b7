import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

let pipes = 0;

/** A named pipe in this folder, which a shell writes to by this script, as `$1`. */
export function pipe(folder: string, script: string): { path: string; end: () => void } {
  const path = join(folder, `pipe${(pipes += 1)}`);
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]);
  const writer = spawn('sh', ['-c', script, 'sh', path]);
  return { path, end: () => void writer.kill() };
}
