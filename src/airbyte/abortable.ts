/** Milliseconds a source has to end by itself after an abort. One that listens to the signal needs far less. */
const graceMs = 1_000;

/**
 * Pulls the values of `source` one by one until the signal is aborted. A source that ignores the signal is abandoned,
 * so that its stream can still be reported as INCOMPLETE.
 * @throws whatever `source` throws, and the signal's reason
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      signal.throwIfAborted();
      const step = await orAbort(iterator.next(), signal);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    // Not awaited: a source that ignores the signal does not return either.
    iterator.return?.().catch(() => {});
  }
}

/** Races each step against a promise of its own: one promise for all steps would keep every value in memory. */
function orAbort<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => setTimeout(() => reject(signal.reason as Error), graceMs);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([step, aborted]).finally(() => signal.removeEventListener('abort', abort));
}
