/** Milliseconds a reader has to end by itself when it is told to: far more than one that listens needs. */
const grace = 1_000;

/**
 * What `source` yields, pulled one by one, until the signal is aborted. A source that does not listen to it is left
 * behind, so that its stream is still told to be INCOMPLETE (SIG-03).
 * @throws whatever `source` throws, and the signal's reason
 */
export async function* untilStopped<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      signal.throwIfAborted();
      const step = await orGiveUp(iterator.next(), signal);
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    // Not awaited: one that does not listen does not return either.
    iterator.return?.().catch(() => {});
  }
}

/** With a promise of its own to race against: one for all steps would keep every value to the end. */
function orGiveUp<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const giveUp = () => setTimeout(() => reject(signal.reason as Error), grace);
  signal.addEventListener('abort', giveUp, { once: true });
  return Promise.race([step, stopped]).finally(() => signal.removeEventListener('abort', giveUp));
}
