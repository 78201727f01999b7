import { expect, test } from 'vitest';
import { dice } from '../../src/random.fixture.ts';
import { syncKilledAtRandom } from './story.ts';

test('killed at 12 random moments, it loses nothing and reads no more than a page a segment twice', async () => {
  const tally = await syncKilledAtRandom(12, dice());
  expect(tally).toMatchObject({ kills: 12 });
}, 120_000);
