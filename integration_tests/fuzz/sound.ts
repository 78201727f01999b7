import { expect } from 'vitest';
import type { Run } from '../../src/airbyte/testing/index.ts';
import { rows } from './inputs.ts';
import { token } from './odd-values.ts';

/** Characters of one message, which may repeat a name of the input, and lines of log. */
const longestMessage = 5_000;
const mostLogLines = 1_000;

/** What no message to a user has: names of errors and values of JavaScript, and a stack. */
const insides =
  /\b(?:Type|Range|Syntax|Reference|Aggregate)Error\b|\[object |\bundefined\b|\n\s+at |please report/;

/** A run is right, or has one clear failure of each stream, or of itself. */
export function expectSound(run: Run): void {
  const errors = run.errors();
  for (const { message = '', failure_type, stack_trace } of errors) {
    expect(message).not.toMatch(insides);
    expect(message.length).toBeLessThan(longestMessage);
    expect(message.length).toBeGreaterThan(10);
    expect(['config_error', 'transient_error']).toContain(failure_type);
    expect(failure_type === 'config_error' ? stack_trace : undefined).toBe(undefined);
  }
  const failed = errors.map(({ stream_descriptor }) => stream_descriptor?.name);
  expect(new Set(failed).size).toBe(failed.length);
  for (const { connectionStatus } of run.of('CONNECTION_STATUS')) {
    expect(connectionStatus.message ?? '').not.toMatch(insides);
    expect((connectionStatus.message ?? '').length).toBeLessThan(longestMessage);
  }
  expect(run.logs().length).toBeLessThan(mostLogLines);
  const said = run.stdout.split('\n').filter((line) => !line.startsWith('{"type":"RECORD"'));
  expect(said.join('\n').toLowerCase()).not.toContain(token.slice(-40));
}

export const idsOf = (run: Run, stream: string) =>
  [...new Set(run.records(stream).map(({ id }) => Number(id)))].toSorted((a, b) => a - b);
export const allIds = rows.map(({ id }) => Number(id));

/** The streams that a run speaks of. */
export function namedIn(run: Run): { readonly stream: { readonly name: string } }[] {
  const traces = run
    .of('TRACE')
    .map(({ trace }) => (trace.type === 'ERROR' ? trace.error : trace.stream_status));
  const names = traces.map(({ stream_descriptor }) => stream_descriptor?.name);
  return [...new Set(names)].filter((name) => name !== undefined).map((name) => ({ stream: { name } }));
}
