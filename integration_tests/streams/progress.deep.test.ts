import { expect, test } from 'vitest';
import { configFor, sync } from './connection.ts';
import { summaryOf } from './expectations.ts';
import { storeToReadOf } from './progress.fixture.ts';

const sandbox = await storeToReadOf();

const requestsTo = (path: string, from: number) =>
  sandbox.requests.slice(from).filter((request) => request.path === path).length;

test('the summary tells what each stream has cost', async () => {
  sandbox.failNext('error503', 1, '/orders');
  sandbox.failNext('notJson', 1, '/orders');
  const begin = sandbox.requests.length;
  const run = await sync(configFor(sandbox), { streams: ['orders', 'order_line_items', 'store'] });
  const cursor = run.lastState('orders')?.['updated_at'] as string;
  const lines = run.stdout.split('\n').filter((line) => line.includes('"record":{"stream":"orders"'));
  const megabytes = ((Buffer.byteLength(lines.join('\n')) + 1) / 1e6).toFixed(1);
  expect(summaryOf(run, 'orders')).toContain(
    `INFO Summary of orders: complete. 1500 rows (${megabytes} MB); updated_at from the start to ${cursor}; `,
  );
  const requests = requestsTo('/orders', begin);
  expect(summaryOf(run, 'orders')).toMatch(
    new RegExp(
      `${requests - 2} pages, ${requests} requests, 2 retries \\(503: 1, malformed: 1\\); waited .* s for the API`,
    ),
  );
  expect(summaryOf(run, 'order_line_items')).toMatch(
    /MB\); updated_at from .*; read with orders(\.|; waited )/,
  );
  expect(run.logs().at(-1)).toMatch(
    /^INFO Summary: streams: 3 complete, .* \d+ % of the rate limit used; of all waiting /,
  );

  const again = await sync(configFor(sandbox), { streams: ['orders'], state: run });
  expect(summaryOf(again, 'orders')).toContain(`; updated_at from ${cursor} to 2`);
  expect(summaryOf(again, 'orders')).toMatch(/; \d+ pages?, \d+ requests?; waited /);
});
