import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkLines, Run } from '../../src/airbyte/testing/index.ts';
import { docker, image } from './engine.ts';
import { podOptions } from './platform.ts';
import { layOut } from './run-image.ts';
import type { Config } from './store.ts';

/**
 * Starts check or discover as the platform does: from /config, with the name of the file alone, its output into files
 * that another container reads. Checks all it said, as `runConnector` does.
 */
export async function launchCommand(command: 'check' | 'discover', config: Config): Promise<Run> {
  const folder = await layOut({ connectionConfiguration: config });
  try {
    const wrapped = `eval "$AIRBYTE_ENTRYPOINT ${command} --config connectionConfiguration.json" > jobOutput.json 2> stderr; echo $? > exitCode.txt`;
    const mount = [`--volume=${folder}:/config`, '--workdir=/config'];
    await docker(['run', '--rm', ...podOptions(command), ...mount, '--entrypoint=sh', image, '-c', wrapped]);
    const textOf = (file: string) => readFile(join(folder, file), 'utf8');
    const [stdout, stderr] = [await textOf('jobOutput.json'), await textOf('stderr')];
    const exitCode = Number(await textOf('exitCode.txt'));
    checkLines({ stdout, stderr, exitCode, secrets: [config.access_token] });
    return new Run({ stdout, stderr, exitCode, signal: null, duration: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
