import { describe, expect, it } from 'vitest';
import { measureSpread } from '#core/agreement/judge-spread.ts';

const said = (...alone: number[]) => ({
  judge: {
    state: 'judged' as const,
    score: alone[0],
    probability: 1,
    returnedModel: undefined,
    ...(alone.length > 1 && { alone }),
  },
});

describe('how a judge agrees with itself', () => {
  it('is not known where it is asked once', () => {
    expect(measureSpread([said(4), { judge: undefined }], 4)).toBeUndefined();
  });

  it('is told of the responses that it was asked about more than once', () => {
    expect(measureSpread([said(4, 4, 4), said(4, 5, 4), said(2, 5, 3), said(1, 3, 2), said(3)], 4)).toEqual({
      responses: 4,
      askings: 12,
      sameScore: 1,
      samePass: 3,
      meanRange: (0 + 1 + 3 + 2) / 4,
      largestRange: 3,
    });
  });
});
