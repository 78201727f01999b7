import type { Emitter } from './emitter.ts';
import { type Failure, toFailure } from './failure.ts';

/** The streams of a read that did not become complete, and when each is told of. */
export class Failures {
  readonly #emitter: Emitter;
  readonly #signal: AbortSignal;
  readonly #refused: { name: string; failure: Failure }[] = [];
  #none = true;

  constructor({ emitter, signal }: { readonly emitter: Emitter; readonly signal: AbortSignal }) {
    this.#emitter = emitter;
    this.#signal = signal;
  }

  get none(): boolean {
    return this.#none;
  }

  /**
   * A stream that was refused (config_error) is named in the log at once, but its trace waits for the others: the
   * earliest trace decides whether the platform tries again, and it must where another stream failed for the moment
   * only (E-02). Of one that is stopped with the process there is no more to say.
   */
  add(name: string, error: unknown): void {
    this.#none = false;
    if (this.#signal.aborted) {
      this.#emitter.status(name, 'INCOMPLETE');
      return;
    }
    const failure = toFailure(error);
    this.#emitter.log.error(`Exception while syncing stream ${name}: ${failure.message}`);
    if (failure.type === 'config_error') this.#refused.push({ name, failure });
    else this.#tell(name, failure);
  }

  /** The other streams are done. */
  tellRefusals(): void {
    for (const { name, failure } of this.#refused) this.#tell(name, failure);
  }

  #tell(name: string, failure: Failure): void {
    this.#emitter.failure(failure, name);
    this.#emitter.status(name, 'INCOMPLETE');
  }
}
