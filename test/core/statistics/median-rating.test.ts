import { describe, expect, it } from 'vitest';
import { medianRating } from '#core/statistics/median-rating.ts';

describe("a response's human verdict", () => {
  it.each([
    ['one rater', [4], { median: 4, tied: false, spread: 0 }],
    ['two raters who agree', [4, 4], { median: 4, tied: false, spread: 0 }],
    ['two who do not', [3, 4], { median: 3.5, tied: true, spread: 1 }],
    ['three raters', [5, 1, 4], { median: 4, tied: false, spread: 4 }],
    ['raters who disagree completely', [1, 5, 5, 1], { median: 3, tied: true, spread: 4 }],
  ])('of %s is the median', (_name, given, expected) => {
    expect(medianRating(given)).toEqual({ ok: true, ratings: given.length, ...expected });
  });

  it('is missing without ratings', () => {
    expect(medianRating([])).toEqual({ ok: false, reason: 'nobody rated this response' });
  });
});
