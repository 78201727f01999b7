import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as Timers from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import type { ClientOptions, RequestContext } from './client.ts';
import { RechargeError } from './errors.ts';

// Waits between attempts are a hundredth of what they would be.
vi.mock('node:timers/promises', async (original) => {
  const timers = await original<typeof Timers>();
  const setTimeout: typeof timers.setTimeout = (delay = 0, ...rest) =>
    timers.setTimeout(delay / 100, ...rest);
  return { ...timers, setTimeout };
});

export const token = `sk_test_10x3_${'c0ffee'.repeat(10)}beef`;
export const quick: Pick<ClientOptions, 'retryPolicy' | 'timeouts'> = {
  retryPolicy: { maxAttempts: 2, maxElapsedMs: 5_000 },
  timeouts: { connect: 500, response: 300, body: 300 },
};
export const orders = { path: '/orders', key: 'orders', version: '2021-11', query: { limit: 5 } } as const;
export function newContext(options: Partial<RequestContext> = {}): RequestContext {
  return { signal: new AbortController().signal, inFlight: 0, ...options };
}

export async function refusal(promise: Promise<unknown>): Promise<RechargeError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RechargeError);
  return error as RechargeError;
}

/** A server of one test, closed after it. @returns its URL */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
