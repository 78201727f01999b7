import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { statedFacts } from '../../scripts/release/facts.ts';

/** The tag that the README and acceptance-test-config.yml name. */
export const image = `${(await statedFacts()).image}:dev`;

/** The base that the Dockerfile names. */
export const base = 'node:26-slim';

const run = promisify(execFile);

/** The commit that the image is built from. */
export async function revision(): Promise<string> {
  const { stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname });
  return stdout.trim();
}

/** What a command of the engine printed, without the last newline. @throws Error with its stderr where it fails. */
export async function docker(args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: 1 << 28 });
  return stdout.trimEnd();
}

/** One value of `docker inspect`, by its Go template path such as `.Config.Env`. */
export async function inspect(name: string, path: string): Promise<unknown> {
  return JSON.parse(await docker(['inspect', '--format', `{{json ${path}}}`, name]));
}

/** How a container that is given no network option reaches this machine: by the bridge, or as itself. */
export async function hostAddress(): Promise<string> {
  const template = '{{(index .IPAM.Config 0).Gateway}}';
  return docker(['network', 'inspect', 'bridge', '--format', template]).catch(() => '127.0.0.1');
}
