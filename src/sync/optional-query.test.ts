import { expect, test } from 'vitest';
import type { Query } from '../recharge/request.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Get } from '../recharge/pages.ts';
import { withFlags } from './optional-query.ts';

const both = ['include_cancelled', 'include_deleted'];

/** An endpoint that refuses some flags, and what was asked of it. */
function endpoint(refused: readonly string[], status = 422) {
  const asked: string[][] = [];
  const warnings: string[] = [];
  const get: Get = async (ask) => {
    const names = Object.keys(ask().query ?? {});
    asked.push(names);
    if (names.some((name) => refused.includes(name)))
      throw new RechargeError(status === 403 ? 'forbidden' : 'rejected', '/memberships', '', status);
    return { body: {}, link: undefined, requestedAt: 0 };
  };
  const flagged = withFlags(get, both, (what) => warnings.includes(what) || warnings.push(what));
  const page = (query: Query) =>
    flagged(
      () => ({ path: '/memberships', version: '2021-11', query }),
      () => {},
    );
  return { asked, warnings, page };
}

test.each([
  ['none', [], [both]],
  ['one', ['include_deleted'], [both, ['include_cancelled']]],
  ['the other', ['include_cancelled'], [both, ['include_cancelled'], ['include_deleted']]],
  ['both', both, [both, ['include_cancelled'], ['include_deleted'], []]],
])('asks with every flag that is taken, where %s is refused', async (_what, refused, tried) => {
  for (const status of [422, 403]) {
    const { asked, warnings, page } = endpoint(refused, status);
    await page({ limit: 250 });
    await page({ limit: 250, page: 2 });
    await page({ limit: 250, cursor: 'c' });
    const settled = tried.at(-1) ?? [];
    expect(asked).toEqual([
      ...tried.map((names) => ['limit', ...names]),
      ['limit', 'page', ...settled],
      ['limit', 'cursor'],
    ]);
    expect(warnings).toEqual(
      refused.length === 0 ? [] : [expect.stringContaining(`take ${refused.join(' and ')} for /memberships`)],
    );
  }
});

test('what is refused without a flag is the listing', async () => {
  const { warnings, page } = endpoint(['limit'], 403);
  await expect(page({ limit: 250 })).rejects.toMatchObject({ status: 403 });
  expect(warnings).toEqual([]);
});

test('what else fails is not the flags', async () => {
  const { asked, page } = endpoint(both, 500);
  await expect(page({ limit: 250 })).rejects.toMatchObject({ status: 500 });
  expect(asked).toHaveLength(1);
});
