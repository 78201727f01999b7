import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { configError } from './connector-error.ts';

/** Megabytes of a file, and seconds for one that is written while it is read, such as `--config <(…)`. */
const mostMegabytes = 64;
const pipeTimeoutSeconds = 10;
const pollMs = 20;

/**
 * The bytes of a file, a device or a pipe. `name` begins the sentence of an error.
 * @throws ConnectorError (config_error) where there are too many or they do not end; the system's error otherwise
 */
export async function readBounded(name: string, path: string): Promise<Uint8Array> {
  // Else a pipe that nobody writes to would block a thread, with which the process could not end.
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await file.stat();
  const deadline = stats.isFile() ? Number.POSITIVE_INFINITY : performance.now() + pipeTimeoutSeconds * 1_000;
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { bytesRead, buffer } = await file
      .read(Buffer.alloc(65_536))
      .catch((error: NodeJS.ErrnoException) => {
        // A pipe or a terminal that has a writer, but holds nothing just now.
        if (error.code !== 'EAGAIN' || stats.isFile()) throw error;
        return { bytesRead: -1, buffer: Buffer.alloc(0) };
      });
    // A pipe is at its end before its first writer comes, too.
    if (bytesRead === 0 && !(stats.isFIFO() && size === 0)) return Buffer.concat(chunks);
    if (bytesRead > 0) chunks.push(buffer.subarray(0, bytesRead));
    else await sleep(pollMs);
    size += Math.max(0, bytesRead);
    if (size > mostMegabytes * 2 ** 20) throw configError(`${name} is larger than ${mostMegabytes} MB.`);
    if (performance.now() > deadline)
      throw configError(`${name} did not end within ${pipeTimeoutSeconds} s.`);
  }
}
