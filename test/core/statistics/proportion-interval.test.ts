import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clopperPearsonInterval,
  clopperPearsonLower,
  clopperPearsonUpper,
  jeffreysInterval,
  jeffreysQuantile,
  wilsonInterval,
} from '#core/statistics/proportion-interval.ts';
import { createRandom } from '#core/statistics/random.ts';

const METHODS = { wilsonInterval, clopperPearsonInterval, jeffreysInterval };

const tally = fc
  .tuple(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([events, share]) => ({ passes: Math.round(share * events), events }));

describe('intervals of one proportion, against statsmodels.proportion_confint', () => {
  it.each([
    [
      160,
      200,
      0.95,
      [0.7391448134346212, 0.8495479907390189],
      [0.7377736354103999, 0.8531055117842411],
      [0.740492311196634, 0.8508991300548626],
    ],
    [
      0,
      20,
      0.99,
      [0, 0.24910540109875343],
      [0, 0.23272950098907447],
      [9.695657205392315e-7, 0.17675409743668993],
    ],
    [
      20,
      20,
      0.95,
      [0.8388748419471806, 1],
      [0.8315665290169147, 1],
      [0.8833610170951246, 0.9999757535215408],
    ],
    [0, 1, 0.95, [0, 0.7934506856227626], [0, 0.975], [0.0003855809807559016, 0.8532536836904248]],
    [
      9450,
      10000,
      0.95,
      [0.9403583808486388, 0.949299860601459],
      [0.9403504412989965, 0.9493882017746218],
      [0.9404023382214811, 0.9493401286462309],
    ],
  ])('%d of %d at %d', (passes, events, confidence, wilson, clopperPearson, jeffreys) => {
    const expected = {
      wilsonInterval: wilson,
      clopperPearsonInterval: clopperPearson,
      jeffreysInterval: jeffreys,
    };
    for (const [name, interval] of Object.entries(METHODS)) {
      const { lower, upper } = interval({ passes, events }, confidence);
      const [expectedLower = -1, expectedUpper = -1] = expected[name as keyof typeof METHODS];
      expect(Math.abs(lower - expectedLower), name).toBeLessThan(1e-12);
      expect(Math.abs(upper - expectedUpper), name).toBeLessThan(1e-12);
    }
  });

  it.each(Object.entries(METHODS))(
    '%s mirrors, lies in [0, 1] and widens with confidence',
    (_name, interval) => {
      fc.assert(
        fc.property(tally, ({ passes, events }) => {
          const { lower, upper } = interval({ passes, events }, 0.95);
          const mirrored = interval({ passes: events - passes, events }, 0.95);
          expect(lower).toBeCloseTo(1 - mirrored.upper, 9);
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(upper).toBeLessThanOrEqual(1);
          expect(upper).toBeGreaterThan(lower);
          const wider = interval({ passes, events }, 0.99);
          expect(wider.lower).toBeLessThanOrEqual(lower);
          expect(wider.upper).toBeGreaterThanOrEqual(upper);
        }),
      );
    },
  );

  it('has one-sided limits of known form where all or none passed', () => {
    expect(clopperPearsonLower({ passes: 200, events: 200 }, 0.95)).toBeCloseTo(0.05 ** (1 / 200), 12);
    expect(clopperPearsonUpper({ passes: 0, events: 200 }, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 200), 12);
    expect(clopperPearsonLower({ passes: 0, events: 5 }, 0.95)).toBe(0);
    expect(clopperPearsonUpper({ passes: 5, events: 5 }, 0.95)).toBe(1);
  });

  it('knows nothing without events', () => {
    expect(wilsonInterval({ passes: 0, events: 0 }, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(clopperPearsonInterval({ passes: 0, events: 0 }, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(jeffreysQuantile({ passes: 0, events: 0 }, 0.5)).toBeCloseTo(0.5, 12);
  });

  it('covers as often as it says: Clopper-Pearson always, Wilson about', () => {
    const random = createRandom('coverage of one proportion');
    const covered = { wilsonInterval: 0, clopperPearsonInterval: 0, jeffreysInterval: 0 };
    const runs = 1000;
    for (let run = 0; run < runs; run += 1) {
      const sample = { passes: random.binomial(100, 0.9), events: 100 };
      for (const [name, interval] of Object.entries(METHODS)) {
        const { lower, upper } = interval(sample, 0.95);
        if (lower <= 0.9 && upper >= 0.9) covered[name as keyof typeof METHODS] += 1;
      }
    }
    expect(covered.clopperPearsonInterval / runs).toBeGreaterThan(0.94);
    for (const count of Object.values(covered)) expect(count / runs).toBeGreaterThan(0.92);
  });
});
