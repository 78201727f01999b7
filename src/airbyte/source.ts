import type { Log } from './emitter.ts';
import type { JsonObject } from './json.ts';
import type { Redact } from './secrets.ts';
import type { Stream } from './stream.ts';

/** What a connector is to this kit. */
export interface Source {
  /**
   * Validates a configuration and makes what works with it, without a request. `redact` is for a text that is to be
   * cut: what reaches the log whole passes it anyway. @throws Failure config_error
   */
  open(config: JsonObject, log: Log, redact: Redact): Connection;
}

/** A source with a valid configuration. */
export interface Connection {
  /** Every stream the source offers, in the order `discover` lists them. */
  readonly streams: readonly Stream[];
  /**
   * Makes real requests and resolves when a sync could start.
   * @throws Failure whose message tells the user what to do; config_error and transient_error become FAILED (E-04, E-05).
   */
  check(signal: AbortSignal): Promise<void>;
}
