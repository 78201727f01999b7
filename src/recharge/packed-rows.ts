import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ApiObject, Reading } from './answer.ts';
import type { JsonList } from './json-list.ts';

/** Rows of a listing, which need not all be there at once: gone through again, they may be other objects. */
export interface Rows extends Iterable<ApiObject> {
  readonly length: number;
}

/**
 * Rows that may have to wait for a slow reader, as the pages of all requests under way may: held as compressed bytes,
 * since rows repeat the same keys, and parsed one by one as they are wanted (docs/performance.md, Memory). So each row
 * is gone before the collector has to move it; a page of them, or its text, would outlive many pages.
 */
export class PackedRows implements Rows {
  readonly length: number;
  readonly #packed: Uint8Array;
  readonly #size: number;
  readonly #items: JsonList['items'];
  readonly #parse: Reading['parse'];

  /** Takes the bytes, which are not to be used any more. They must be valid JSON. */
  constructor(bytes: Buffer, { items }: JsonList, parse: Reading['parse']) {
    this.length = items.length;
    this.#packed = zstdCompressSync(bytes);
    this.#size = bytes.length;
    this.#items = items;
    this.#parse = parse;
    release(bytes);
  }

  *[Symbol.iterator](): Iterator<ApiObject> {
    // In one piece: pieces would have to be joined.
    const bytes = zstdDecompressSync(this.#packed, { chunkSize: this.#size + 64 });
    try {
      for (const [begin, end] of this.#items)
        yield this.#parse(bytes.toString('utf8', begin, end)) as ApiObject;
    } finally {
      release(bytes);
    }
  }
}

/** Gives back at once what would wait for the collector, which sees a small object there. */
function release({ buffer, length }: Buffer): void {
  // A small one shares its room with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength - length <= 64) buffer.transfer(0);
}
