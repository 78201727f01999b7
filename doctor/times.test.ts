import { expect, test } from 'vitest';
import { ageOf, timesOf, zoneOf } from './times.ts';

const now = Date.parse('2026-07-15T12:00:00Z');
const times = (...texts: readonly string[]) =>
  timesOf(
    texts.map((updated_at) => ({ updated_at })),
    'updated_at',
  );

test.each<[string, string[], string]>([
  ['no rows', [], 'not shown'],
  ['an offset', ['2026-07-15T11:59:00+00:00'], 'with offset'],
  ['fresh by UTC, in the future by New York', ['2026-07-15T11:50:00', '2026-07-01T00:00:00'], 'UTC'],
  ['the same, and nearly out of it', ['2026-07-15T08:20:00'], 'UTC'],
  [
    'fresh by New York, several',
    ['2026-07-15T07:50:00', '2026-07-15T07:45:00', '2026-07-15T07:40:00'],
    'New York',
  ],
  ['one that is fresh by New York, and was old by UTC', ['2026-07-15T07:50:00'], 'unknown'],
  [
    'one that is fresh by New York, in several answers',
    ['2026-07-15T07:50:00', '2026-07-15T07:50:00', '2026-07-15T07:50:00'],
    'unknown',
  ],
  ['none that is fresh', ['2026-07-15T03:00:00', '2026-07-14T00:00:00'], 'unknown'],
  ['in the future by both', ['2026-07-15T20:00:00'], 'unknown'],
])('the zone of %s', (_name, texts, zone) => {
  expect(zoneOf(times(...texts), now)).toBe(zone);
});

test.each([
  ['2026-04-10T12:00:00Z', 'older than 90 days'],
  ['2026-04-20T12:00:00Z', 'older than 7 days'],
  ['2026-07-09T12:00:00Z', 'within 7 days'],
])('%s is %s', (text, age) => {
  expect(ageOf(times('2026-07-15T11:00:00Z', text), now)).toBe(age);
});
