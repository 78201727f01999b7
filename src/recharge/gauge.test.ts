import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gauge, type Reading } from './gauge.ts';

/** Adds a reading of the `calls`th call. */
function add(gauge: Gauge, at: number, calls: number, used: number): void {
  gauge.add({ at, calls, filled: calls, used }, 0, 0);
}

describe('Gauge', () => {
  it('adds the calls since, and takes off what has leaked since', () => {
    const gauge = new Gauge();
    add(gauge, 1_000, 1, 10);
    expect(gauge.level(1_000, 6)).toBe(15);
    expect(gauge.level(2_000, 6)).toBeLessThan(15);
  });

  it('measures the leak from calls and levels, rather too low than too high', () => {
    const gauge = new Gauge();
    for (let call = 0; call <= 200; call++) add(gauge, 100 * call, call + 1, 5 + Math.ceil(0.6 * call));
    expect(gauge.leak).toBeLessThanOrEqual(0.004);
    expect(gauge.leak).toBeGreaterThan(0.003);
    expect(gauge.leakAtMost).toBeGreaterThanOrEqual(0.004);
  });

  it('measures no leak while the bucket is empty: it is more than what is seen', () => {
    const gauge = new Gauge();
    for (let call = 0; call <= 200; call++) add(gauge, 100 * call, call + 1, 1);
    expect(gauge.leakAtMost).toBeGreaterThanOrEqual(0.02);
  });

  it('follows another program that begins: the leak that is left', () => {
    const gauge = new Gauge();
    for (let call = 0; call <= 200; call++) add(gauge, 100 * call, call + 1, 5 + Math.ceil(0.2 * call));
    const alone = gauge.leak;
    for (let call = 1; call <= 200; call++)
      add(gauge, 20_000 + 100 * call, call + 201, 45 + Math.ceil(0.6 * call));
    expect(gauge.leak).toBeLessThan(0.6 * alone);
  });

  it('takes the highest of the levels told within 100 ms, as calls overtake each other', () => {
    const gauge = new Gauge();
    add(gauge, 1_000, 2, 12);
    add(gauge, 1_050, 3, 11);
    expect(gauge.latest).toMatchObject({ at: 1_050, calls: 3, used: 12 });
    add(gauge, 1_101, 4, 11);
    expect(gauge.latest?.used).toBe(11);
  });

  it('ignores a reading that is long before the latest', () => {
    const gauge = new Gauge();
    add(gauge, 1_000, 2, 12);
    add(gauge, 899, 1, 30);
    expect(gauge.latest?.used).toBe(12);
  });

  it('believes in a leak above 0, whatever it reads and in which order', () => {
    const reading = fc.record({
      at: fc.integer({ min: 0, max: 20_000 }),
      calls: fc.integer({ min: 1, max: 500 }),
      used: fc.integer({ min: 0, max: 240 }),
      uncounted: fc.integer({ min: 0, max: 128 }),
    });
    fc.assert(
      fc.property(
        fc.array(reading, { maxLength: 40 }),
        fc.integer({ max: 5_000, min: 0 }),
        (all, windowMs) => {
          const gauge = new Gauge();
          for (const { at, calls, used, uncounted } of all) {
            const one: Reading = { at, calls, filled: calls, used };
            gauge.add(one, uncounted, windowMs);
            expect(gauge.leak).toBeGreaterThan(0);
            expect(gauge.leakAtMost).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
