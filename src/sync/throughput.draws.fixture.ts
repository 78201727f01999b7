import { rowsIn, type Stretch, type World } from './throughput.fixture.ts';

/** How the rows of a store may lie in three years. */
const timelines: Record<string, (random: () => number, pages: number) => readonly Stretch[]> = {
  even: () => [[0, 1_095, 1]],
  growing: () => {
    const total = (30 * 31) / 2;
    return Array.from(
      { length: 30 },
      (_, month): Stretch => [month * 36.5, (month + 1) * 36.5, (month + 1) / total],
    );
  },
  skewed: () => [
    [0, 330, 0.05],
    [490, 820, 0.2],
    [820, 1_050, 0.37],
    [1_050, 1_051, 0.18],
    [1_051, 1_095, 0.2],
  ],
  'sale day': (random) => {
    const day = Math.floor(random() * 1_094);
    return [
      [0, 1_095, 0.7],
      [day, day + 1, 0.3],
    ];
  },
  // Ten times some pages in one second.
  imports: (random, pages) => [
    [0, 1_095, 1],
    ...Array.from({ length: 10 }, (): Stretch => {
      const at = Math.floor(random() * 1_095 * 86_400) / 86_400;
      return [at, at, (1 + 3 * random()) / pages];
    }),
  ],
  'years of nothing': (random) => {
    const [first, last] = [random() * 200, 895 + random() * 100];
    const width = 20 + random() * 80;
    return [
      [first, first + width, 0.3],
      [last, last + width, 0.7],
    ];
  },
};

/** A world drawn at random, in words and as it is. */
export function drawWorld(random: () => number): { readonly name: string; readonly world: World } {
  const between = (low: number, high: number) => low * (high / low) ** random();
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const leakPerSecond = between(1, 20);
  const size = Math.round(between(20, 240));
  const latency = between(0.05, 5);
  const jitter = oneOf([0, 0.2]);
  const pages = Math.round(between(100, 10_000));
  const timeline = oneOf(Object.keys(timelines));
  const token = oneOf(['sk_test_1x1_a7', 'sk_test_10x3_a7', 'sk_test_5x1_a7', 'silent']);
  const countsOn = oneOf(['arrival', 'response'] as const);
  const rows = rowsIn(pages, timelines[timeline]?.(random, pages) ?? []);
  const world = { token, rows, smallStreams: 5, leakPerSecond, size, latency, jitter, countsOn, random };
  const name = `${pages} pages ${timeline}, ${latency.toFixed(2)} s ± ${jitter}, ${leakPerSecond.toFixed(1)}/s, bucket ${size}, counts on ${countsOn}, token ${token}`;
  return { name, world };
}
