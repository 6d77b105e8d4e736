import { describe, expect, it } from 'vitest';
import { monthlyCost } from '#cdk/monthly-cost.ts';
import { calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { countAlarms } from '#core/cost/count-alarms.ts';
import { judgeErrorMetrics, judgeMetrics, publishedMetrics } from '#core/cost/published-metrics.ts';
import { costOfSlo } from '#core/cost/slo-cost.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { dimension } from '#core/names.ts';
import { readControl } from '#core/series/control.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { wholeShare } from '#core/share.ts';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import { gaugesOfSlo } from '#core/slo/definition/gauges.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import type { Measurement } from '#core/slo/rules/measurement.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import type { JudgeEvent } from '#lambdas/judge/judge-dependencies.ts';
import { judgePoints as livePoints } from '#lambdas/judge/judge-metrics.ts';
import type { AnchorStatus } from '#lambdas/slo-evaluator/anchor-watch.ts';
import { categoryPoints } from '#lambdas/slo-evaluator/category-health.ts';
import { driftPoints, surfacePoints } from '#lambdas/slo-evaluator/gauges.ts';
import {
  evaluatorPoints,
  healthPoints,
  heartbeat,
  totalsOf,
} from '#lambdas/slo-evaluator/pipeline-gauges.ts';
import { composeReading, type StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import { constructStage } from '#test/support/construct-stage.ts';
import { makeCalibration } from '#test/support/make-slo.ts';
import { catalogueOf } from '#test/support/shipped.ts';

const now = Date.UTC(2026, 0, 20);

/** Everything that an SLO can be measured by is there. */
function measurementOf({ sli }: Slo): Measurement {
  const baseline = { total: 10_000, days: 28 };
  switch (sli.kind) {
    case 'refusal-change':
      return {
        kind: 'refusals',
        window: { refused: 10, total: 1_000 },
        baseline: { refused: 100, ...baseline },
      };
    case 'quantile-change':
      return {
        kind: 'quantile',
        window: { value: 900, total: 1_000, over: 3 },
        baseline: { value: 800, ...baseline },
      };
    case 'mean-change':
      return {
        kind: 'mean',
        window: { mean: 0.03, total: 1_000, days: 7 },
        dailyMeans: Array(30).fill(0.03),
      };
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
  const before =
    measurementOf(slo).kind === 'counts' && !isRated && slo.sli.kind !== 'provider-success' ? 0.94 : null;
  return { state, reading: composeReading(evaluation, 'as it is', before, undefined) };
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
  const slos = catalogue.surfaces.flatMap((surface) => surface.slos);
  const seriesSet = new SeriesSet();
  // Enough of a day for the sampled share to be told.
  for (const { surface } of catalogue.surfaces)
    seriesSet.setValue(surface, '*', 'judgeable', now - hour, 1_000);
  const evaluated = catalogue.surfaces.map((surface) => ({
    surface,
    stored: Object.fromEntries(surface.slos.map((slo) => [slo.id, storedOf(slo)])),
  }));
  const ofSurfaces = evaluated.flatMap(({ surface, stored }) =>
    surfacePoints(surface, stored, seriesSet, now),
  );

  it.each(slos.map((slo) => [sloName(slo), slo] as const))('are those that %s publishes', (_, slo) => {
    const own = ofSurfaces.filter(
      ({ dimensions }) =>
        dimensions[dimension.surface] === slo.surface && dimensions[dimension.slo] === slo.id,
    );
    const told = gaugesOfSlo(slo).flatMap(({ name, count }) => Array<string>(count).fill(name));
    expect(own.map(({ name }) => name).sort()).toEqual(told.sort());
  });

  it("are the evaluator's other gauges too", () => {
    const judges = new Map(calibratedRubrics(catalogue).map((rubric) => [rubric.id, rubric]));
    const watch: AnchorStatus = { context: undefined, reading: undefined, countsFrom: undefined };
    const points = [
      ...ofSurfaces.filter(({ dimensions }) => dimensions[dimension.slo] === undefined),
      ...categoryPoints(evaluated, [], now),
      ...driftPoints({ judges, readStatus: () => watch }, now),
      ...healthPoints(
        { ...readControl([]), retiring: [] },
        catalogue.surfaces.map(({ surface }) => totalsOf(surface, seriesSet, [], now)),
        now,
      ),
      ...evaluatorPoints(0, undefined, now),
      heartbeat(wholeShare, now),
    ];
    expect(publishedMetrics(catalogue).health).toBe(points.length);
  });

  it('are what the judge publishes of a surface and rubric, and of its errors', () => {
    const task = { surface: 'chat', rubric: { id: 'helpfulness', version: 1 }, repeat: 0 } as JudgeTask;
    const usage = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 };
    const judged = {
      criteria: {},
      score: 5,
      pass: true,
      costUsd: 0.001,
      latencyMs: 1,
      cut: false,
      returnedModel: 'm',
      usage,
    };
    const error = (errorKind: 'retryable' | 'item' | 'blocking'): JudgeEvent => ({
      kind: 'error',
      task,
      errorKind,
    });
    const points = livePoints(
      [
        { kind: 'judged', task, judged },
        { kind: 'judged', task: { ...task, repeat: 1 }, judged },
        { kind: 'ended', task, state: 'shed' },
        { kind: 'ended', task, state: 'unjudgeable' },
        error('retryable'),
        error('item'),
        error('blocking'),
        { kind: 'overcharged', task },
      ],
      now,
    );
    expect(points).toHaveLength(judgeMetrics + judgeErrorMetrics);
  });

  it('are the same in both costs: of an SLO, and of the whole stage', () => {
    const { slos: ofSlos, health, judge } = publishedMetrics(catalogue);
    expect(ofSlos).toBe(slos.reduce((sum, slo) => sum + costOfSlo(slo).metrics, 0));
    const { stack } = constructStage(catalogue);
    expect(monthlyCost(stack, catalogue)).toMatchObject({
      metrics: ofSlos + health + judge,
      alarms: countAlarms(catalogue),
    });
  });

  it('leaves out the share over the rate where everything is sampled', async () => {
    const whole = await catalogueOf([{ surface: 'chat', slos: everything, sampleRate: 1 }]);
    expect(countAlarms(whole)).toBe(countAlarms(catalogue) - 1);
    expect(monthlyCost(constructStage(whole).stack, whole).alarms).toBe(countAlarms(whole));
  });
});
