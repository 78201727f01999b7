import { expect, test } from 'vitest';
import { dice } from '../../src/sync/incremental.fixture.ts';
import { syncKilledAtRandom } from './story.ts';

test('killed at 12 random moments, it loses nothing and reads no more than a page a slice twice', async () => {
  const tally = await syncKilledAtRandom(12, dice(Date.now()));
  expect(tally).toMatchObject({ kills: 12 });
}, 120_000);
