import { sloRubric } from '#core/catalogue/catalogue.ts';
import { baselinePeriod } from '#core/slo/alarms/baseline.ts';
import { catchUp, findBacklog, rewind } from '#core/slo/alarms/catch-up.ts';
import { designEffectOf } from '#core/slo/alarms/compose-evaluation.ts';
import { evaluateSlo, weighByDispersion } from '#core/slo/alarms/evaluate-slo.ts';
import { evaluateWorstCohort } from '#core/slo/alarms/evaluate-worst-cohort.ts';
import {
  type AlarmsState,
  type CohortState,
  compactState,
  readCohortState,
  readSloState,
  type SloState,
} from '#core/slo/alarms/state.ts';
import { countsOf } from '#core/slo/definition/sli-kinds.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { usualEffect } from '#core/slo/rules/design-effect.ts';
import type { Measurement } from '#core/slo/rules/measurement.ts';
import { addToReason, splitReason } from '#core/slo/words/reason.ts';
import { day } from '#core/time.ts';
import { findCalibration } from './calibration/find-calibration.ts';
import { describeScoreShift } from './calibration/score-shift.ts';
import { evaluateProviders } from './evaluate-providers.ts';
import { evaluateRated } from './evaluate-rated.ts';
import { coarsenessOfCohorts, findMissedAlarms, type MissedAlarms } from './passed-alarms.ts';
import { buildContext } from './slo-context.ts';
import { composeReading, type StoredSlo } from './slo-reading.ts';
import type { JudgeWarning, RatingRequest, SloResult } from './slo-result.ts';
import { findTransitions, type SloTransition } from './slo-transitions.ts';
import type { SurfaceInput } from './surface-input.ts';
import { readConfirmation, updateConfirmation } from './warning-confirmation.ts';
import { findCohorts } from './watched-cohorts.ts';

export interface SurfaceOutcome {
  readonly stored: Readonly<Record<string, StoredSlo>>;
  readonly transitions: readonly SloTransition[];
  /** What people should know although it is no alarm: too many cohorts, a state that could not be read. */
  readonly notes: readonly string[];
  readonly warnings: readonly JudgeWarning[];
  /** Requests for ratings that people have not heard of, with the SLO. */
  readonly ratingRequests: readonly (RatingRequest & { readonly slo: Slo })[];
  /** What is over, and nobody evaluated while it was. */
  readonly missed: readonly MissedAlarms[];
}

/** Evaluates every SLO of a surface at a tick. */
export function evaluateSurface(input: SurfaceInput): SurfaceOutcome {
  const stored: Record<string, StoredSlo> = {};
  const transitions: SloTransition[] = [];
  const notes: string[] = [];
  const warnings: JudgeWarning[] = [];
  const ratingRequests: (RatingRequest & { slo: Slo })[] = [];
  const missed: MissedAlarms[] = [];
  for (const slo of input.surface.slos) {
    const before = input.previous[slo.id];
    const result = evaluateOne(input, slo, before, notes);
    const { reading } = result.stored;
    stored[slo.id] = result.stored;
    transitions.push(...findTransitions(slo, before?.reading.firing, reading, input.now, result.found));
    if (result.warning !== undefined) warnings.push(result.warning);
    if (result.missed !== undefined) missed.push(result.missed);
    if (result.ratingRequest !== undefined) ratingRequests.push({ slo, ...result.ratingRequest });
  }
  return { stored, transitions, notes: [...new Set(notes)], warnings, ratingRequests, missed };
}

function evaluateOne(
  input: SurfaceInput,
  slo: Slo,
  before: StoredSlo | undefined,
  notes: string[],
): SloResult {
  const { catalogue, measurer, now } = input;
  const rubric = sloRubric(catalogue, slo);
  const previous = readPreviousState(before?.state, readSloState, notes);
  const counts = countsOf(slo.sli);
  if (counts === 'attempts') return evaluateProviders(input, slo, previous);
  if (counts === 'ratings')
    return evaluateRated(input, slo, rubric, { state: previous, rated: before?.rated });
  counts satisfies 'records' | 'verdicts' | 'histogram' | 'change';
  const progress = before?.confirmation;
  const calibration =
    slo.calibration === 'required' && rubric !== undefined
      ? findCalibration(input, rubric, progress)
      : undefined;
  const common = buildContext(input, slo, rubric);
  const context = { ...common, confirmation: readConfirmation(input, slo, rubric, progress) };
  measurer.recall(slo, before?.median);
  const measurement = measurer.measure(slo, rubric, now, baselinePeriod(slo, previous, now));
  const median = measurer.medianOf(slo);
  const evaluate = (state: SloState | undefined, at: number) =>
    evaluateSlo({ slo, measurement, calibration, previous: state, now: at, context });
  const backlog =
    measurement.kind === 'counts' && previous !== undefined
      ? findBacklog(previous, measurement.series, now)
      : undefined;
  const asOf = <State extends AlarmsState>(state: State | undefined) =>
    state === undefined || backlog === undefined ? state : rewind(state, backlog);
  const missed =
    measurement.kind === 'counts'
      ? catchUp(asOf(previous), now, evaluate)
      : { state: previous, transitions: [] };
  const outcome = evaluate(missed.state, now);
  const weighed = weighByDispersion(common, outcome.state.dispersion);
  const { cohorts, note } = findCohorts(input, slo, rubric, calibration, measurement);
  if (note !== undefined) notes.push(note);
  const evaluateCohorts = (state: CohortState | undefined, at: number) =>
    evaluateWorstCohort({ slo, cohorts, previous: state, now: at, context: weighed });
  const missedOfCohorts =
    cohorts.size === 0
      ? undefined
      : catchUp(
          asOf(readPreviousState(before?.cohorts, readCohortState, notes)),
          now,
          evaluateCohorts,
          coarsenessOfCohorts,
        );
  const worst = missedOfCohorts && evaluateCohorts(missedOfCohorts.state, now);
  const histories = [
    [...(missedOfCohorts?.transitions ?? []), ...(worst?.evaluation.transitions ?? [])],
    [...missed.transitions, ...outcome.evaluation.transitions],
  ];
  const shift = describeScoreShift(input, rubric, calibration, usualEffect(designEffectOf(weighed)));
  const about = calibration?.rated?.to;
  const { warnedAt } = outcome.state;
  const after = updateConfirmation(
    slo,
    progress,
    warnedAt,
    { calibration, confirmation: context.confirmation },
    now,
  );
  const isWarned = warnedAt !== undefined || worst?.state.warnedAt !== undefined;
  const needsAnchors = outcome.evaluation.needsAnchors || worst?.evaluation.needsAnchors === true;
  const reason = note === undefined ? outcome.reason() : addToReason(outcome.reason(), { statistics: note });
  return {
    stored: {
      state: compactState(outcome.state),
      ...(worst !== undefined && { cohorts: compactState(worst.state) }),
      reading: {
        ...composeReading(outcome.evaluation, reason, readWeekBefore(slo, measurement, now), worst),
        ratingsAsked: shift ?? null,
      },
      ...(before?.toldOfShift !== undefined && { toldOfShift: before.toldOfShift }),
      ...(after !== undefined && { confirmation: after }),
      ...(median !== undefined && { median }),
    },
    found: histories.flat(),
    missed: findMissedAlarms(slo, { last: previous?.at, backlog }, histories),
    ...(shift !== undefined && about !== before?.toldOfShift && { ratingRequest: { why: shift, about } }),
    ...(isWarned &&
      rubric !== undefined && {
        warning: { slo, rubric, calibration, needsAnchors, says: splitReason(reason).plain },
      }),
  };
}

function readPreviousState<S>(
  stored: unknown,
  read: (stored: unknown) => { ok: true; state: S } | { ok: false; reason: string },
  notes: string[],
): S | undefined {
  if (stored === undefined) return undefined;
  const reading = read(stored);
  if (reading.ok) return reading.state;
  notes.push(reading.reason);
  return undefined;
}

/** The SLI as it was 7 days ago. */
function readWeekBefore(slo: Slo, measurement: Measurement, now: number): number | null {
  if (measurement.kind !== 'counts') return null;
  const { good, total } = measurement.series.window(now - 7 * day, slo.window);
  return total === 0 ? null : good / total;
}
