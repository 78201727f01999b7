import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/index.ts';
import { configFor, sync } from './connection.ts';
import { rowsOf } from './expectations.ts';
import { startFront } from './front.ts';

/** With this rate limit in every answer, a sync ends. */
export async function expectNotHeldUp(sandbox: Sandbox, limit: string): Promise<void> {
  const front = await startFront(sandbox, async (_request, pass) => {
    const answer = await pass();
    return { ...answer, headers: { ...answer.headers, 'x-recharge-limit': limit } };
  });
  const run = await sync(configFor(front), { streams: ['discounts', 'plans'] });
  await front.close();
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
}

/** An answer of this status is not taken for a page, and the log names it. */
export async function expectNoPage(sandbox: Sandbox, status: number, words: RegExp): Promise<void> {
  const body = status === 304 ? '' : '{"orders":[],"next_cursor":null,"previous_cursor":null}';
  sandbox.answerNext({ status, body }, 1, ({ path }) => path === '/orders');
  const run = await sync(configFor(sandbox), { streams: ['orders'] });
  expect([run.exitCode, run.records().length]).toEqual([0, rowsOf(sandbox, 'orders').length]);
  expect(run.logs().join()).toMatch(words);
}
