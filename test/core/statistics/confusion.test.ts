import { describe, expect, it } from 'vitest';
import { judgeAccuracy } from '#core/statistics/confusion.ts';

describe('sensitivity and specificity', () => {
  it('are weighted by the draw', () => {
    const verdicts = [
      { judgePass: true, humanPass: true, weight: 9 },
      { judgePass: false, humanPass: true, weight: 1 },
      { judgePass: false, humanPass: false },
      { judgePass: true, humanPass: false },
    ];
    const accuracy = judgeAccuracy(verdicts, 0.95);
    expect(accuracy.counts).toEqual({ truePass: 9, falseFail: 1, falsePass: 1, trueFail: 1 });
    expect(accuracy.sensitivity).toMatchObject({
      estimate: 0.9,
      effectiveCount: expect.closeTo(100 / 82, 12),
    });
    expect(accuracy.specificity).toMatchObject({ estimate: 0.5, effectiveCount: 2 });
  });

  it('are not computable where people passed or failed nothing', () => {
    const allPass = judgeAccuracy([{ judgePass: true, humanPass: true }], 0.95);
    expect(allPass.sensitivity).toMatchObject({ ok: true, estimate: 1, upper: 1 });
    expect(allPass.specificity).toEqual({ ok: false, reason: 'people failed nothing' });
    expect(judgeAccuracy([], 0.95).sensitivity.ok).toBe(false);
  });
});
