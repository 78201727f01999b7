import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkLines,
  checkTranscript,
  type ConfiguredCatalog,
  type Run,
} from '../../src/airbyte/testing/index.ts';
import { runConnector, type RunConnectorOptions } from '../harness/run-connector.ts';
import { image } from './engine.ts';

type Files = {
  readonly config?: { readonly access_token: string };
  readonly catalog?: ConfiguredCatalog;
  readonly state?: unknown;
};

interface ImageRunOptions extends Pick<RunConnectorOptions, 'onLine' | 'cutShort' | 'timeout'> {
  readonly files?: Files;
  /** Options of `docker run`. The host's network is shared unless they name another: the sandbox is on the host. */
  readonly options?: readonly string[];
  /** Where the files are mounted. Default /secrets. */
  readonly mountedAt?: string;
}

/**
 * Runs one command in a new container and checks all it said, as `runConnector` does with a process.
 * @throws Error where the transcript breaks a rule.
 */
export async function runImage(command: string, options: ImageRunOptions = {}): Promise<Run> {
  const { files = {}, options: given = [], mountedAt = '/secrets', ...rest } = options;
  const folder = await layOut(files);
  try {
    const network = given.some((option) => option.startsWith('--network')) ? [] : ['--network=host'];
    const mount = `--volume=${folder}:${mountedAt}`;
    const flags = Object.keys(files).flatMap((name) => [`--${name}`, `${mountedAt}/${name}.json`]);
    const run = await runConnector([command, ...flags], {
      ...rest,
      executable: ['docker', 'run', ...network, mount, ...given, image],
      unchecked: true,
    });
    check(run, options);
    return run;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder of these files that any user of a container can read, and put more into. */
export async function layOut(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'image-'));
  await chmod(folder, 0o777);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, `${name}.json`);
    await writeFile(path, JSON.stringify(content));
    // As PyAirbyte leaves its own (PYA-02).
    await chmod(path, 0o444);
  }
  return folder;
}

function check(run: Run, { files, cutShort = false }: ImageRunOptions): void {
  const { stdout, stderr, exitCode, signal } = run;
  const secrets = files?.config === undefined ? [] : [files.config.access_token];
  const output = { stdout, stderr, exitCode, signal, secrets, cutShort };
  if (files?.catalog === undefined) checkLines(output);
  else checkTranscript({ ...output, catalog: files.catalog });
}
