import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';

/**
 * Characters a write. Many records share one write, and a slow reader holds the sync back early. A text of this length is
 * below V8's limit for large objects even with two bytes a character; those are freed only with the old generation.
 */
const chunkCharacters = 32 * 1024;

/**
 * The only writer of stdout. The lines of one call are written together and in order. A call resolves when the stream
 * takes more, so that a slow destination slows the reading of the API.
 */
export class Output {
  readonly #stream: Writable;
  #turn: Promise<unknown> = Promise.resolve();
  #broken: Error | undefined;

  /** `onBroken` is called once, when nothing can be written any more: EPIPE where the reader has closed the pipe. */
  constructor(stream: Writable, onBroken: (error: Error) => void) {
    this.#stream = stream;
    stream.on('error', (error: Error) => {
      if (this.#broken !== undefined) return;
      this.#broken = error;
      onBroken(error);
    });
  }

  /** Gives how many bytes they were. @throws the stream's error once nothing can be written any more */
  write(lines: Iterable<string>): Promise<number> {
    const turn = this.#turn.then(() => this.#writeAll(lines));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Resolves when every line so far has left the process. To be awaited before the process exits. */
  async flush(): Promise<void> {
    await this.#turn;
    if (this.#broken !== undefined) return;
    await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
  }

  async #writeAll(lines: Iterable<string>): Promise<number> {
    let [chunk, bytes] = ['', 0];
    for (const line of lines) {
      chunk += line;
      if (chunk.length >= chunkCharacters) {
        bytes += await this.#writeChunk(chunk);
        chunk = '';
      }
    }
    return chunk === '' ? bytes : bytes + (await this.#writeChunk(chunk));
  }

  async #writeChunk(chunk: string): Promise<number> {
    if (this.#broken !== undefined) throw this.#broken;
    const bytes = Buffer.byteLength(chunk);
    if (!this.#stream.write(chunk)) await once(this.#stream, 'drain');
    return bytes;
  }
}

/**
 * stdout. A pipe, a socket or a terminal is Node's own stream. To anything else Node writes once and drops what a short
 * write did not take, such as that of a full disk; this one writes every byte or fails.
 */
export function stdout(): Writable {
  if (process.stdout instanceof Socket) return process.stdout;
  return new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      try {
        for (let rest = chunk; rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
