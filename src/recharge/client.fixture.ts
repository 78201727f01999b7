import { expect } from 'vitest';
import { type ClientOptions, newRequestContext } from './client.ts';
import { RechargeError } from './errors.ts';

export const token = `sk_test_10x3_${'c0ffee'.repeat(10)}beef`;
export const quick: Pick<ClientOptions, 'retryPolicy' | 'timeouts'> = {
  retryPolicy: { maxAttempts: 2, maxElapsedMs: 5_000 },
  timeouts: { connect: 500, response: 300, body: 300 },
};
export const orders = { path: '/orders', key: 'orders', version: '2021-11', query: { limit: 5 } } as const;
export const newContext = () => newRequestContext(new AbortController().signal);

export async function refusal(promise: Promise<unknown>): Promise<RechargeError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RechargeError);
  return error as RechargeError;
}
