import { describe, test } from 'vitest';
import { cases, expectPatience, useStore } from './dual-stack.fixture.ts';

useStore();

/** All but the one that dual-stack.test.ts has. */
const others = cases.filter((one) => one.join() !== '4,no route,first');

describe.concurrent('a host that takes a second to connect to', () => {
  test.each(others)('over IPv%d, where the other family is %s and comes %s', expectPatience);
});
