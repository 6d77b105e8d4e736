import { type Catalogue, calibratedRubrics, rubricsOf } from '../catalogue/catalogue.ts';
import { gaugesOfSlo } from '../slo/definition/gauges.ts';
import { countsOf } from '../slo/definition/sli-kinds.ts';

/**
 * CloudWatch metrics that a catalogue causes, by who publishes them. CloudWatch charges a metric by the hours in which it
 * has points, so this is the most: a rubric that nothing is shed of has no `Shed`. Marks (releases, rubric changes,
 * incidents) have points in a few hours a month and are left out, and so are surfaces that wait for their turn.
 */
export interface PublishedMetrics {
  /** Of the SLOs, by the evaluator. */
  readonly slos: number;
  /** Of surfaces, categories, judges and the pipeline, by the evaluator. */
  readonly health: number;
  /** By the judge, per surface and rubric id. */
  readonly judge: number;
}

/** Heartbeat, blocked, retires, cap reached, spend, late, received, sampled, redelivered. */
export const pipelineGauges = 9;
/** Unmeasured SLOs, sampled share; with SLOs of a judge the share of ends without a verdict besides. */
export const surfaceGauges = 2;
/** Score, pass, latency, three kinds of tokens, cost, anchors' cost, judged, unjudgeable, shed. */
export const judgeMetrics = 11;
/** Retryable, item, blocking; calls that were said to cost more than they can. */
export const judgeErrorMetrics = 4;

export function publishedMetrics(catalogue: Catalogue): PublishedMetrics {
  const { surfaces } = catalogue;
  const slos = surfaces.flatMap((surface) => surface.slos);
  const ofSurfaces = surfaces.map((surface) => new Set(surface.slos.map(({ category }) => category)).size);
  const categories = new Set(slos.map(({ category }) => category)).size;
  const rubricIds = surfaces.map(
    ({ surface }) => new Set(rubricsOf(catalogue, surface).map(({ id }) => id)).size,
  );
  return {
    slos: sum(slos.flatMap(gaugesOfSlo).map(({ count }) => count)),
    health:
      pipelineGauges +
      surfaces.length * surfaceGauges +
      categories +
      sum(ofSurfaces) +
      surfaces.filter(({ slos }) => slos.some(({ sli }) => countsOf(sli) === 'verdicts')).length +
      calibratedRubrics(catalogue).length,
    judge: judgeErrorMetrics + judgeMetrics * sum(rubricIds),
  };
}

/** All of them together. */
export function countMetrics(catalogue: Catalogue): number {
  const { slos, health, judge } = publishedMetrics(catalogue);
  return slos + health + judge;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
