import { resolve } from 'node:path';
import { docker, image } from './engine.ts';

/** Builds the image once for all tests. @throws Error without a container engine, or where the build fails. */
export default async function build(): Promise<void> {
  await docker(['info']).catch((cause: unknown) => {
    throw new Error('No container engine: `docker info` failed. These tests need one.', { cause });
  });
  await docker(['build', '--quiet', '--tag', image, resolve(import.meta.dirname, '../..')]);
}
