import { expect, test } from 'vitest';
import { dice, seed } from '../../src/random.fixture.ts';
import { syncKilledAtRandom } from './story.ts';

test('killed at 200 random moments, it loses nothing and reads no more than a page a slice twice', async () => {
  const tallies = await Promise.all([1, 2].map((half) => syncKilledAtRandom(100, dice(seed + half))));
  const sum = (of: 'kills' | 'twice' | 'allowed' | 'ends') =>
    tallies.reduce((total, tally) => total + tally[of], 0);
  const figures = `${sum('twice')} rows written twice of ${sum('allowed')} allowed, ${sum('ends')} times whole`;
  process.stdout.write(`${sum('kills')} kills, ${figures}\n`);
  expect(sum('kills')).toBe(200);
}, 900_000);
