import { expect, it } from 'vitest';
import type { JudgeAgreement } from '#cli/ratings/agreement-measure.ts';
import { formatAgreement } from '#cli/ratings/agreement-text.ts';
import { measureAgreement } from '#core/agreement/agreement.ts';

const responses = [
  [4, 4, 4],
  [2, 4, 3],
].map((alone, index) => ({
  responseId: `r${index}`,
  surface: 'chat',
  at: 0,
  ratings: [{ raterId: 'ann', score: 4 }],
  judge: { state: 'judged' as const, score: alone[2], probability: 1, returnedModel: undefined, alone },
}));

const shown = (of: typeof responses | Omit<(typeof responses)[number], 'judge'>[]) =>
  formatAgreement(
    {
      calibration: {
        surface: 'chat',
        rubric: { id: 'helpfulness', version: 1 },
        fingerprint: '0123456789ab',
        passMark: 4,
        state: 'valid',
      },
      agreement: measureAgreement({
        passMark: 4,
        responses: of as typeof responses,
        weights: new Map(),
      }),
      pool: { pooled: [], apart: [{ batch: 'chat-2', ratings: 19, effectiveTogether: 48 }], effective: 203 },
      misses: [],
      disputed: [],
      raterError: { ok: false, reason: 'none is' },
      outliers: [],
      leftOut: [],
    } as unknown as JudgeAgreement,
    [],
  );

it('tells how the judge agrees with itself where its rubric has it asked more than once', () => {
  expect(shown(responses)).toContain(
    'The judge was asked 3 times about each of 2: 1 have one score, 1 pass or fail alike; scores lie 1.00 apart on average, 2 at most.',
  );
});

it('says nothing of it where it is asked once', () => {
  const once = responses.map(({ judge: { alone: _, ...judge }, ...response }) => ({ ...response, judge }));
  expect(shown(once)).not.toContain('The judge was asked');
});

it('says which batch is kept apart, as the calibration does', () => {
  expect(shown(responses)).toContain(
    'Of the judge against people: batch chat-2 (19 ratings) is kept apart: with it all would say as much as 48 ratings, without it as 203.',
  );
});
