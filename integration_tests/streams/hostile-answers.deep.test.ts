import { test } from 'vitest';
import { openStore } from './connection.ts';
import { expectNoPage, expectNotHeldUp } from './hostile-answers.fixture.ts';

// hostile-answers.test.ts and src/recharge/limiter.test.ts have others.
test.each(['0/1', `1/${'9'.repeat(400)}`])('a rate limit of %s holds no stream up', async (limit) =>
  expectNotHeldUp(await openStore(), limit),
);

test('an answer of 304 is no page, and is named', async () =>
  expectNoPage(await openStore(), 304, /says that nothing has changed/));
