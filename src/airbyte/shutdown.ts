import { constants } from 'node:os';

/** An exit code, or the signal that ended the process. */
type Ending = number | 'SIGTERM' | 'SIGINT';

/** Milliseconds a process has for its last lines; docker and PyAirbyte kill after 10 s (SIG-01). */
const lastWords = 5_000;

/** The one way in which this process ends: everything that works hears its abort signal, and time is limited. */
export class Shutdown {
  readonly #controller = new AbortController();
  #why: Ending | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get begun(): boolean {
    return this.#why !== undefined;
  }

  /** Asks all work to stop. The first reason counts. */
  begin(why: Ending): void {
    if (this.begun) return;
    this.#why = why;
    this.#controller.abort();
    setTimeout(() => end(why), lastWords).unref();
  }

  /** Once all lines are out: ends the process for the reason it was stopped for, else with the code of what it did. */
  finish(code: number): void {
    end(this.#why ?? code);
  }

  /** The first signal stops the work, a second one does not wait for it. */
  onSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (this.#why === 'SIGTERM' || this.#why === 'SIGINT') end(signal);
        this.begin(signal);
      });
    }
  }
}

/**
 * A signal is raised again so that the parent sees what ended the process; PID 1 cannot, and gives the shell's
 * number for it (SIG-02).
 */
function end(ending: Ending): void {
  if (typeof ending === 'number') process.exit(ending);
  if (process.pid === 1) process.exit(128 + constants.signals[ending]);
  process.removeAllListeners(ending);
  process.kill(process.pid, ending);
}
