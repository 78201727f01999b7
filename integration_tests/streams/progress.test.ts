import { expect, test } from 'vitest';
import { configFor, sync } from './connection.ts';
import { impatient } from './impatience.ts';
import { storeToReadOf } from './progress.fixture.ts';

/** What a person reads in the log. That each summary agrees with its sync, the transcript checker sees to in every test. */
const sandbox = await storeToReadOf();

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
