import type { Rubric } from '#core/rubric/rubric.ts';
import { type SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { type VerdictColumn, verdictColumn } from '#core/series/verdict-sums.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { CountSeries } from '#core/slo/rules/count-series.ts';
import { bucketWidth, floorTo } from '#core/time.ts';
import { type Fall, findFall } from '#core/triage/change-point.ts';
import { type Comparison, compareAround, isIn, widestSearch } from '#core/triage/triage.ts';

export interface SearchOptions {
  /** The period in which a fall is looked for, epoch milliseconds. */
  readonly period: { readonly from: number; readonly to: number };
  /** Look farther back, up to 30 days, while no clear fall is found and the objective is missed. */
  readonly widen?: boolean;
  /** Where somebody has said when it was: starts outside are not looked for, and it is what is compared where none is found. */
  readonly incident?: { readonly from: number; readonly to: number } | undefined;
}

export interface Search {
  readonly period: SearchOptions['period'];
  readonly fall: Fall | undefined;
  readonly designEffect: number;
}

/** Looks for a fall in the period, and in longer ones where that is wanted and there is reason to. */
export function searchBack(
  series: CountSeries,
  slo: Slo,
  { period, incident, widen = false }: SearchOptions,
  designEffectIn: (period: SearchOptions['period']) => number,
): Search {
  const designEffect = designEffectIn(period);
  const fall = findFall({
    buckets: [...series.buckets()].filter(({ at }) => isIn(at, period)),
    designEffect,
    ...(incident !== undefined && { startsIn: incident }),
  });
  const found = { period, fall, designEffect };
  const width = period.to - period.from;
  const { good, total } = series.window(period.to, slo.window);
  const isMissed = total > 0 && (slo.objective === null || good / total < slo.objective);
  const isKnown = (series.start ?? period.to) < period.from;
  if (!widen || fall?.sure === 'clear' || width >= widestSearch || !isMissed || !isKnown) return found;
  const wider = { from: period.to - Math.min(2 * width, widestSearch), to: period.to };
  const farther = searchBack(series, slo, { period: wider, widen }, designEffectIn);
  return farther.fall?.sure === 'clear' ? farther : found;
}

/** Where no start is found: the incident as it was told, or the SLO's last window against what lies before it. */
export function compareLastWindow(
  slo: Slo,
  period: SearchOptions['period'],
  incident: SearchOptions['incident'],
): Comparison {
  if (incident !== undefined) return { before: { from: period.from, to: incident.from }, after: incident };
  const width = Math.min(slo.window, (period.to - period.from) / 2);
  const start = floorTo(period.to - width, bucketWidth);
  return {
    before: compareAround({ at: start, until: null }, period).before,
    after: { from: start, to: period.to },
  };
}

/** Intraclass correlation assumed between the responses of one conversation, as the evaluator assumes it. */
const conversationCorrelation = 0.3;

/** How many times the variance of verdicts is that of independent ones; 1 where nothing is judged. */
export function designEffectOf(
  seriesSet: SeriesSet,
  slo: Slo,
  rubric: Rubric | undefined,
  { from, to }: { from: number; to: number },
): number {
  if (slo.sli.kind !== 'judge-pass' || rubric === undefined) return 1;
  const count = (what: VerdictColumn) =>
    sumColumn(seriesSet.column(slo.surface, '*', verdictColumn(rubric, what)), from, to);
  const judged = count('judged');
  return judged === 0 ? 1 : 1 + Math.max(0, count('squares') / judged - 1) * conversationCorrelation;
}
