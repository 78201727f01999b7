import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../sandbox/index.ts';
import { type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import type { MadeAnswer } from '../../sandbox/http/faults.ts';
import { configFor, sync, openStore } from './connection.ts';
import { impatient } from './impatience.ts';

let sandbox: Sandbox;
const start = async (options: SandboxOptions = {}) => {
  sandbox = await openStore(options);
};

/** The one error of a sync in which products alone fail. */
async function errorOfProducts() {
  const run = await sync(configFor(sandbox), { streams: ['products', 'plans'], env: impatient });
  expect([run.exitCode, run.statuses('products').at(-1), run.statuses('plans').at(-1)]).toEqual([
    1,
    'INCOMPLETE',
    'COMPLETE',
  ]);
  expect(run.errors()).toMatchObject([{ stream_descriptor: { name: 'products' } }]);
  return run.errors()[0];
}

const retired = (status: number): MadeAnswer => ({
  status,
  body: '{"errors":"This endpoint has been retired"}',
});
const page = (status: number): MadeAnswer => ({ status, body: '<html>It moved</html>' });

describe('products, once they are retired: alone, with the reason and plans instead', () => {
  test.each<[string, FaultKind | MadeAnswer, string, RegExp]>([
    ...[404, 410, 422, 501].map((status): [string, MadeAnswer, string, RegExp] => [
      String(status),
      retired(status),
      'config_error',
      new RegExp(
        `^Recharge refuses to list products \\(${status}\\)\\. Recharge says: This endpoint has been retired\\. Recharge has meant`,
      ),
    ]),
    [
      '403, though its scope is granted',
      retired(403),
      'config_error',
      /\(403\)\. Recharge says: .* It has the scope for it\. Recharge has meant/,
    ],
    [
      'no JSON',
      page(200),
      'transient_error',
      /not valid JSON: see line 1, column 1\. Try again later.* alone.*: Recharge has meant/,
    ],
    [
      'no products',
      'missingKey',
      'transient_error',
      /no "products"\. Try again later.* alone.*: Recharge has meant/,
    ],
  ])('%s', async (_what, fault, type, words) => {
    await start();
    if (typeof fault === 'string') sandbox.failNext(fault, 1_000, '/products');
    else sandbox.answerNext(fault, 1_000, '/products');
    const error = await errorOfProducts();
    expect(error?.failure_type).toBe(type);
    expect(error?.message).toMatch(words);
    expect(error?.message).toMatch(/retire this list of version 2021-01 .* plans /);
  });
});

describe('products that begin to come are not retired', () => {
  const notRetired = (message: string | undefined) => expect(message).not.toMatch(/retire|2021-01/);

  const refused = (pages: string, status: number, words: string) =>
    expect.stringMatching(
      `^Recharge gave ${pages} of products and refuses the next \\(${status}\\)\\. Recharge says: ${words}.* 100 numbered pages.* [Ss]ync without products, or ask Recharge`,
    ) as string;

  test('more pages than Recharge gives by number', async () => {
    await start({ linkStyle: 'page', size: { products: 25_001 } });
    const error = await errorOfProducts();
    expect(error).toMatchObject({
      failure_type: 'config_error',
      message: refused('1 page', 422, 'page: Results of more than 100 pages'),
    });
    notRetired(error?.message);
  });

  test.each([
    [302, '', expect.stringMatching(/\(302\).* Check api_url\.$/)],
    [403, '{"error":"no"}', expect.stringMatching(/^The API token may not read products/)],
    [410, '{"error":"no"}', refused('2 pages', 410, 'no')],
    [422, '{"error":"no"}', refused('2 pages', 422, 'no')],
    [200, '<html>It moved</html>', expect.stringMatching(/not valid JSON/)],
  ])('a later page that comes with %d', async (status, body, message) => {
    await start({ linkStyle: 'page', size: { products: 600 } });
    sandbox.answerNext(
      { status, body },
      1_000,
      ({ path, query }) => path === '/products' && query.get('page') === '3',
    );
    const error = await errorOfProducts();
    expect(error).toMatchObject({ message });
    notRetired(error?.message);
  });
});
