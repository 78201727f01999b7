import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/index.ts';
import { configOf, type Target } from './pyairbyte.ts';
import { Python } from './python.ts';

/**
 * Asked for once a collection, with few rows in each answer: what it writes fits into a pipe. An engine's client that
 * cannot get rid of its output does not end, and PyAirbyte kills it after ten seconds.
 */
const stream = 'collection_products';

/** How the process that read ended, and what PyAirbyte said of that. */
interface Ending {
  readonly exit_code: number;
  readonly complaints: readonly string[];
}

/** What PyAirbyte says of an end that it takes for a bad one, before the code. */
export const failed = 'AirbyteSubprocessFailedError: exit code';

/**
 * PYA-05: PyAirbyte takes one record and wants no more. It sends SIGTERM, and takes an end by it, or 0, for a good one.
 * `docker run` says 143 for the same end, of which it complains (Q1 of docs/decisions/0004). Returns what was not as
 * expected. `targetIn`: given a folder that goes away afterwards.
 */
export async function stopEarly(
  python: string,
  targetIn: (folder: string) => Target | Promise<Target>,
  expected: Ending,
): Promise<string[]> {
  const store = await startSandbox({ bucketSize: 100_000, leakPerSecond: 100_000 });
  // One answer comes at once; the connector waits for the others when it is stopped.
  let asked = 0;
  store.setLatency(({ path }) => (path === `/${stream}` && ++asked > 1 ? 60_000 : 0));
  const environment = await Python.create(python);
  try {
    const target = await targetIn(environment.folder);
    const request = { ...target, config: configOf(store), streams: [stream], stream };
    const found = JSON.stringify(await environment.script<Ending>('early_stop.py', request));
    return found === JSON.stringify(expected) ? [] : [found];
  } finally {
    await environment.remove();
    await store.close();
  }
}

/** The connector, told to go by a shell that ends with a code of its own: shows that a complaint would be heard. */
export async function endingBadly(folder: string, file: string): Promise<Target> {
  const executable = join(folder, 'ends-badly');
  const script = `#!/bin/sh\ntrap 'kill $child; exit 7' TERM\n'${file}' "$@" &\nchild=$!\nwait $child\n`;
  await writeFile(executable, script);
  await chmod(executable, 0o755);
  return { executable };
}
