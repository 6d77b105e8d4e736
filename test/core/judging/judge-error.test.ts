import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffSeconds, blockedWait, maxTries, refusalWait } from '#core/judging/judge-error.ts';

describe('the backoff', () => {
  const anyTries = fc.integer({ min: 1, max: 1_000 });
  const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('starts between 5 and 10 seconds and doubles', () => {
    expect([1, 2, 3, 4].map((tries) => backoffSeconds(tries, undefined, 0))).toEqual([5, 10, 20, 40]);
    expect(backoffSeconds(1, undefined, 0.999999)).toBeCloseTo(10, 3);
  });

  it('is never under what the provider asked for, up to the 12 hours that SQS can hide a message', () => {
    fc.assert(
      fc.property(
        anyTries,
        anyRandom,
        fc.double({ min: 0, max: 43_200, noNaN: true }),
        (tries, random, asked) => {
          expect(backoffSeconds(tries, asked, random)).toBeGreaterThanOrEqual(asked);
        },
      ),
    );
    expect(backoffSeconds(1, 7_200, 0.5)).toBe(7_200);
    expect(backoffSeconds(1, 1e9, 0.5)).toBe(43_200);
  });

  it('of its own is at most an hour, at least 5 seconds, and no shorter for more tries', () => {
    fc.assert(
      fc.property(anyTries, anyRandom, (tries, random) => {
        const seconds = backoffSeconds(tries, undefined, random);
        expect(seconds).toBeGreaterThanOrEqual(5);
        expect(seconds).toBeLessThanOrEqual(3_600);
        expect(backoffSeconds(tries + 1, undefined, random)).toBeGreaterThanOrEqual(seconds);
      }),
    );
  });

  it('spreads the tries of many messages over half of its length', () => {
    const waits = Array.from({ length: 100 }, (_, index) => backoffSeconds(5, undefined, index / 100));
    expect(Math.min(...waits)).toBe(80);
    expect(Math.max(...waits)).toBeGreaterThan(158);
  });

  it('carries a judgement over an outage of an hour and a half, and on average of two and a half', () => {
    const span = (random: number) =>
      Array.from({ length: maxTries - 1 }, (_, index) => backoffSeconds(index + 1, undefined, random)).reduce(
        (sum, wait) => sum + wait,
        0,
      ) / 3_600;
    expect(span(0)).toBeGreaterThan(1.5);
    expect(span(0.5)).toBeGreaterThan(2.5);
    // What never succeeds is not tried for a day.
    expect(span(1)).toBeLessThan(3.5);
  });
});

describe('the wait behind an open circuit', () => {
  it('is a quarter of an hour where it is known what blocks', () => {
    expect(blockedWait({ openedAt: 0, byHistory: false }, 1_000)).toBe(900);
  });

  it('grows with the guess that nothing gets through: one text opens it too', () => {
    const waits = [0, 4_000, 60_000, 3_600_000].map((now) =>
      blockedWait({ openedAt: 0, byHistory: true }, now),
    );
    expect(waits).toEqual([5, 5, 60, 900]);
  });
});

describe('the wait of a text that is refused while others are judged', () => {
  it('is short: the provider is there', () => {
    expect([1, 2, 3, 4].map((refusals) => refusalWait(refusals, 0))).toEqual([0.5, 1, 2, 4]);
    expect(refusalWait(4, 0.999_999)).toBeCloseTo(8, 3);
  });
});
