import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.fixture.ts';
import { boundOf, firstSync, rowsIn, type World } from './throughput.fixture.ts';

/** A large stream of even rows beside five small ones. */
function evenStore(
  world: Pick<World, 'token' | 'size' | 'leakPerSecond' | 'latency'> & { pages: number },
): World {
  const rows = rowsIn(world.pages, [[0, 1_095, 1]]);
  return { ...world, rows, smallStreams: 5, jitter: 0.2, countsOn: 'arrival', random: seededRandom(5) };
}

describe('a first sync in virtual time', () => {
  it.each([
    { token: 'sk_test_1x1_a7', size: 40, leakPerSecond: 10, latency: 2, pages: 400 },
    { token: 'names no tier', size: 120, leakPerSecond: 20, latency: 2, pages: 240 },
  ])(
    'finds the limit of a bucket of $size that leaks $leakPerSecond a second, whatever the token $token says',
    { timeout: 60_000 },
    async (options) => {
      const world = evenStore(options);
      const sync = await firstSync(world);
      expect(sync.refused).toBe(0);
      expect(sync.seconds).toBeLessThanOrEqual(1.1 * boundOf(world).bound + 4 * world.latency);
    },
  );
});
