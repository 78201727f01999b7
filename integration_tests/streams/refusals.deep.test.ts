import { describe, test } from 'vitest';
import { expectApiUrlNamed } from './refusals.fixture.ts';

/** Statuses that refusals.test.ts leaves out. */
describe('a store where every stream is refused alike', () => {
  test.each([405, 410, 501, 400, 423, 426])('%d: each error names api_url [E-07]', expectApiUrlNamed);
});
