import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { release } from './packed-rows.ts';

/** Bytes of a page as it comes and unpacked, of an error, of which a few words are wanted, and of all that are under way. */
export const mostPageBytes = 32 * 2 ** 20;
export const mostErrorBytes = 2 ** 20;
const mostUnderWay = 128 * 2 ** 20;
/** Bytes that are made room for at first: what Content-Length says, up to so many; else so many. */
const mostRoomAtFirst = 2 * 2 ** 20;
const firstRoom = 64 * 1024;
/** Encodings within each other. */
const mostEncodings = 3;

/** No usable answer: the connection failed, or the API took too long over the answer. Holds a reason and nothing of the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  /** The answer was too slow, or too large. Undefined where there was none. */
  readonly heavy: 'slow' | 'large' | undefined;
  constructor(reason: string, heavy?: 'slow' | 'large') {
    super(reason);
    this.heavy = heavy;
  }
}

/** Reads the bodies of one client's answers, and holds no more of them at once than memory bears. */
export class BodyReader {
  /** Those under way, the oldest first. */
  readonly #reading = new Set<{ bytes: number }>();
  #bytes = 0;
  #freed = Promise.withResolvers<void>();
  #unpacked: Promise<unknown> = Promise.resolve();

  /** @throws TransportFailure where it is larger than `most` or not encoded as it says, and what `stream` throws; the stream is destroyed then */
  async read(stream: Readable, headers: IncomingHttpHeaders, most: number): Promise<Uint8Array> {
    const own = { bytes: 0 };
    this.#reading.add(own);
    try {
      const told = Number(headers['content-length'] ?? 0);
      let body = Buffer.allocUnsafeSlow(told > 0 && told < mostRoomAtFirst ? told : firstRoom);
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        const size = own.bytes;
        own.bytes += chunk.length;
        this.#bytes += chunk.length;
        if (own.bytes > most) throw tooLarge(most);
        if (own.bytes > body.length) body = Buffer.concat([body], Math.max(2 * body.length, own.bytes));
        body.set(chunk, size);
        // At once, where nothing else of the answer lies in it: the collector sees a small object there.
        if (chunk.byteLength === chunk.buffer.byteLength) release(chunk);
        // The oldest goes on in any case, so that not all wait for each other.
        while (this.#bytes > mostUnderWay && this.#reading.values().next().value !== own)
          await this.#freed.promise;
      }
      const whole = own.bytes === body.length ? body : Buffer.from(body.subarray(0, own.bytes));
      return await this.#unpack(whole, headers['content-encoding'] ?? '', most);
    } finally {
      this.#reading.delete(own);
      this.#bytes -= own.bytes;
      this.#freed.resolve();
      this.#freed = Promise.withResolvers();
    }
  }

  /** One at a time: what it comes to is known only then. */
  #unpack(body: Uint8Array, encoding: string, most: number): Promise<Uint8Array> {
    const names = encoding
      .toLowerCase()
      .split(',')
      .map((name) => name.trim());
    const encodings = names.filter((name) => name !== '' && name !== 'identity').toReversed();
    if (encodings.length === 0 || body.length === 0) return Promise.resolve(body);
    if (encodings.length > mostEncodings)
      throw new TransportFailure('the answer is packed more than three times');
    const result = this.#unpacked.then(async () => {
      let plain = body;
      for (const name of encodings) plain = await unpackOnce(plain, name, most);
      return plain;
    });
    this.#unpacked = result.catch(() => {});
    return result;
  }
}

function tooLarge(most: number): TransportFailure {
  return new TransportFailure(`the answer is larger than ${most / 2 ** 20} MB`, 'large');
}

/** In the head's first byte. */
const deflated = 8;

/** With `info`, which the types do not know, what comes out is an object. */
type Unpack = (
  packed: Uint8Array,
  options: { readonly maxOutputLength: number; readonly info: boolean },
  done: (error: NodeJS.ErrnoException | null, result: unknown) => void,
) => void;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // Some servers leave out the head of two bytes.
  deflate: (packed, ...rest) =>
    (((packed[0] ?? 0) & 0x0f) === deflated ? inflate : inflateRaw)(packed, ...rest),
  br: brotliDecompress,
  zstd: zstdDecompress,
};

export const acceptedEncodings = ['gzip', 'deflate', 'br', 'zstd'].join(', ');

async function unpackOnce(packed: Uint8Array, name: string, most: number): Promise<Uint8Array> {
  const unpack = Object.hasOwn(unpackers, name) ? unpackers[name] : undefined;
  if (unpack === undefined)
    throw new TransportFailure('the answer is packed in a way that was not asked for');
  const { promise, resolve, reject } = Promise.withResolvers<Unpacked>();
  unpack(packed, { maxOutputLength: most, info: true }, (error, result) => {
    if (error === null) resolve(result as Unpacked);
    else if (error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(most));
    else reject(new TransportFailure(`the answer cannot be unpacked (${error.code})`));
  });
  const { buffer, engine } = await promise;
  // gzip may be filled up with zeros.
  if (packed.subarray(engine.bytesWritten).some((byte) => byte !== 0))
    throw new TransportFailure('the answer has more after its end');
  return buffer;
}

interface Unpacked {
  readonly buffer: Uint8Array;
  /** Counts the packed bytes. */
  readonly engine: { readonly bytesWritten: number };
}
