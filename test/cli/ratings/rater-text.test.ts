import { describe, expect, it } from 'vitest';
import type { JudgeAgreement } from '#cli/ratings/agreement-measure.ts';
import { describeRaters } from '#cli/ratings/rater-text.ts';

const share = (estimate: number) => ({ estimate, lower: estimate - 0.1, upper: estimate + 0.1 });
const known = {
  calibration: { rate: { value: 0.8, lower: 0.7, upper: 0.9 } },
  agreement: { ratedTwice: 60 },
  raterError: {
    ok: true,
    ratedTwice: 60,
    passesGood: share(0.9),
    passesBad: share(0.2),
    given: 0.8,
    rate: share(0.857),
  },
  outliers: [
    { raterId: 'ann\u001b[31m', pairs: 40, kind: 'distance', points: 1.94, others: 0.61 },
    { raterId: 'ben', pairs: 25, kind: 'level', points: -1.2, others: 0.5 },
  ],
  leftOut: [{ raterId: 'cy', reason: 'clicked through', at: Date.parse('2026-11-20T12:00:00Z') }],
} as unknown as JudgeAgreement;

describe('what is told of raters', () => {
  it('is their own error with what it does to the rate, who stands out, and who is left out and why', () => {
    expect(describeRaters(known)).toEqual([
      '  Left out: cy since 2026-11-20: clicked through',
      '  Their own error, by 60 responses rated twice: a rater passes 90.0% (80.0% to 100.0%) of good responses and 20.0% (10.0% to 30.0%) of bad ones.',
      '  Without it their pass rate of 80.0% would be 85.7% (75.7% to 95.7%). It takes raters to err independently and corrects nothing.',
      expect.stringMatching(
        /^ {2}ann.* stands out: lies 1\.9 points from the others, who lie 0\.6 from each other \(40 answers side by side\)\./,
      ),
      expect.stringMatching(
        /^ {2}ben stands out: rates 1\.2 points lower than the others \(25 answers side by side\)\./,
      ),
    ]);
    expect(describeRaters(known).join('')).not.toContain('\u001b');
  });

  it('is why their error is not known, and nothing where nobody rated what another did', () => {
    const raterError = { ok: false, reason: '50 responses with two raters are wanted, 3 are there' } as const;
    expect(describeRaters({ ...known, raterError, outliers: [], leftOut: [] })).toEqual([
      '  Their own error is not known: 50 responses with two raters are wanted, 3 are there.',
    ]);
    const agreement = { ratedTwice: 0 } as JudgeAgreement['agreement'];
    expect(describeRaters({ ...known, agreement, outliers: [], leftOut: [] })).toEqual([]);
  });
});
