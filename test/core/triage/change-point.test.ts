import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bucket } from '#core/slo/rules/count-series.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { findFall } from '#core/triage/change-point.ts';

const origin = Date.UTC(2026, 10, 1);

interface World {
  readonly seed: string;
  readonly hours: number;
  readonly perBucket: number;
  /** Good share by hours since the origin. */
  readonly rate: (hours: number) => number;
}

function simulate({ seed, hours, perBucket, rate }: World): Bucket[] {
  const random = createRandom(seed);
  return Array.from({ length: (hours * hour) / bucketWidth }, (_, index) => {
    const total = random.binomial(2 * perBucket, 0.5);
    const good = random.binomial(total, rate((index * bucketWidth) / hour));
    return { at: origin + index * bucketWidth, good, total };
  });
}

describe('the beginning of a fall', () => {
  it('is found to the bucket where the counts leave no doubt', () => {
    const buckets = simulate({
      seed: 'step',
      hours: 72,
      perBucket: 20,
      rate: (at) => (at < 40 ? 0.97 : 0.6),
    });
    const fall = findFall({ buckets });
    expect(fall).toMatchObject({ until: null, sure: 'clear' });
    expect(Math.abs((fall?.at ?? 0) - (origin + 40 * hour))).toBeLessThanOrEqual(bucketWidth);
  });

  it('lies in its range, wherever it was planted, in at least 19 of 20 worlds', () => {
    let outside = 0;
    let far = 0;
    let runs = 0;
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.integer().map(String),
          at: fc.integer({ min: 12, max: 60 }),
          before: fc.double({ min: 0.85, max: 0.99, noNaN: true }),
          drop: fc.double({ min: 0.15, max: 0.5, noNaN: true }),
        }),
        ({ seed, at, before, drop }) => {
          const rate = (hours: number) => (hours < at ? before : before - drop);
          const fall = findFall({ buckets: simulate({ seed, hours: 72, perBucket: 3, rate }) });
          const planted = origin + at * hour;
          runs += 1;
          expect(fall?.sure).toBe('clear');
          if (fall === undefined) return;
          if (fall.range.from > planted || fall.range.to < planted) outside += 1;
          if (Math.abs(fall.at - planted) > 3 * hour) far += 1;
        },
      ),
      { numRuns: 120, seed: 7 },
    );
    expect(outside / runs).toBeLessThanOrEqual(0.05);
    expect(far / runs).toBeLessThanOrEqual(0.05);
  });

  it('has its end, where the share came back', () => {
    const rate = (at: number) => (at >= 30 && at < 36 ? 0.7 : 0.95);
    const fall = findFall({ buckets: simulate({ seed: 'dip', hours: 72, perBucket: 10, rate }) });
    expect(fall?.sure).toBe('clear');
    expect(Math.abs((fall?.at ?? 0) - (origin + 30 * hour))).toBeLessThanOrEqual(hour / 2);
    expect(Math.abs((fall?.until ?? 0) - (origin + 36 * hour))).toBeLessThanOrEqual(hour / 2);
  });

  it('is found in 14 days of buckets as in 3', () => {
    const rate = (at: number) => (at >= 290.5 && at < 300 ? 0.8 : 0.95);
    const fall = findFall({ buckets: simulate({ seed: 'long', hours: 336, perBucket: 10, rate }) });
    expect(Math.abs((fall?.at ?? 0) - (origin + 290.5 * hour))).toBeLessThanOrEqual(hour / 2);
    expect(Math.abs((fall?.until ?? 0) - (origin + 300 * hour))).toBeLessThanOrEqual(hour);
  });

  it('is not made out of chance: at most 1 in 50 worlds of one rate is called clear', () => {
    const seen = { clear: 0, perhaps: 0, unclear: 0 };
    for (let seed = 0; seed < 100; seed += 1) {
      const rate = 0.8 + (seed % 20) / 100;
      const fall = findFall({
        buckets: simulate({ seed: `null-${seed}`, hours: 72, perBucket: 2, rate: () => rate }),
      });
      seen[fall?.sure ?? 'unclear'] += 1;
    }
    expect(seen.clear).toBeLessThanOrEqual(2);
    expect(seen.clear + seen.perhaps).toBeLessThanOrEqual(10);
  });

  it('is not made of a daily rhythm', () => {
    const rate = (at: number) => 0.95 + 0.01 * Math.sin((at / 24) * 2 * Math.PI);
    let clear = 0;
    for (let seed = 0; seed < 10; seed += 1) {
      const buckets = simulate({ seed: `rhythm-${seed}`, hours: 168, perBucket: 100, rate });
      if (findFall({ buckets })?.sure === 'clear') clear += 1;
    }
    expect(clear).toBeLessThanOrEqual(2);
  });

  it('asks for more evidence where events come in clusters', () => {
    const buckets = simulate({ seed: 'few', hours: 48, perBucket: 1, rate: (at) => (at < 24 ? 0.95 : 0.86) });
    const alone = findFall({ buckets });
    const clustered = findFall({ buckets, designEffect: 4 });
    expect(clustered?.evidence).toBeCloseTo((alone?.evidence ?? 0) / 4, 6);
    expect(clustered?.chance).toBeGreaterThan(alone?.chance ?? 1);
  });

  it('looks only where it may have begun', () => {
    const rate = (at: number) => (at < 20 ? 0.97 : at < 50 ? 0.7 : 0.4);
    const buckets = simulate({ seed: 'two', hours: 72, perBucket: 10, rate });
    const startsIn = { from: origin + 45 * hour, to: origin + 55 * hour };
    expect(Math.abs((findFall({ buckets, startsIn })?.at ?? 0) - (origin + 50 * hour))).toBeLessThanOrEqual(
      hour,
    );
  });

  it('covers a silence: the change may lie anywhere in it', () => {
    const full = simulate({ seed: 'gap', hours: 72, perBucket: 10, rate: (at) => (at < 36 ? 0.95 : 0.5) });
    const buckets = full.filter(({ at }) => at < origin + 24 * hour || at >= origin + 48 * hour);
    const fall = findFall({ buckets });
    expect(fall?.at).toBe(origin + 48 * hour);
    expect(fall?.range.from).toBeLessThanOrEqual(origin + 24 * hour + bucketWidth);
  });

  it.each([
    ['nothing', []],
    ['only good events', [bucketOf(0, 50, 50), bucketOf(day, 50, 50)]],
    ['nine events since', [bucketOf(0, 500, 500), bucketOf(day, 0, 9)]],
    ['a share that only rises', [bucketOf(0, 10, 50), bucketOf(day, 50, 50)]],
  ])('is not found in %s', (_, buckets) => {
    expect(findFall({ buckets })).toBeUndefined();
  });
});

function bucketOf(after: number, good: number, total: number): Bucket {
  return { at: origin + after, good, total };
}
