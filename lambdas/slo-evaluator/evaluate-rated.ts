import { ratedSeries } from '#core/calibration/rated-series.ts';
import { humanRate } from '#core/calibration/use-calibration.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { sumColumn } from '#core/series/series-book.ts';
import { type VerdictColumn, verdictColumn } from '#core/series/summarise-hour.ts';
import { buildSeries } from '#core/slo/count-series.ts';
import { evaluateSlo } from '#core/slo/evaluate-slo.ts';
import type { SloContext } from '#core/slo/evaluation.ts';
import type { Slo } from '#core/slo/slo.ts';
import { compactState, type SloState } from '#core/slo/state.ts';
import type { SurfaceInput } from './evaluate-surface.ts';
import { readingOf, type SloResult } from './slo-reading.ts';

/** People's own verdict: the post-stratified rate of the window, and the rated responses by day as its events. */
export function evaluateRated(
  input: SurfaceInput,
  slo: Slo,
  rubric: Rubric | undefined,
  previous: SloState | undefined,
): SloResult {
  const { book, calibrations, now } = input;
  const calibration = calibrations.find(
    (each) =>
      rubric !== undefined &&
      each.surface === slo.surface &&
      each.rubric.id === rubric.id &&
      each.rubric.version === rubric.version &&
      each.fingerprint === judgeFingerprint(rubric),
  );
  const count = (what: VerdictColumn) =>
    rubric === undefined
      ? 0
      : sumColumn(book.column(slo.surface, '*', verdictColumn(rubric, what)), now - slo.window, now);
  const window = { from: now - slo.window, to: now, judged: count('judged'), judgePassed: count('pass') };
  const rate = calibration === undefined || window.judged === 0 ? null : humanRate(calibration, window);
  const measurement = {
    kind: 'counts' as const,
    series: calibration === undefined ? buildSeries([]) : ratedSeries(calibration, book, slo.surface, rubric),
  };
  const context: SloContext =
    rate === null ? {} : { estimate: { value: rate.value, lower: rate.lower, upper: rate.upper } };
  const outcome = evaluateSlo({ slo, measurement, previous, now, context });
  const reading = readingOf(outcome.evaluation, outcome.reason(), null, undefined);
  return { stored: { state: compactState(outcome.state), reading }, found: outcome.evaluation.transitions };
}
