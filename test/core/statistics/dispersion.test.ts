import { describe, expect, it } from 'vitest';
import { differenceDispersion, measureDispersion } from '#core/statistics/dispersion.ts';
import { createRandom } from '#core/statistics/random.ts';

describe('the dispersion of a series', () => {
  it('is Pearson by hand', () => {
    const hours = [
      { passes: 9, events: 10 },
      { passes: 3, events: 10 },
    ];
    // Each hour has 3.75 of it, half of the factor.
    const error = 3.75;
    expect(measureDispersion(hours)).toEqual({
      ok: true,
      factor: expect.closeTo(7.5, 12),
      upper: expect.closeTo(7.5 + (1.5 * 6.5 ** 2) / (6.5 + error), 12),
      hours: 2,
    });
  });

  it('leaves out hours of fewer than 5 events', () => {
    const hours = [
      { passes: 9, events: 10 },
      { passes: 0, events: 4 },
      { passes: 3, events: 10 },
    ];
    expect(measureDispersion(hours)).toMatchObject({ factor: expect.closeTo(7.5, 12), hours: 2 });
  });

  it('is never below 1, and does not know passes from fails', () => {
    const even = Array.from({ length: 48 }, () => ({ passes: 9, events: 10 }));
    expect(measureDispersion(even)).toEqual({ ok: true, factor: 1, upper: 1, hours: 48 });
    const uneven = even.map((hour, index) => ({ ...hour, passes: index % 2 === 0 ? 10 : 6 }));
    const mirrored = uneven.map(({ passes, events }) => ({ passes: events - passes, events }));
    const [found, other] = [measureDispersion(uneven), measureDispersion(mirrored)];
    expect(other).toMatchObject({ factor: expect.closeTo(found.ok ? found.factor : 0, 12) });
  });

  it('is about 1 of independent events and about the size of events that come in equal groups', () => {
    const random = createRandom('dispersion');
    const counts = Array.from({ length: 2000 }, () => random.binomial(40, 0.9));
    const plain = measureDispersion(counts.map((passes) => ({ passes, events: 40 })));
    const grouped = measureDispersion(counts.map((passes) => ({ passes: 5 * passes, events: 200 })));
    expect(plain.ok && plain.factor).toBeLessThan(1.1);
    expect(grouped.ok && grouped.factor).toBeGreaterThan(4.5);
    expect(grouped.ok && grouped.factor).toBeLessThan(5.5);
    // Of as many hours it is known well: the standard error of a chi-square over its 1,999 degrees of freedom.
    expect(plain.ok && plain.upper - plain.factor).toBeLessThan(3 * Math.sqrt(2 / 2000));
    expect(grouped.ok && grouped.upper / grouped.factor - 1).toBeGreaterThan(2 * Math.sqrt(2 / 2000));
  });

  it.each([
    ['one hour', [{ passes: 8, events: 10 }]],
    ['no hour', []],
    ['hours that all passed', Array.from({ length: 48 }, () => ({ passes: 10, events: 10 }))],
    ['hours that all failed', Array.from({ length: 48 }, () => ({ passes: 0, events: 10 }))],
  ])('is not computable of %s', (_name, hours) => {
    expect(measureDispersion(hours)).toEqual({ ok: false, reason: expect.any(String) });
  });

  it('refuses more passes than events', () => {
    expect(() => measureDispersion([{ passes: 6, events: 5 }])).toThrow(RangeError);
  });
});

describe('dispersion from the differences of hours', () => {
  it('is the mean of their squares over chance by hand, the largest left out', () => {
    const hours = [9, 3, 9].map((passes) => ({ passes, events: 10 }));
    // Each 0.6 apart, of a share of 0.7: 0.36 / (0.21 x 0.2).
    expect(differenceDispersion(hours)).toEqual({ ok: true, factor: expect.closeTo(0.36 / 0.042, 12) });
    expect(differenceDispersion([...hours, { passes: 9, events: 10 }])).toMatchObject({
      factor: expect.closeTo(0.36 / (0.75 * 0.25 * 0.2) / 2, 12),
    });
  });

  it('is about 1 of independent events, about the size of equal groups, and knows no step', () => {
    const random = createRandom('differences');
    const draw = (share: number, size: number) =>
      Array.from({ length: 1000 }, () => ({ passes: size * random.binomial(40 / size, share), events: 40 }));
    for (const size of [1, 4]) {
      const found = differenceDispersion(draw(0.9, size));
      expect(found.ok && Math.abs(found.factor / size - 1)).toBeLessThan(0.12);
    }
    const step = [...draw(0.95, 1), ...draw(0.6, 1)];
    expect(differenceDispersion(step)).toMatchObject({ factor: expect.closeTo(1, 0) });
    expect(measureDispersion(step)).toMatchObject({ factor: expect.closeTo(6.5, -0.5) });
  });

  it('is not computable where there is nothing to compare', () => {
    const hour = { passes: 9, events: 10 };
    expect(differenceDispersion([hour, hour]).ok).toBe(false);
    expect(differenceDispersion(Array(5).fill({ passes: 10, events: 10 })).ok).toBe(false);
    expect(() => differenceDispersion([hour, { passes: 0, events: 0 }, hour])).toThrow(RangeError);
    expect(() => differenceDispersion([hour, { passes: 11, events: 10 }, hour])).toThrow(RangeError);
  });
});
