import { expect } from 'vitest';
import { readScenarios } from './programs.ts';

/** This token stands in no log, trace, status, warning or stack, but in records. */
export async function expectHidden(token: string): Promise<void> {
  const settings = { access_token: token };
  const run = await readScenarios(['leaky', 'throwing'], {
    settings,
    secrets: [token, token.trim()],
    args: ['--debug'],
  });
  expect(run.records('leaky')).toEqual([{ id: 1, token }]);
  const [leak] = run.errors().filter(({ stream_descriptor }) => stream_descriptor?.name === 'leaky');
  for (const text of [leak?.message, leak?.internal_message, leak?.stack_trace, ...run.logs().slice(7, 12)])
    expect(text).toContain('****');
  expect(run.logs().filter((line) => line.startsWith('DEBUG Warning: '))).not.toEqual([]);
}
