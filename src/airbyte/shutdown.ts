import { constants } from 'node:os';

/** An exit code, or the signal that ends the process. */
type Ending = number | 'SIGTERM' | 'SIGINT';

/** Milliseconds a process has for its last lines. Docker and PyAirbyte kill after 10 s. */
const shutdownTimeoutMs = 5_000;

/** Ends the process: aborts all work by one signal, and limits the time it has to stop. */
export class Shutdown {
  readonly #controller = new AbortController();
  /** Aborted by `begin`. */
  readonly signal: AbortSignal = this.#controller.signal;
  #ending: Ending | undefined;

  /** Aborts all work. Of several calls, the first decides how the process ends. */
  begin(ending: Ending): void {
    if (this.signal.aborted) return;
    this.#ending = ending;
    this.#controller.abort();
    setTimeout(() => end(ending), shutdownTimeoutMs).unref();
  }

  /** Ends the process as `begin` was told, or else with this exit code. To be called when all output is flushed. */
  finish(code: number): void {
    end(this.#ending ?? code);
  }

  /** The first signal aborts the work; a second one ends the process at once. */
  onSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (typeof this.#ending === 'string') end(signal);
        this.begin(signal);
      });
    }
  }
}

/**
 * Raises a signal again, so that the parent process sees it. PID 1 cannot do so, and exits with the shell's code for the
 * signal.
 */
function end(ending: Ending): void {
  if (typeof ending === 'number') process.exit(ending);
  if (process.pid === 1) process.exit(128 + constants.signals[ending]);
  process.removeAllListeners(ending);
  process.kill(process.pid, ending);
}
