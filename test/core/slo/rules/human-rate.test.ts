import { describe, expect, it } from 'vitest';
import { humanRate } from '#core/slo/rules/human-rate.ts';
import type { RatedCounts } from '#core/slo/rules/slo-calibration.ts';

const counted = (weight: number, passShare = 1) => ({
  rated: 10,
  weight,
  squares: weight,
  passedWeight: passShare * weight,
});
const of = (from: string, to: string) => ({
  from: Date.parse(from),
  to: Date.parse(to),
  judged: 100,
  judgePassed: 50,
});

describe("a window's rate by its own ratings", () => {
  const days: RatedCounts = {
    '2026-11-03': { passed: counted(10), failed: counted(10) },
    '2026-11-04': { passed: counted(10), failed: counted(10) },
    '2026-11-05': { passed: counted(10), failed: counted(10) },
  };

  it('takes the ratings of the days that it touches, and not of the day at whose midnight it ends', () => {
    const ratings = (from: string, to: string) => humanRate({ days }, of(from, to))?.ratings;
    expect(ratings('2026-11-03T23:00:00Z', '2026-11-05T00:00:00Z')).toBe(40);
    expect(ratings('2026-11-04T00:00:00Z', '2026-11-05T00:00:00.001Z')).toBe(40);
    expect(ratings('2026-11-04T00:00:00Z', '2026-11-05T00:00:00Z')).toBe(20);
  });

  it('takes those of the newest days by the hour, and older ones by the day', () => {
    const hours: RatedCounts = {
      '2026-11-05T08': { passed: counted(10, 1), failed: counted(10, 1) },
      '2026-11-05T20': { passed: counted(10, 0.5), failed: counted(10, 0) },
    };
    const rate = (from: string, to: string) => humanRate({ days, hours }, of(from, to));
    expect(rate('2026-11-05T12:00:00Z', '2026-11-06T00:00:00Z')).toMatchObject({ ratings: 20, value: 0.25 });
    expect(rate('2026-11-05T08:30:00Z', '2026-11-05T12:00:00Z')).toMatchObject({ ratings: 20, value: 1 });
    expect(rate('2026-11-04T12:00:00Z', '2026-11-06T00:00:00Z')?.ratings).toBe(60);
    expect(rate('2026-11-05T12:00:00Z', '2026-11-05T20:00:00Z')).toBeNull();
  });

  it('wants no ratings of a verdict that the window does not hold, and some of the other', () => {
    const own: RatedCounts = { '2026-11-03': { passed: counted(10, 0.9) } };
    const window = of('2026-11-03T00:00:00Z', '2026-11-04T00:00:00Z');
    expect(humanRate({ days: own }, { ...window, judgePassed: 100 })?.value).toBeCloseTo(0.9, 12);
    expect(humanRate({ days: own }, window)).toBeNull();
    expect(humanRate({ days: own }, { ...window, judged: 0, judgePassed: 0 })).toBeNull();
  });
});
