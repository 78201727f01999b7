import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ApiObject } from './api-object.ts';

export interface Rows extends Iterable<ApiObject> {
  readonly length: number;
  /** For rows that have to wait, and are as they came: they take less room, and work once more. */
  pack?(): void;
  /** Gives the rows away: they can be had once. */
  take?(): readonly ApiObject[];
}

/**
 * The rows of a body, as objects; packed, as the compressed body, a fortieth of the room, since rows repeat the same keys.
 * Takes the body, which is not to be used any more. @param rowsIn gives these rows of that body
 */
export function packableRows(
  unpackedRows: readonly ApiObject[],
  body: Uint8Array,
  rowsIn: (body: Uint8Array) => readonly ApiObject[],
): Rows {
  let rows: readonly ApiObject[] | undefined = unpackedRows;
  /** The body, or what it is compressed to; until the rows are taken. */
  let bytes: Uint8Array | undefined = body;
  const unpacked = () => {
    if (rows === undefined && bytes !== undefined) {
      const plain = zstdDecompressSync(bytes);
      rows = rowsIn(plain);
      bytes = undefined;
      release(plain);
    }
    if (rows === undefined) throw new Error('the rows of this page have been taken');
    return rows;
  };
  return {
    length: rows.length,
    pack() {
      if (rows === undefined || bytes === undefined) return;
      rows = undefined;
      const plain = bytes;
      bytes = zstdCompressSync(plain);
      release(plain);
    },
    take() {
      const given = unpacked();
      if (bytes !== undefined) release(bytes);
      rows = undefined;
      bytes = undefined;
      return given;
    },
    [Symbol.iterator]: () => unpacked()[Symbol.iterator](),
  };
}

/** The rows for good: nobody upstream, such as a chain that waits for its next page, holds their objects any longer. */
export function taken(rows: Rows): Rows {
  return rows.take?.() ?? rows;
}

/** Gives back at once what would wait for the collector, which sees a small object there. */
export function release({ buffer, byteLength }: Uint8Array): void {
  // A small one shares its room with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength - byteLength <= 64) buffer.transfer(0);
}
