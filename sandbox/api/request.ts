import type { JsonObject } from '../json.ts';
import type { Version } from '../options.ts';

/** A request that passed authentication and rate limit. */
export interface ApiRequest {
  readonly method: string;
  /** Path segments without empty ones: `['orders', '17']`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly version: Version;
  /** Scheme and host the client used, for absolute links. */
  readonly origin: string;
}

/** The response: status, JSON text and headers. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response with this object as its body. */
export function jsonAnswer(status: number, body: JsonObject): ApiAnswer {
  return { status, body: Buffer.from(JSON.stringify(body)) };
}
