import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePairs } from '#core/statistics/paired-comparison.ts';

const count = fc.integer({ min: 0, max: 500 });

function compare(both: number, onlyOld: number, onlyNew: number, neither: number) {
  const found = comparePairs({ both, onlyOld, onlyNew, neither }, 0.95);
  if (!found.ok) throw new Error(found.reason);
  return found;
}

describe('two shares of the same responses', () => {
  it('agree with Newcombe and McNemar, negatively correlated and positively', () => {
    expect(compare(68, 111, 57, 17)).toEqual({
      ok: true,
      difference: expect.closeTo(-54 / 253, 12),
      lower: expect.closeTo(-0.30713213681387486, 12),
      upper: expect.closeTo(-0.11460289459699018, 12),
      probability: expect.closeTo(3.753839935862718e-5, 14),
    });
    expect(compare(34, 65, 9, 79)).toMatchObject({
      lower: expect.closeTo(-0.37569270070216976, 12),
      upper: expect.closeTo(-0.2168689313037751, 12),
    });
  });

  it('without a difference has an interval of the width of Wilson', () => {
    const reach = 1.959963984540054 ** 2 / (50 + 1.959963984540054 ** 2);
    expect(compare(50, 0, 0, 0)).toEqual({
      ok: true,
      difference: 0,
      lower: expect.closeTo(-reach, 12),
      upper: expect.closeTo(reach, 12),
      probability: 1,
    });
  });

  it('hold their difference, lie in [-1, 1], and mirror when the judges or the agreements change places', () => {
    fc.assert(
      fc.property(count, count, count, count, (both, onlyOld, onlyNew, neither) => {
        fc.pre(both + onlyOld + onlyNew + neither > 0);
        const found = compare(both, onlyOld, onlyNew, neither);
        expect(found.lower).toBeLessThanOrEqual(found.difference);
        expect(found.upper).toBeGreaterThanOrEqual(found.difference);
        expect(found.lower).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(found.upper).toBeLessThanOrEqual(1 + 1e-12);
        for (const mirrored of [
          compare(both, onlyNew, onlyOld, neither),
          compare(neither, onlyNew, onlyOld, both),
        ]) {
          expect(mirrored.difference).toBeCloseTo(-found.difference, 12);
          expect(mirrored.probability).toBeCloseTo(found.probability, 12);
        }
        const swapped = compare(both, onlyNew, onlyOld, neither);
        expect(swapped.lower).toBeCloseTo(-found.upper, 9);
        const turned = compare(neither, onlyOld, onlyNew, both);
        expect(turned.lower).toBeCloseTo(found.lower, 9);
      }),
    );
  });

  it('are not computable without responses, and want counts', () => {
    const none = { both: 0, onlyOld: 0, onlyNew: 0, neither: 0 };
    expect(comparePairs(none, 0.95)).toEqual({ ok: false, reason: expect.any(String) });
    expect(() => comparePairs({ ...none, both: -1 }, 0.95)).toThrow(RangeError);
  });
});
