import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Report } from '../../doctor/findings.ts';

export interface DoctorRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the built doctor. @param config its configuration; without one it gets none */
export async function runDoctor(
  config: object | undefined,
  args: readonly string[] = [],
): Promise<DoctorRun> {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  try {
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify(config ?? {}));
    const given = config === undefined ? args : ['--config', file, ...args];
    return await new Promise((done) => {
      const program = resolve(import.meta.dirname, '../../dist/doctor');
      execFile(program, given, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
        done({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The report of a run that ends well. @throws Error with what it printed, where it does not */
export async function reportOf(config: object): Promise<Report> {
  const { exitCode, stdout, stderr } = await runDoctor(config, ['--json']);
  if (exitCode !== 0 || stderr !== '') throw new Error(`exit ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as Report;
}
