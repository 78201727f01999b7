import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ApiObject } from './api-object.ts';

/** Rows of a listing. */
export interface Rows extends Iterable<ApiObject> {
  readonly length: number;
  /** For rows that have to wait: they take less room, and work once more. */
  pack?(): void;
}

/**
 * Rows as objects; packed, as compressed JSON, a fortieth of the room of the objects, since rows repeat the same keys.
 */
export class PackableRows implements Rows {
  readonly length: number;
  #rows: readonly ApiObject[] | undefined;
  #packed: Uint8Array | undefined;
  readonly #parse: (text: string) => unknown;

  constructor(rows: readonly ApiObject[], parse: (text: string) => unknown) {
    this.length = rows.length;
    this.#rows = rows;
    this.#parse = parse;
  }

  pack(): void {
    if (this.#rows === undefined) return;
    const text = jsonOf(this.#rows);
    if (text === undefined) return;
    const json = Buffer.from(text);
    this.#packed = zstdCompressSync(json);
    this.#rows = undefined;
    release(json);
  }

  /** Gives the rows away: they can be had once. */
  take(): readonly ApiObject[] {
    const rows = this.#unpacked();
    this.#rows = undefined;
    return rows;
  }

  [Symbol.iterator](): Iterator<ApiObject> {
    return this.#unpacked()[Symbol.iterator]();
  }

  #unpacked(): readonly ApiObject[] {
    if (this.#packed !== undefined) {
      const json = zstdDecompressSync(this.#packed);
      this.#rows = this.#parse(json.toString()) as readonly ApiObject[];
      this.#packed = undefined;
      release(json);
    }
    if (this.#rows === undefined) throw new Error('the rows of this page have been taken');
    return this.#rows;
  }
}

/** Undefined where lists and objects lie so deep within each other that writing them would overflow the stack. */
function jsonOf(rows: readonly ApiObject[]): string | undefined {
  try {
    return JSON.stringify(rows);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
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
