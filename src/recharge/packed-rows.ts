import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ApiObject } from './api-object.ts';

/** Rows of a listing. */
export interface Rows extends Iterable<ApiObject> {
  readonly length: number;
  /** For rows that have to wait, and are as they came: they take less room, and work once more. */
  pack?(): void;
}

/** The rows of a body, as objects; packed, as the compressed body, a fortieth of the room, since rows repeat the same keys. */
export class PackableRows implements Rows {
  readonly length: number;
  #rows: readonly ApiObject[] | undefined;
  /** The body, or what it is compressed to; until the rows are taken. */
  #bytes: Uint8Array | undefined;
  readonly #rowsIn: (body: Uint8Array) => readonly ApiObject[];

  /** Takes the body, which is not to be used any more. @param rowsIn gives these rows of that body */
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
    this.#rows = undefined;
    const body = this.#bytes;
    this.#bytes = zstdCompressSync(body);
    release(body);
  }

  /** Gives the rows away: they can be had once. */
  take(): readonly ApiObject[] {
    const rows = this.#unpacked();
    if (this.#bytes !== undefined) release(this.#bytes);
    this.#rows = undefined;
    this.#bytes = undefined;
    return rows;
  }

  [Symbol.iterator](): Iterator<ApiObject> {
    return this.#unpacked()[Symbol.iterator]();
  }

  #unpacked(): readonly ApiObject[] {
    if (this.#rows === undefined && this.#bytes !== undefined) {
      const body = zstdDecompressSync(this.#bytes);
      this.#rows = this.#rowsIn(body);
      this.#bytes = undefined;
      release(body);
    }
    if (this.#rows === undefined) throw new Error('the rows of this page have been taken');
    return this.#rows;
  }
}

/** The rows for good: nobody upstream, such as a chain that waits for its next page, holds their objects any longer. */
export function taken(rows: Rows): Rows {
  return rows instanceof PackableRows ? rows.take() : rows;
}

/** Gives back at once what would wait for the collector, which sees a small object there. */
export function release({ buffer, byteLength }: Uint8Array): void {
  // A small one shares its room with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength - byteLength <= 64) buffer.transfer(0);
}
