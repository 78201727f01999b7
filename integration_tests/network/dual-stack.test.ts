import { describe, test } from 'vitest';
import { expectPatience, useStore } from './dual-stack.fixture.ts';

useStore();

describe('a host that takes a second to connect to', () => {
  test('over IPv4, where the other family is no route and comes first', () =>
    expectPatience(4, 'no route', 'first'));
});
