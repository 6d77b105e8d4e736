import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostShares, nameShare, readShare, shareOf, wholeShare } from '#core/share.ts';

describe('the share of an evaluator', () => {
  it('is read as it is named', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: mostShares }), fc.nat(), (of, any) => {
        const share = { number: (any % of) + 1, of };
        expect(readShare(nameShare(share))).toEqual(share);
      }),
    );
    expect(readShare(undefined)).toEqual(wholeShare);
  });

  it.each(['0/2', '3/2', '1', '1/21', '-1/2', '1/2/3', 'all', '1.5/2'])('is not %s', (text) => {
    expect(() => readShare(text)).toThrow('wanted a share such as 2/3');
  });

  it('is one of each surface, about as many in each, and the same for ever', () => {
    const names = Array.from({ length: 300 }, (_, index) => `surface-${index}`);
    const counts = [0, 0, 0];
    for (const name of names) counts[shareOf(name, 3) - 1] = (counts[shareOf(name, 3) - 1] ?? 0) + 1;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(Math.min(...counts)).toBeGreaterThan(75);
    expect(names.every((name) => shareOf(name, 1) === 1)).toBe(true);
    // What is stored of a running stage is by these.
    expect(['chat', 'search', 'default', 'support'].map((name) => shareOf(name, 4))).toEqual([2, 1, 2, 1]);
  });
});
