import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jackknifeInterval } from '#core/statistics/jackknife.ts';
import { krippendorffAlpha } from '#core/statistics/krippendorff-alpha.ts';

/** Krippendorff 2011: four observers, twelve units, missing ratings left out. */
const CANONICAL_UNITS = [
  [1, 1, 1],
  [2, 2, 3, 2],
  [3, 3, 3, 3],
  [3, 3, 3, 3],
  [2, 2, 2, 2],
  [1, 2, 3, 4],
  [4, 4, 4, 4],
  [1, 1, 2, 1],
  [2, 2, 2, 2],
  [5, 5, 5],
  [1, 1],
  [3],
];

describe("Krippendorff's alpha", () => {
  it.each([
    ['nominal', 0.743421052631579],
    ['ordinal', 0.8153875037548814],
    ['interval', 0.8491071428571428],
  ] as const)('of the canonical example, %s, is that of his paper', (level, expected) => {
    const alpha = krippendorffAlpha(CANONICAL_UNITS, level, 0.95);
    expect(alpha).toMatchObject({ ok: true, estimate: expect.closeTo(expected, 12), units: 11, ratings: 40 });
    if (!alpha.ok || !alpha.interval.ok) throw new Error('computable');
    expect(alpha.interval.lower).toBeLessThan(expected);
    expect(alpha.interval.upper).toBeGreaterThan(expected);
  });

  it('has the jackknife error of leaving each unit out in turn', () => {
    const alpha = krippendorffAlpha(CANONICAL_UNITS, 'ordinal', 0.95);
    const pairable = CANONICAL_UNITS.filter((unit) => unit.length > 1);
    const leftOut = pairable.map((_, i) => {
      const rest = krippendorffAlpha(pairable.toSpliced(i, 1), 'ordinal', 0.95);
      return { value: rest.ok ? rest.estimate : Number.NaN, count: 1 };
    });
    const byHand = jackknifeInterval(alpha.ok ? alpha.estimate : 0, leftOut, 0.95, { lower: -1, upper: 1 });
    if (!alpha.ok || !alpha.interval.ok || !byHand.ok) throw new Error('computable');
    expect(alpha.interval.standardError).toBeCloseTo(byHand.standardError, 12);
  });

  it('does not depend on the order of units or raters, and is 1 for raters who agree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), { maxLength: 20 }),
        fc.constantFrom('nominal' as const, 'ordinal' as const, 'interval' as const),
        (units, level) => {
          const one = krippendorffAlpha(units, level, 0.95);
          const turned = krippendorffAlpha(
            units.toReversed().map((unit) => unit.toReversed()),
            level,
            0.95,
          );
          expect(turned.ok).toBe(one.ok);
          if (one.ok && turned.ok) expect(turned.estimate).toBeCloseTo(one.estimate, 10);
          if (one.ok) expect(one.estimate).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(
      krippendorffAlpha(
        [
          [1, 1],
          [2, 2],
          [5, 5],
        ],
        'ordinal',
        0.95,
      ),
    ).toMatchObject({ ok: true, estimate: 1 });
  });

  it.each([
    ['one rater', [[1], [2], [3]]],
    ['one rating', [[1]]],
    ['no unit', []],
    [
      'ratings all alike',
      [
        [4, 4],
        [4, 4, 4],
      ],
    ],
  ])('is not computable for %s', (_name, units) => {
    expect(krippendorffAlpha(units, 'ordinal', 0.95)).toMatchObject({
      ok: false,
      reason: expect.any(String),
    });
  });

  it('of raters who disagree completely is below 0', () => {
    const alpha = krippendorffAlpha(
      [
        [1, 5],
        [5, 1],
        [1, 5],
        [5, 1],
      ],
      'interval',
      0.95,
    );
    expect(alpha).toMatchObject({ ok: true, estimate: -0.75, interval: { ok: false } });
  });
});
