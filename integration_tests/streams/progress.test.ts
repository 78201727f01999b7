import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { configFor, quickToken, sync } from './connection.ts';
import { summaryOf } from './expectations.ts';
import { impatient } from './impatience.ts';

/** What a person reads in the log. That each summary agrees with its sync, the transcript checker sees to in every test. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    size: { orders: 1_500 },
    token: quickToken,
    latencyMs: 300,
    scopes: ['read_orders', 'store_info'],
  });
});
afterAll(() => sandbox.close());

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

test('what failed and what was stopped come first, with what to do and how far it came', async () => {
  const awaited = new Set([
    '"stream_descriptor":{"name":"orders"},"stream_state"',
    'syncing stream discounts: ',
  ]);
  const run = await sync(configFor(sandbox), {
    streams: ['store', 'discounts', 'orders'],
    onLine: (line, child) => {
      for (const part of awaited) if (line.includes(part)) awaited.delete(part);
      if (awaited.size === 0) child.kill();
    },
  });
  const cursor = run.lastState('orders')?.['updated_at'] as string;
  const summary = run.logs().filter((line) => line.includes(' Summary'));
  expect(run.signal).toBe('SIGTERM');
  expect(summary[0]).toMatch(
    /^ERROR Summary of discounts: failed\. .*\(403\).* Give it the scope read_discounts in /,
  );
  expect(summary[1]).toMatch(
    new RegExp(
      `^WARN Summary of orders: stopped before its end\\. \\d+ rows .* from the start to ${RegExp.escape(cursor)}; `,
    ),
  );
  expect(summary.at(-1)).toContain('1 complete, 1 failed, 1 stopped before the end; ');
});

/** A minute of the connector's is a seventh of a second here. */
test('once a minute a line tells of the whole, and a stream has its own when it waits for something else [HB-02]', async () => {
  let isStalled = false;
  const run = await sync(configFor(sandbox), {
    streams: ['orders', 'store', 'order_discounts'],
    env: impatient,
    onLine: (line, child) => {
      if (isStalled || !line.includes('"STATE"') || !line.includes('"orders"')) return;
      isStalled = true;
      child.stdout?.pause();
      setTimeout(() => child.stdout?.resume(), 1_500);
    },
  });
  const minutes = run.logs().filter((line) => line.startsWith('INFO After '));
  expect(minutes.length).toBeGreaterThan(3);
  expect(minutes.length).toBeLessThan(run.duration / 100);
  for (const line of minutes)
    expect(line).toMatch(
      /^INFO After [\d.]+ s: \d+ rows? \(.*\), \d+ pages?; [\d.]+ requests a second of at least [\d.]+ that the rate limit allows; .*\d of 3 streams ended/,
    );
  expect(minutes.at(-1)).toMatch(/furthest from their end: orders up to \S+ \(\d+ %\)/);
  expect(minutes.some((line) => line.includes('; waiting for the destination; '))).toBe(true);
  expect(run.logs()).toContain('INFO orders: waits for the destination now.');
});
