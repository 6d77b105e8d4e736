import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { judgeScale } from '#core/slo/rules/judge-scale.ts';
import { type RowInput, readRow, rowAlpha } from '#core/slo/rules/read-row.ts';
import { binomialLowerTail } from '#core/statistics/binomial.ts';
import { bucketWidth, hour } from '#core/time.ts';
import { lenientRows, makeCalibration, makeSeries, start } from '../../../support/make-slo.ts';

function rowInput(different: Partial<RowInput>): RowInput {
  return {
    severity: 'page',
    row: lenientRows.page,
    objective: 0.92,
    series: makeSeries({ lasts: 24, good: 8, total: 10 }),
    now: start + 24 * hour,
    notBefore: Number.NEGATIVE_INFINITY,
    designEffect: 1,
    watchedTogether: 1,
    scale: null,
    uncalibrated: false,
    standsSince: undefined,
    ...different,
  };
}

describe('an alert row', () => {
  test('burns the bad share over the budget in both windows', () => {
    const row = readRow(rowInput({}));
    expect(row.long).toMatchObject({ good: 576, total: 720 });
    expect(row.long.burn).toBeCloseTo(2.5, 12);
    expect(row.short?.burn).toBeCloseTo(2.5, 12);
    expect(row.pressure).toBeCloseTo(1.25, 12);
  });

  test('has 420 failures of 80,000 at 99.5% as a burn of 1.05', () => {
    const series = buildSeries([{ at: start, good: 79_580, total: 80_000 }]);
    const row = readRow(
      rowInput({
        objective: 0.995,
        row: { long: hour, burn: 1 },
        severity: 'digest',
        series,
        now: start + bucketWidth,
      }),
    );
    expect(row.long.burn).toBeCloseTo(1.05, 12);
  });

  test('is held down by its short window', () => {
    const series = makeSeries({ lasts: 23.5, good: 8, total: 10 }, { lasts: 0.5, good: 10, total: 10 });
    expect(readRow(rowInput({ series })).pressure).toBe(0);
  });

  test('is held down by too few events', () => {
    const series = makeSeries({ lasts: 23, good: 0, total: 0 }, { lasts: 1, good: 0, total: 2 });
    expect(readRow(rowInput({ series })).pressure).toBeCloseTo(24 / 50, 12);
  });

  test('is held down by weak evidence: 40 bad of 240 are a chance of 1e-5, no less', () => {
    const series = makeSeries({ lasts: 18, good: 10, total: 10 }, { lasts: 6, good: 2.78, total: 3.33 });
    const row = readRow(rowInput({ series }));
    expect(row.long.burn).toBeGreaterThan(2);
    expect(row.pressure).toBeLessThan(1);
    expect(row.pressure).toBeCloseTo((row.logP ?? 0) / Math.log(1e-5), 12);
  });

  test('divides counts by the design effect, which weakens the evidence and no rate', () => {
    const plain = readRow(rowInput({}));
    const clustered = readRow(rowInput({ designEffect: 4 }));
    expect(clustered.long.burn).toBe(plain.long.burn);
    expect(clustered.logP).toBeGreaterThan(plain.logP ?? 0);
    expect(clustered.logP).toBeCloseTo(
      binomialLowerTail({ passes: 144, events: 180 }, 0.92).logProbability,
      9,
    );
  });

  test('divides alpha by the number of sub-SLOs watched as one', () => {
    expect(readRow(rowInput({ watchedTogether: 50 })).alpha).toBeCloseTo(rowAlpha / 50, 18);
  });

  test('counts nothing before a given instant', () => {
    expect(readRow(rowInput({ notBefore: start + 23 * hour })).long.total).toBe(120);
  });

  test('is not measured without events in either window', () => {
    const series = makeSeries({ lasts: 23, good: 8, total: 10 }, { lasts: 1, good: 0, total: 0 });
    expect(readRow(rowInput({ series }))).toMatchObject({ measured: false, pressure: 0 });
  });

  test('fires when all four conditions hold and only then', () => {
    const counts = fc.record({ good: fc.nat(40), bad: fc.nat(20) });
    fc.assert(
      fc.property(
        counts,
        counts,
        fc.constantFrom(0.8, 0.92, 0.99),
        fc.constantFrom(1, 1.5, 2, 3),
        (older, newer, objective, burn) => {
          const series = buildSeries([
            { at: start + 2 * bucketWidth, good: older.good, total: older.good + older.bad },
            { at: start + 11 * bucketWidth, good: newer.good, total: newer.good + newer.bad },
          ]);
          const now = start + hour;
          const row = readRow(
            rowInput({ series, now, objective, row: { long: hour, short: bucketWidth, burn } }),
          );
          const total = older.good + older.bad + newer.good + newer.bad;
          const good = older.good + newer.good;
          const bound = burn * (1 - objective);
          const shortTotal = newer.good + newer.bad;
          const near = (value: number, at: number) => Math.abs(value - at) < 1e-9;
          fc.pre(!near(1 - good / total, bound) && !near(newer.bad / shortTotal, bound));
          const holds =
            total >= 50 &&
            1 - good / total >= bound &&
            shortTotal > 0 &&
            newer.bad / shortTotal >= bound &&
            binomialLowerTail({ passes: good, events: total }, objective).probability <= 1e-5;
          expect(row.pressure >= 1).toBe(holds);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("an alert row on a judge's scale", () => {
  const calibration = makeCalibration();
  const scale = judgeScale(calibration, 0.92);

  test('does not burn where a healthy service shows 89.3% by the judge', () => {
    const series = makeSeries({ lasts: 24, good: 89.3, total: 100 });
    const raw = readRow(rowInput({ series }));
    const calibrated = readRow(rowInput({ series, scale }));
    expect(raw.long.burn).toBeCloseTo(1.3375, 4);
    expect(calibrated.pressure).toBeLessThan(0.7);
    expect(calibrated.logP ?? -1).toBeGreaterThan(-0.01);
  });

  test('reaches its burn where the judge passes what the carried-over bound says', () => {
    const threshold = scale?.thresholdAt(2, 'page') ?? 0;
    const at = (share: number) =>
      readRow(rowInput({ series: makeSeries({ lasts: 24, good: 100 * share, total: 100 }), scale }));
    expect(at(threshold).long.burn).toBeCloseTo(2, 9);
    expect(at(threshold - 0.001).pressure).toBeGreaterThan(1);
    expect(at(threshold + 0.001).pressure).toBeLessThan(1);
  });

  test('asks more of a page than of a ticket', () => {
    const series = makeSeries({ lasts: 24, good: 84, total: 100 });
    const page = readRow(rowInput({ series, scale, severity: 'page' }));
    const ticket = readRow(rowInput({ series, scale, severity: 'ticket' }));
    expect(page.long.burn ?? 0).toBeLessThan(ticket.long.burn ?? 0);
  });

  test('cannot fire where the bound is beyond everything bad', () => {
    const series = makeSeries({ lasts: 24, good: 0, total: 100 });
    expect(readRow(rowInput({ series, scale, row: { ...lenientRows.page, burn: 14.4 } })).pressure).toBe(0);
  });
});
