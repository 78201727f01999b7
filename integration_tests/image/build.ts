import { resolve } from 'node:path';
import { docker, image, revision } from './engine.ts';

/** Builds the image once for all tests. @throws Error without a container engine, or where the build fails. */
export default async function build(): Promise<void> {
  await docker(['info']).catch((cause: unknown) => {
    throw new Error('No container engine: `docker info` failed. These tests need one.', { cause });
  });
  const root = resolve(import.meta.dirname, '../..');
  const args = { REVISION: await revision(), CREATED: new Date().toISOString().replace(/\.\d+/, '') };
  const given = Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`);
  await docker(['build', '--quiet', ...given, '--tag', image, root]);
}
