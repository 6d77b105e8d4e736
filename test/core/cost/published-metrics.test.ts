import { describe, expect, it } from 'vitest';
import { calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { countMetrics, judgeErrorMetrics, judgeMetrics, publishedMetrics } from '#core/cost/published-metrics.ts';
import { metric } from '#core/names.ts';
import { readControl } from '#core/series/control.ts';
import { SeriesBook } from '#core/series/series-book.ts';
import { buildSeries } from '#core/slo/count-series.ts';
import { evaluateSlo } from '#core/slo/evaluate-slo.ts';
import type { Measurement } from '#core/slo/evaluation.ts';
import { gaugesOfSlo } from '#core/slo/gauges.ts';
import type { Slo } from '#core/slo/slo.ts';
import { bucketWidth, day } from '#core/time.ts';
import { judgePoints as judgeLivePoints } from '#lambdas/judge/judge-metrics.ts';
import type { JudgeEvent } from '#lambdas/judge/judge-task.ts';
import { categoryPoints } from '#lambdas/slo-evaluator/category-health.ts';
import { healthPoints, judgePoints, surfacePoints } from '#lambdas/slo-evaluator/gauges.ts';
import { readingOf, type StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import { makeCalibration } from '#test/core/slo/make-slo.ts';
import { catalogueOf } from '#test/slo-flow/shipped.ts';

const now = Date.UTC(2026, 0, 20);

/** Everything that an SLO can be measured by is there. */
function measurementOf({ sli }: Slo): Measurement {
  const baseline = { total: 10_000, days: 28 };
  switch (sli.kind) {
    case 'refusal-change':
      return { kind: 'refusals', window: { refused: 10, total: 1_000 }, baseline: { refused: 100, ...baseline } };
    case 'quantile-change':
      return { kind: 'quantile', window: { value: 900, total: 1_000, over: 3 }, baseline: { value: 800, ...baseline } };
    case 'mean-change':
      return { kind: 'mean', window: { mean: 0.03, total: 1_000, days: 7 }, dailyMeans: Array(30).fill(0.03) };
    default: {
      const buckets = Array.from({ length: (14 * day) / bucketWidth }, (_, index) => ({
        at: now - 14 * day + index * bucketWidth,
        good: 19,
        total: 20,
      }));
      return { kind: 'counts', series: buildSeries(buckets) };
    }
  }
}

/** As lambdas/slo-evaluator/evaluate-*.ts put a reading together. */
function storedOf(slo: Slo): StoredSurface[string] {
  const isRated = slo.sli.kind === 'human-pass';
  const { evaluation, state } = evaluateSlo({
    slo,
    measurement: measurementOf(slo),
    ...(slo.calibration === 'required' && { calibration: makeCalibration() }),
    ...(isRated && { context: { estimate: { value: 0.95, lower: 0.9, upper: 0.98 } } }),
    now,
  });
  const before = measurementOf(slo).kind === 'counts' && !isRated && slo.sli.kind !== 'provider-success' ? 0.94 : null;
  return { state, reading: readingOf(evaluation, 'as it is', before, undefined) };
}

const everything = {
  'judge-pass': 'on',
  accepted: 'on',
  'rated-useful': 'on',
  refusals: 'on',
  'first-token': 'on',
  'slowest-answers': 'on',
  'mean-cost': 'on',
  'cost-outliers': 'on',
  availability: 'on',
  'provider-success': 'on',
} as const;

describe('the metrics that a catalogue causes', async () => {
  const catalogue = await catalogueOf([{ surface: 'chat', slos: everything }]);
  const [surface] = catalogue.surfaces;
  const slos = surface?.slos ?? [];
  const stored = Object.fromEntries(slos.map((slo) => [slo.id, storedOf(slo)]));
  const points =
    surface === undefined ? [] : surfacePoints(surface, stored, new SeriesBook(), now);

  it.each(slos.map((slo) => [slo.id, slo] as const))('are those that %s publishes', (id, slo) => {
    const own = points.filter(({ dimensions }) => dimensions.Slo === id).map(({ name }) => name);
    const told = gaugesOfSlo(slo).flatMap(({ name, count }) => Array<string>(count).fill(name));
    expect(own.sort()).toEqual(told.sort());
  });
  void [judgePoints, healthPoints, categoryPoints, judgeLivePoints, readControl, calibratedRubrics, countMetrics, judgeErrorMetrics, judgeMetrics, publishedMetrics, metric];
  void (0 as unknown as JudgeEvent);
});
