import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ApiObject } from './answer.ts';

/** Rows of a listing. */
export interface Rows extends Iterable<ApiObject> {
  readonly length: number;
  /** For rows that have to wait, before anybody has gone through them: they take less room, and work once more. */
  pack?(): void;
}

/**
 * The rows of a body, as objects; packed, the body as compressed bytes, a fortieth of the room of the objects, since rows
 * repeat the same keys. The first to go through them has them as objects again, and so has everybody after.
 */
export class BodyRows implements Rows {
  readonly length: number;
  #rows: readonly ApiObject[] | undefined;
  /** The body, or what it is compressed to; not held any longer than it can be of use. */
  #bytes: Uint8Array | undefined;
  readonly #rowsIn: (body: Uint8Array) => readonly ApiObject[];

  /** @param rowsIn gives these rows of that body */
  constructor(
    rows: readonly ApiObject[],
    body: Uint8Array,
    rowsIn: (body: Uint8Array) => readonly ApiObject[],
  ) {
    this.length = rows.length;
    this.#rows = rows;
    this.#bytes = body;
    this.#rowsIn = rowsIn;
  }

  pack(): void {
    if (this.#rows === undefined || this.#bytes === undefined) return;
    this.#bytes = zstdCompressSync(this.#bytes);
    this.#rows = undefined;
  }

  [Symbol.iterator](): Iterator<ApiObject> {
    this.#rows ??= this.#rowsIn(zstdDecompressSync(this.#bytes ?? new Uint8Array()));
    this.#bytes = undefined;
    return this.#rows[Symbol.iterator]();
  }
}
