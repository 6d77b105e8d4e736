import { describe, expect, it } from 'vitest';
import { jackknifeInterval, studentQuantile } from '#core/statistics/jackknife.ts';

describe('the jackknife', () => {
  it("uses Student's t", () => {
    expect(studentQuantile(10, 0.95)).toBeCloseTo(2.2281388519649385, 8);
    expect(studentQuantile(1, 0.5)).toBeCloseTo(1, 10);
  });

  it('of a mean has the error of the mean', () => {
    const leftOut = [3.5, 3.25, 3, 2.75, 2.5].map((value) => ({ value, count: 1 }));
    expect(jackknifeInterval(3, leftOut, 0.95, { lower: 0, upper: 9 })).toMatchObject({
      standardError: expect.closeTo(Math.sqrt(0.5), 12),
    });
  });

  it('refuses two units', () => {
    expect(jackknifeInterval(3, [{ value: 1, count: 2 }], 0.95, { lower: 0, upper: 9 }).ok).toBe(false);
  });
});
