import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, globSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTranscript, Run } from '../../src/airbyte/testing/index.ts';
import { built, type RunConnectorOptions } from '../harness/run-connector.ts';
import { quickToken } from '../streams/connection.ts';
import type { Roll } from './faults.ts';
import type { SpoilingFront } from './spoiling-front.ts';

/** How the next sync is run. */
export interface NextSync {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly options?: Pick<RunConnectorOptions, 'env' | 'executable' | 'unchecked' | 'onStart' | 'onLine'>;
  /** To be called when it has ended: its whole output, and how many faults it met. */
  readonly end: (run: Run) => Promise<{ readonly run: Run; readonly injected: number }>;
}

/** What a connector runs in: its destination, its clock, its network. */
export interface Surroundings {
  /** @param isSound for a sync without faults @param streams of its catalog */
  readonly next: (isSound: boolean, streams: readonly string[]) => Promise<NextSync>;
  readonly close: () => Promise<void>;
}

export type StartSurroundings = (front: SpoilingFront, roll: Roll) => Promise<Surroundings>;

/** A reader that stands still now and then, for up to three seconds. */
export const slowReader: StartSurroundings = async (_front, roll) => ({
  next: async (isSound) => {
    let injected = 0;
    const pause = ({ stdout }: ChildProcess) => {
      stdout?.pause();
      injected += 1;
      setTimeout(() => stdout?.resume(), 50 + roll(roll(3_000) + 1));
    };
    return {
      options: { onLine: (_line, child) => void (!isSound && roll(400) === 0 && pause(child)) },
      end: async (run) => ({ run, injected }),
    };
  },
  close: async () => {},
});

/**
 * stdout is a file. It may grow so far and no farther (RLIMIT_FSIZE), which for half of the syncs is lifted as soon as it
 * has come so far; one in five writes to /dev/full.
 */
export const tornDisk: StartSurroundings = async (_front, roll) => {
  const folder = await mkdtemp(join(tmpdir(), 'disk-'));
  const file = join(folder, 'out');
  let lifting: NodeJS.Timeout | undefined;
  return {
    next: async (isSound, streams) => {
      const [isFull, isLifted] = [!isSound && roll(5) === 0, roll(2) === 0];
      const blocks = 1 + roll(1 + roll(8_000));
      const limit = isSound || isFull ? 'unlimited' : blocks;
      const out = isFull ? '/dev/full' : file;
      await rm(file, { force: true });
      return {
        options: {
          executable: ['sh', '-c', `ulimit -S -f ${limit}; exec "$@" > ${out}`, 'sh', built],
          unchecked: true,
          onStart: ({ pid }) => {
            if (!isLifted || typeof limit === 'string') return;
            lifting = setInterval(() => {
              if (!existsSync(file) || statSync(file).size < limit * 512) return;
              clearInterval(lifting);
              const { error } = spawnSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:']);
              if (error !== undefined) throw error;
            }, 1);
          },
        },
        end: async (run) => {
          clearInterval(lifting);
          const stdout = isFull ? '' : await readFile(file, 'utf8');
          const isTorn = /^Cannot write to stdout: (EFBIG|ENOSPC)[^\n]*\n$/.test(run.stderr);
          const { exitCode, signal, duration } = run;
          const whole = new Run({ stdout, stderr: isTorn ? '' : run.stderr, exitCode, signal, duration });
          checkDisk(whole, isTorn, streams);
          return { run: whole, injected: isTorn ? 1 : 0 };
        },
      };
    },
    close: () => {
      clearInterval(lifting);
      return rm(folder, { recursive: true });
    },
  };
};

/** @throws where the output breaks a rule, or the disk was full and the exit code is not 1 */
function checkDisk(run: Run, isTorn: boolean, streams: readonly string[]): void {
  if (isTorn && run.exitCode !== 1) throw new Error(`The disk was full, but exit ${run.exitCode}`);
  const { stdout, stderr, signal } = run;
  const catalog = { streams: streams.map((name) => ({ stream: { name } })) };
  const rest = { catalog, cutShort: isTorn, secrets: [quickToken] };
  checkTranscript({ stdout, stderr, exitCode: run.exitCode, signal, ...rest });
}

const libraries = '{/usr/lib,/usr/lib64,/usr/local/lib}/{,*/}faketime/libfaketimeMT.so.1';

/** Debian's libfaketime; undefined where it is not there. */
export function libfaketime(): string | undefined {
  return process.env['LIBFAKETIME'] ?? globSync(libraries)[0];
}

/** The wall clock of the connector's process jumps, by up to a minute, a day or ten years, back or forth. */
export const jumpingClock: StartSurroundings = async (_front, roll) => {
  const folder = await mkdtemp(join(tmpdir(), 'clock-'));
  const file = join(folder, 'faketime');
  let jumping: NodeJS.Timeout | undefined;
  const jump = () => {
    const most = [60, 86_400, 10 * 365 * 86_400][roll(3)] ?? 60;
    // Read at any moment, it is never half a file.
    writeFileSync(`${file}.next`, `${roll(2) === 0 ? '+' : '-'}${roll(most)}`);
    renameSync(`${file}.next`, file);
  };
  return {
    next: async (isSound) => {
      if (isSound) return { end: async (run) => ({ run, injected: 0 }) };
      let injected = 1;
      jump();
      jumping = setInterval(() => {
        jump();
        injected += 1;
      }, 50 + roll(400));
      return {
        options: {
          env: {
            LD_PRELOAD: libfaketime() ?? '',
            FAKETIME_TIMESTAMP_FILE: file,
            FAKETIME_NO_CACHE: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          },
        },
        end: async (run) => {
          clearInterval(jumping);
          return { run, injected };
        },
      };
    },
    close: () => {
      clearInterval(jumping);
      return rm(folder, { recursive: true });
    },
  };
};
