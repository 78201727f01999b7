/** What is random in tests: all of it comes from one seed, which SEED gives and every failure names. */

/** The seed of this run, a whole number from 0 to below 2^31. */
export const seed = Number(process.env['SEED']);

/** How often a property is tried: `usual` times in `npm test`, DEEP times as often where that is set, as `npm run test:deep` does. */
export function runs(usual: number): number {
  return Math.ceil(usual * Number(process.env['DEEP'] ?? 1));
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededRandom(from: number = seed): () => number {
  let state = from | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whole numbers from 0 to below `below`, the same for the same seed. */
export function dice(from: number = seed): (below: number) => number {
  const random = seededRandom(from);
  return (below) => Math.floor(random() * below);
}
