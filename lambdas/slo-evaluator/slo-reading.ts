import type { ConfirmationProgress } from '#core/calibration/confirmation-progress.ts';
import { bySeverity, type Severity, severities } from '#core/names.ts';
import type { BaselineMedian } from '#core/series/measure-slo.ts';
import type { CohortOutcome } from '#core/slo/alarms/evaluate-worst-cohort.ts';
import type { SloEvaluation } from '#core/slo/alarms/evaluation.ts';
import type { CohortState, SloState } from '#core/slo/alarms/state.ts';
import { addToReason, splitReason } from '#core/slo/words/reason.ts';

/** What an SLO's evaluation leaves for reports, commands and the page. */
export interface SloReading
  extends Pick<
    SloEvaluation,
    | 'measured'
    | 'raw'
    | 'calibrated'
    | 'calibration'
    | 'burn'
    | 'budgetLeft'
    | 'budgetSpentAt'
    | 'pressure'
    | 'firing'
    | 'held'
  > {
  /** Alarms that stand and do not fire, each with the more severe one that fires for it; absent in states of before. */
  readonly masked?: SloEvaluation['masked'] | undefined;
  /** Beside the alarm that is on, the whole's or the worst cohort's; absent in states of before. */
  readonly alarmWindow?: SloEvaluation['alarmWindow'] | undefined;
  readonly reason: string;
  /** Why people should rate anew although nothing is wrong with the calibration; null where they need not. */
  readonly ratingsAsked: string | null;
  /** The raw SLI 7 days before, over the same window; null where there was none. */
  readonly weekBefore: number | null;
  /** The cohort or release nearest to an alarm of its own, where there are any. */
  readonly worst: { readonly name: string; readonly reason: string } | null;
  /** Providers' own rates, for the SLI that has them. */
  readonly providers?: Readonly<Record<string, { readonly good: number; readonly total: number }>>;
}

/** What is remembered of an SLO from tick to tick. */
export interface StoredSlo {
  readonly state: SloState;
  readonly cohorts?: CohortState | undefined;
  /** Of an SLI that people rate: the number of the ratings' calibration, and the tick that first saw it. */
  readonly rated?: { readonly number: number; readonly since: number } | undefined;
  /** What people are asked about the warning that stands. */
  readonly confirmation?: ConfirmationProgress | undefined;
  /** End of the rated time for which people were told that the scores have moved, epoch milliseconds. */
  readonly toldOfShift?: number | undefined;
  /** Of a multiple of the median: the median of its baseline, which outlives what is held of those days. */
  readonly median?: BaselineMedian | undefined;
  readonly reading: SloReading;
}

export type StoredSurface = Readonly<Record<string, StoredSlo>>;

/** Global and worst cohort share the gauge, so that one alarm stands for both; the words say which it is. */
export function composeReading(
  evaluation: SloEvaluation,
  reason: string,
  before: number | null,
  worst: CohortOutcome | undefined,
): SloReading {
  const { measured, raw, calibrated, calibration, burn, budgetLeft, budgetSpentAt, held } = evaluation;
  const pressure = bySeverity((severity) =>
    Math.max(evaluation.pressure[severity], worst?.evaluation.pressure[severity] ?? 0),
  );
  const firing = bySeverity(
    (severity) => evaluation.firing[severity] || (worst?.evaluation.firing[severity] ?? false),
  );
  // A firing severity masks the lower ones, whichever of the two raised it.
  const highest = severities.find((severity) => firing[severity]);
  const masked = bySeverity(
    (severity) => highest !== undefined && severities.indexOf(severity) > severities.indexOf(highest),
  );
  const masking = findMasked([evaluation, ...(worst === undefined ? [] : [worst.evaluation])], highest);
  const isWorst = worst !== undefined && rankOf(worst.evaluation.firing) < rankOf(evaluation.firing);
  const alarmWindow = (isWorst ? worst.evaluation : evaluation).alarmWindow;
  return {
    measured,
    raw,
    calibrated,
    calibration,
    burn,
    budgetLeft,
    budgetSpentAt,
    held,
    pressure: bySeverity((severity) =>
      masked[severity] ? Math.min(0.99, pressure[severity]) : pressure[severity],
    ),
    firing: bySeverity((severity) => firing[severity] && !masked[severity]),
    ...(alarmWindow !== null && { alarmWindow }),
    ...(masking !== undefined && { masked: masking }),
    reason: isWorst ? ofWorst(worst.reason(), reason) : reason,
    ratingsAsked: null,
    weekBefore: before,
    worst: worst?.worst === undefined ? null : { name: worst.worst, reason: worst.reason() },
  };
}

function findMasked(
  evaluations: readonly SloEvaluation[],
  highest: Severity | undefined,
): SloReading['masked'] {
  if (highest === undefined) return undefined;
  const stands = (severity: Severity) =>
    evaluations.some(({ firing, masked }) => firing[severity] || masked[severity] !== undefined);
  const masked = severities.slice(severities.indexOf(highest) + 1).filter(stands);
  return masked.length === 0 ? undefined : Object.fromEntries(masked.map((severity) => [severity, highest]));
}

/** The worst cohort's words first: it is what fires. */
function ofWorst(worst: string, whole: string): string {
  const { plain, statistics } = splitReason(whole);
  return addToReason(worst, { statistics: `As a whole: ${plain} ${statistics}`.trim() });
}

/** Place of the most severe one that fires; the lower, the more severe. */
function rankOf(firing: Readonly<Record<Severity, boolean>>): number {
  const place = severities.findIndex((severity) => firing[severity]);
  return place < 0 ? severities.length : place;
}
