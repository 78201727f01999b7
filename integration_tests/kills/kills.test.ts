import { expect, test } from 'vitest';
import { dice } from '../../src/random.fixture.ts';
import { syncKilledAtRandom } from './story.ts';

test('killed at 4 random moments, it loses nothing and reads no more than a page a slice twice', async () => {
  const tally = await syncKilledAtRandom(4, dice());
  expect(tally).toMatchObject({ kills: 4 });
}, 120_000);
