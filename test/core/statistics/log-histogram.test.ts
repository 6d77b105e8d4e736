import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addToHistogram,
  countOver,
  emptyHistogram,
  histogramMean,
  histogramQuantile,
  mergeHistograms,
} from '#core/statistics/log-histogram.ts';

const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e7, noNaN: true }));
const values = fc.array(value, { minLength: 1, maxLength: 200 });

function exactQuantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)] ?? 0;
}

describe('the log-histogram', () => {
  it('finds every quantile within 2%', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 0.01, 0.5, 0.95, 0.99, 1), (given, share) => {
        const histogram = addToHistogram(emptyHistogram(), given);
        const exact = exactQuantile(
          given.toSorted((a, b) => a - b),
          share,
        );
        const found = histogramQuantile(histogram, share) ?? Number.NaN;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.02 * exact);
      }),
    );
  });

  it('is the same however it was merged, and leaves its parts alone', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const parts = [first, second].map((part) => addToHistogram(emptyHistogram(), part));
        const before = JSON.stringify(parts);
        const merged = mergeHistograms([emptyHistogram(), ...parts]);
        const whole = addToHistogram(emptyHistogram(), [...first, ...second]);
        expect({ ...merged, sum: 0 }).toEqual({ ...whole, sum: 0 });
        expect(merged.sum / (whole.sum || 1)).toBeCloseTo(whole.sum === 0 ? 0 : 1, 10);
        expect(JSON.stringify(parts)).toBe(before);
        expect(mergeHistograms(parts.toReversed()).bins).toEqual(merged.bins);
      }),
    );
  });

  it('survives storage as JSON and stays small', () => {
    const latencies = Array.from({ length: 10_000 }, (_, i) => 50 * 1.0008 ** i);
    const histogram = addToHistogram(emptyHistogram(), latencies);
    expect(JSON.parse(JSON.stringify(histogram))).toEqual(histogram);
    expect(Object.keys(histogram.bins).length).toBeLessThan(220);
  });

  it('keeps the mean, the least and the most exactly', () => {
    const histogram = addToHistogram(addToHistogram(emptyHistogram(), [0.045, 0.2]), [0], 2);
    expect(histogramMean(histogram)).toBeCloseTo(0.245 / 4, 12);
    expect([histogram.least, histogram.most, histogram.zeros, histogram.count]).toEqual([0, 0.2, 2, 4]);
    expect(histogramQuantile(histogram, 0.5)).toBe(0);
    expect(histogramQuantile(histogram, 1)).toBeCloseTo(0.2, 2);
  });

  it('of equal values has no other quantile', () => {
    const histogram = addToHistogram(emptyHistogram(), [600, 600, 600]);
    expect(histogramQuantile(histogram, 0.5)).toBe(600);
  });

  it('counts values over a limit', () => {
    const histogram = addToHistogram(emptyHistogram(), [0, 1, 1, 10, 100]);
    expect([0, 2, 20, 100].map((limit) => countOver(histogram, limit))).toEqual([4, 2, 1, 0]);
  });

  it('has nothing to say while empty', () => {
    expect(histogramQuantile(emptyHistogram(), 0.5)).toBeUndefined();
    expect(histogramMean(emptyHistogram())).toBeUndefined();
    expect(countOver(emptyHistogram(), 1)).toBe(0);
    expect(mergeHistograms([])).toEqual(emptyHistogram());
  });

  it('refuses values that are none', () => {
    expect(() => addToHistogram(emptyHistogram(), [-1])).toThrow(/at least 0/);
    expect(() => addToHistogram(emptyHistogram(), [Number.NaN])).toThrow(/finite/);
  });
});
