import { type ConnectorError, toConnectorError } from './connector-error.ts';
import type { Emitter } from './emitter.ts';

/** The streams of a read that failed, and when the error of each is reported. */
export class StreamErrors {
  readonly #emitter: Emitter;
  readonly #signal: AbortSignal;
  readonly #configErrors: { name: string; error: ConnectorError }[] = [];
  #none = true;

  constructor({ emitter, signal }: { readonly emitter: Emitter; readonly signal: AbortSignal }) {
    this.#emitter = emitter;
    this.#signal = signal;
  }

  /** Whether no stream failed so far. */
  get none(): boolean {
    return this.#none;
  }

  /**
   * Logs the error at once. The trace of a config_error waits for `reportConfigErrors`: the platform decides by the
   * earliest trace whether to retry, and it must retry where another stream failed with a transient_error.
   * A stream that stops with the process is INCOMPLETE without an error.
   */
  add(name: string, thrown: unknown): void {
    this.#none = false;
    if (this.#signal.aborted) {
      this.#emitter.status(name, 'INCOMPLETE');
      return;
    }
    const error = toConnectorError(thrown);
    this.#emitter.log.error(`Exception while syncing stream ${name}: ${error.message}`);
    if (error.type === 'config_error') this.#configErrors.push({ name, error });
    else this.#report(name, error);
  }

  /** To be called when the other streams are done. */
  reportConfigErrors(): void {
    for (const { name, error } of this.#configErrors) this.#report(name, error);
  }

  #report(name: string, error: ConnectorError): void {
    this.#emitter.error(error, name);
    this.#emitter.status(name, 'INCOMPLETE');
  }
}
