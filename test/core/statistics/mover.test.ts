import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moverWilson } from '#core/statistics/mover.ts';
import { wilsonInterval } from '#core/statistics/proportion-interval.ts';

const tally = fc
  .tuple(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([events, share]) => ({ passes: Math.round(share * events), events }));

describe('MOVER-Wilson', () => {
  it.each([
    [20, 20, 15, 20, 0.03776544556663017, 0.4687008776187441],
    [0, 10, 3, 30, -0.25621082579184085, 0.18513440611682694],
  ])('of %d/%d - %d/%d is Newcombe in statsmodels', (first, events, second, otherEvents, lower, upper) => {
    const found = moverWilson(
      [
        { weight: 1, passes: first, events },
        { weight: -1, passes: second, events: otherEvents },
      ],
      0.95,
    );
    expect(found.ok && Math.abs(found.lower - lower)).toBeLessThan(1e-6);
    expect(found.ok && Math.abs(found.upper - upper)).toBeLessThan(1e-6);
  });

  it('of one term of weight 1 is Wilson, and flips with the sign of the weights', () => {
    fc.assert(
      fc.property(tally, fc.double({ min: 0.1, max: 3, noNaN: true }), (one, weight) => {
        const single = moverWilson([{ weight: 1, ...one }], 0.95);
        const wilson = wilsonInterval(one, 0.95);
        expect(single.ok && single.lower).toBeCloseTo(wilson.lower, 10);
        const up = moverWilson([{ weight, ...one }], 0.95);
        const down = moverWilson([{ weight: -weight, ...one }], 0.95);
        expect(up.ok && down.ok && up.lower + down.upper).toBeCloseTo(0, 10);
      }),
    );
  });

  it('is not computable without events', () => {
    expect(moverWilson([], 0.95).ok).toBe(false);
    expect(moverWilson([{ weight: 1, passes: 0, events: 0 }], 0.95).ok).toBe(false);
  });
});
