import { describe, expect, test } from 'vitest';
import { expectHidden } from './failures.fixture.ts';
import { readScenarios } from './programs.ts';

describe('an uncaught error [EXIT-05, ERR-01, E-10]', () => {
  test('ends the sync beside a stream that ignores the abort', async () => {
    const run = await readScenarios(['throwing', 'deaf']);
    expect(run.errors()).toHaveLength(1);
    expect(run.statuses('deaf').at(-1)).toBe('INCOMPLETE');
    expect(run.exitCode).toBe(1);
    expect(run.duration).toBeLessThan(4_000);
  });
});

/** Tokens that failures.test.ts leaves out. */
describe('secrets [E-08, E-09]', () => {
  test.each([
    ['of letters', 'sk_live_9a8b7c6d'],
    ['of signs of HTML', 'tok<en>&"quoted"'],
    ['of signs of a URL', 'to/ken?x=1&y=2#z%20 ü~!'],
    ['of replacement patterns', "$&$1$`$'"],
    ['with space around it', '  spacious-token\n'],
  ])('%s stand in no log, trace, status, warning or stack, but in records [E-09]', (_name, token) =>
    expectHidden(token),
  );
});
