import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Large enough that a write costs little a record, small enough that a slow reader is felt early (OUT-10), and that as
 * text of two bytes a character it is no large object, which the collector leaves until the whole heap is swept.
 */
const chunkCharacters = 32 * 1024;

/**
 * The one writer of stdout (OUT-03). Lines given in one call come out together and in order; a call resolves when
 * the reader has taken enough that more may be written, which is how a slow destination slows the fetching (OUT-08).
 */
export class Output {
  readonly #stream: Writable;
  #turn: Promise<void> = Promise.resolve();
  #broken: Error | undefined;

  /** `onBroken` is called once, when the reader is gone (EPIPE): nothing can be said any more (OUT-09). */
  constructor(stream: Writable, onBroken: (error: Error) => void) {
    this.#stream = stream;
    stream.on('error', (error: Error) => {
      if (this.#broken !== undefined) return;
      this.#broken = error;
      onBroken(error);
    });
  }

  /** @throws the stream's error once the reader is gone. */
  write(lines: Iterable<string>): Promise<void> {
    const turn = this.#turn.then(() => this.#writeAll(lines));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Resolves when every line so far has left the process: what exit must wait for (OUT-07). */
  async flush(): Promise<void> {
    await this.#turn;
    if (this.#broken !== undefined) return;
    await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
  }

  async #writeAll(lines: Iterable<string>): Promise<void> {
    let chunk = '';
    for (const line of lines) {
      chunk += line;
      if (chunk.length >= chunkCharacters) {
        await this.#writeChunk(chunk);
        chunk = '';
      }
    }
    if (chunk !== '') await this.#writeChunk(chunk);
  }

  async #writeChunk(chunk: string): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#stream.write(chunk)) return;
    await once(this.#stream, 'drain');
  }
}
