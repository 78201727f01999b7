import { expect } from 'vitest';
import type { FaultKind, Sandbox } from '../../sandbox/index.ts';
import type { MadeAnswer } from '../../sandbox/http/faults.ts';
import { configFor, sync, openStore } from './connection.ts';
import { impatient } from './impatience.ts';

/** The one error of a sync in which products alone fail. */
export async function errorOfProducts(sandbox: Sandbox) {
  const run = await sync(configFor(sandbox), { streams: ['products', 'plans'], env: impatient });
  expect([run.exitCode, run.statuses('products').at(-1), run.statuses('plans').at(-1)]).toEqual([
    1,
    'INCOMPLETE',
    'COMPLETE',
  ]);
  expect(run.errors()).toMatchObject([{ stream_descriptor: { name: 'products' } }]);
  return run.errors()[0];
}

export const retired = (status: number): MadeAnswer => ({
  status,
  body: '{"errors":"This endpoint has been retired"}',
});
export const page = (status: number): MadeAnswer => ({ status, body: '<html>It moved</html>' });

/** A refusal with this status, as the error of products tells it. */
export const refusalOf = (status: number) =>
  new RegExp(
    `^Recharge refuses to list products \\(${status}\\)\\. Recharge says: This endpoint has been retired\\. Recharge has meant`,
  );

/** Where this comes of the first page, products fail alone, with the reason and plans instead. */
export async function expectRetired(
  fault: FaultKind | MadeAnswer,
  type: 'config_error' | 'transient_error',
  words: RegExp,
): Promise<void> {
  const sandbox = await openStore();
  if (typeof fault === 'string') sandbox.failNext(fault, 1_000, '/products');
  else sandbox.answerNext(fault, 1_000, '/products');
  const error = await errorOfProducts(sandbox);
  expect(error?.failure_type).toBe(type);
  expect(error?.message).toMatch(words);
  expect(error?.message).toMatch(/retire this list of version 2021-01 .* plans /);
}

export const notRetired = (message: string | undefined) => expect(message).not.toMatch(/retire|2021-01/);

/** A refusal after so many pages, as the error of products tells it. */
export const refused = (pages: string, status: number, words: string) =>
  expect.stringMatching(
    `^Recharge gave ${pages} of products and refuses the next \\(${status}\\)\\. Recharge says: ${words}.* 100 numbered pages.* [Ss]ync without products, or ask Recharge`,
  ) as string;

/** Where this comes of a later page, nothing is said of a retirement. */
export async function expectNotRetired(status: number, body: string, message: string): Promise<void> {
  const sandbox = await openStore({ linkStyle: 'page', size: { products: 600 } });
  sandbox.answerNext(
    { status, body },
    1_000,
    ({ path, query }) => path === '/products' && query.get('page') === '3',
  );
  const error = await errorOfProducts(sandbox);
  expect(error).toMatchObject({ message });
  notRetired(error?.message);
}
