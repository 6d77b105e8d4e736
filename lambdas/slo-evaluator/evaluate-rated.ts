import { ratedSeries } from '#core/calibration/rated-series.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { weighedVerdicts } from '#core/series/weighed-verdicts.ts';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import { compactState, type SloState } from '#core/slo/alarms/state.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { humanRate } from '#core/slo/rules/human-rate.ts';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import { minute } from '#core/time.ts';
import { composeReading, type StoredSlo } from './slo-reading.ts';
import type { SloResult } from './slo-result.ts';
import type { SurfaceInput } from './surface-input.ts';

/** Ratings stay new for so long after the tick that first saw them: time for an alarm to fire, or to clear. */
const ratingsStayNew = 20 * minute;

/** People's own verdict: the post-stratified rate of the window, and the rated responses by day as its events. */
export function evaluateRated(
  input: SurfaceInput,
  slo: Slo,
  rubric: Rubric | undefined,
  before: { readonly state: SloState | undefined; readonly rated: StoredSlo['rated'] },
): SloResult {
  const { seriesSet, calibrations, now } = input;
  const calibration = calibrations.find(
    (each) =>
      rubric !== undefined &&
      each.surface === slo.surface &&
      each.rubric.id === rubric.id &&
      each.rubric.version === rubric.version &&
      each.fingerprint === judgeFingerprint(rubric),
  );
  const period = { from: now - slo.window, to: now };
  const { good, total } =
    rubric === undefined
      ? { good: 0, total: 0 }
      : weighedVerdicts(seriesSet, { surface: slo.surface, rubric, ...period });
  const window = { ...period, judged: total, judgePassed: good };
  const rate = calibration === undefined || window.judged === 0 ? null : humanRate(calibration, window);
  const series =
    calibration === undefined ? buildSeries([]) : ratedSeries(calibration, seriesSet, slo.surface, rubric);
  const context: SloContext =
    rate === null ? {} : { estimate: { value: rate.value, lower: rate.lower, upper: rate.upper } };
  const number = calibration?.number ?? 0;
  const rated = before.rated?.number === number ? before.rated : { number, since: now };
  const isNew = number > 0 && now - rated.since <= ratingsStayNew;
  const outcome = evaluateSlo({
    slo: withoutDetectors(slo),
    measurement: { kind: 'counts', series },
    previous: isNew ? rewindCursor(before.state, now - slo.window) : before.state,
    now,
    context,
  });
  const reading = composeReading(outcome.evaluation, outcome.reason(), null, undefined);
  return {
    stored: { state: compactState(outcome.state), rated, reading },
    found: outcome.evaluation.transitions,
  };
}

/** Detectors take events one by one as they happen; ratings of a day come at once, days later, and change with more of them. */
function withoutDetectors(slo: Slo): Slo {
  const rows = Object.entries(slo.rows).map(
    ([severity, { detector: _, ...row }]) => [severity, row] as const,
  );
  return { ...slo, rows: Object.fromEntries(rows) };
}

/** New ratings speak of responses of days ago, so that the whole window is new, not only its last hours. */
function rewindCursor(state: SloState | undefined, since: number): SloState | undefined {
  return state && { ...state, memory: { ...state.memory, cursor: { since, good: 0, bad: 0 } } };
}
