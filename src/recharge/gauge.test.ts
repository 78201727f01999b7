import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gauge } from './gauge.ts';

/** A gauge, and a call every 100 ms for 20 s, of which so many a second stay in the bucket. */
function gaugeAfter(staying: number, gauge = new Gauge(), beginAt = 0, level = 5): Gauge {
  for (let call = 0; call <= 200; call++) {
    const counted = gauge.count(beginAt + 101 * call);
    gauge.read(counted, level + Math.ceil(0.101 * staying * call), 0);
  }
  return gauge;
}

describe('Gauge', () => {
  it('adds the calls since, and takes off what has leaked since', () => {
    const gauge = new Gauge();
    gauge.read(gauge.count(1_000), 10, 0);
    for (let call = 0; call < 5; call++) gauge.count(1_000);
    expect(gauge.level(1_000)).toBe(15);
    expect(gauge.level(2_000)).toBe(14);
    expect(gauge.level(60_000)).toBe(0);
  });

  it('counts from 0 once the bucket has been empty', () => {
    const gauge = new Gauge();
    gauge.read(gauge.count(1_000), 10, 0);
    for (let call = 0; call < 5; call++) gauge.count(60_000);
    expect(gauge.level(60_000)).toBe(5);
  });

  it('does not take off what found an empty bucket, though it looked full as the calls were counted', () => {
    const gauge = gaugeAfter(0, new Gauge(), 0, 40);
    const late = gauge.count(21_000);
    for (let call = 0; call < 15; call++) gauge.count(24_000);
    gauge.read(late, 1, 0);
    expect(gauge.level(24_000)).toBe(15);
  });

  it('measures the leak from calls and levels, rather too low than too high', () => {
    const gauge = gaugeAfter(6);
    expect(gauge.leak).toBeLessThanOrEqual(0.0039);
    expect(gauge.leak).toBeGreaterThan(0.003);
    expect(gauge.wasDry).toBe(false);
  });

  it('measures no more than leaks where bursts become single calls: less is unsure of those', () => {
    const gauge = new Gauge();
    const [leak, bursts] = [
      0.02,
      [...Array.from({ length: 8 }, () => 30), ...Array.from({ length: 40 }, () => 1)],
    ];
    let level = 0;
    for (const [index, calls] of bursts.entries()) {
      level = Math.max(0, level - leak * 60);
      for (let call = 0; call < calls; call++) {
        level += 1;
        gauge.read(gauge.count(60 * index), Math.ceil(level), 0);
      }
      expect(gauge.leak).toBeLessThanOrEqual(leak);
    }
    expect(gauge.leak).toBeGreaterThan(0.7 * leak);
  });

  it('measures no leak while the bucket is empty: it is more than what is seen', () => {
    expect(gaugeAfter(0, new Gauge(), 0, 1).wasDry).toBe(true);
  });

  it('follows another program that begins: the leak that is left', () => {
    const gauge = gaugeAfter(2);
    const alone = gauge.leak;
    gaugeAfter(6, gauge, 20_301, 45);
    expect(gauge.leak).toBeLessThan(0.6 * alone);
  });

  it.each([
    ['the last first', [12, 11, 10]],
    ['in order', [10, 11, 12]],
    ['mixed', [11, 10, 12]],
  ])('is not misled by calls within 100 ms that were counted in another order: %s', (_order, levels) => {
    const gauge = new Gauge();
    const calls = levels.map((_level, index) => gauge.count(1_000 + 10 * index));
    calls.forEach((call, index) => gauge.read(call, levels[index] ?? 0, 0));
    expect(gauge.level(1_020)).toBeCloseTo(12, 1);
  });

  it('ignores a reading that is long before the latest', () => {
    const gauge = new Gauge();
    const [early, late] = [gauge.count(899), gauge.count(1_000)];
    gauge.read(late, 12, 0);
    gauge.read(early, 3, 0);
    expect(gauge.level(1_000)).toBe(12);
  });

  it('believes in a leak above 0, whatever it reads and in which order', () => {
    const reading = fc.record({
      afterMs: fc.integer({ min: 0, max: 2_000 }),
      used: fc.integer({ min: 0, max: 240 }),
      isLate: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(reading, { maxLength: 40 }),
        fc.integer({ max: 5_000, min: 0 }),
        (all, windowMs) => {
          const gauge = new Gauge();
          const late: (() => void)[] = [];
          let now = 0;
          for (const { afterMs, used, isLate } of all) {
            const call = gauge.count((now += afterMs));
            if (isLate) late.push(() => gauge.read(call, used, windowMs));
            else gauge.read(call, used, windowMs);
            if (!isLate) late.splice(0).forEach((read) => read());
            expect(gauge.leak).toBeGreaterThan(0);
            expect(gauge.level(now)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });
});
