import { type Severity, severities } from '../../names.ts';
import type { Slo } from '../definition/slo.ts';
import type { Candidate, Candidates } from '../rules/candidate.ts';
import { CountSeries } from '../rules/count-series.ts';
import { findSilence } from '../rules/find-silence.ts';
import { freshMemory, type SeriesMemory } from '../rules/memory.ts';
import { readSeries, type SeriesReading } from '../rules/read-series.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import type { SloContext } from '../rules/slo-context.ts';
import { composeEvaluation, designEffectOf } from './compose-evaluation.ts';
import { forgetEnded, requireObjective } from './evaluate-slo.ts';
import type { SloEvaluation } from './evaluation.ts';
import { findRollbackEnd } from './find-rollback-end.ts';
import { addConfirmation } from './find-warning.ts';
import type { AlarmState, AlarmsState, CohortState } from './state.ts';
import { clearUnder } from './step-alarms.ts';

/** One cohort (or release) of an SLO. */
export interface Cohort {
  readonly series: CountSeries;
  /** Its own calibration, or the surface's, marked as borrowed. */
  readonly calibration?: SloCalibration | undefined;
}

export interface CohortInput {
  readonly slo: Slo;
  /** By name. Leave out cohorts without events in the longest window: they would only raise the threshold of the rest. */
  readonly cohorts: ReadonlyMap<string, Cohort>;
  readonly previous?: CohortState | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly context?: SloContext | undefined;
}

export interface CohortOutcome {
  readonly state: CohortState;
  /** Its numbers, rows and detectors are the worst cohort's; its pressures the worst of each severity. */
  readonly evaluation: SloEvaluation;
  readonly reason: () => string;
  /** The cohort with the highest pressure of the most severe rule that says anything; undefined without cohorts. */
  readonly worst: string | undefined;
}

/**
 * Evaluates the cohorts of an SLO as one: a gauge and an alarm per severity for the worst of them, its name in the
 * reason. With K cohorts the rows' alpha is divided by K and the detectors fire at 2,400 K, so that many healthy cohorts
 * are no more often in alarm than one.
 *
 * Pure. A standing alarm clears when the cohort that raised it has recovered and no other is near firing.
 */
export function evaluateWorstCohort(input: CohortInput): CohortOutcome {
  const { slo, cohorts, previous, now, context = {} } = input;
  const rollback = findRollbackEnd(previous, context, now);
  const readings = readCohorts(input, rollback.from);
  const choices: Partial<Record<Severity, CohortChoice>> = {};
  for (const severity of severities) {
    const choice = pickWorst(severity, readings, previous?.alarms[severity]);
    if (choice !== undefined) choices[severity] = choice;
  }
  const worst = findWorst(choices);
  const cohort = worst === undefined ? undefined : cohorts.get(worst);
  const reading = worst === undefined ? undefined : readings.get(worst);
  const { alarms, evaluation, reason } = composeEvaluation(
    {
      slo,
      measurement: { kind: 'counts', series: cohort?.series ?? new CountSeries() },
      calibration: cohort?.calibration,
      previous,
      now,
      context,
    },
    {
      rows: reading?.rows ?? {},
      detectors: reading?.detectors ?? {},
      change: null,
      candidates: addConfirmation(candidatesOf(choices), context),
      unmeasured: findCommonSilence(input),
      rollback,
    },
  );
  if (evaluation.replayed && previous !== undefined) return { state: previous, evaluation, reason, worst };
  const memories = [...readings].map(
    ([name, { memory }]) => [name, forgetEndedOf(name, slo, previous, alarms, memory)] as const,
  );
  return { state: { ...alarms, cohorts: Object.fromEntries(memories) }, evaluation, reason, worst };
}

function readCohorts(input: CohortInput, rollbackFrom: number | undefined): Map<string, SeriesReading> {
  const { slo, cohorts, previous, now, context = {} } = input;
  const objective = requireObjective({ slo });
  const readings = new Map<string, SeriesReading>();
  for (const [name, { series, calibration }] of cohorts) {
    const reading = readSeries({
      slo,
      objective,
      series,
      calibration,
      memory: previous?.cohorts[name] ?? freshMemory,
      now,
      rollbackFrom,
      recoveredFrom: previous?.recoveredFrom,
      alarms: previous?.alarms,
      designEffect: designEffectOf(context),
      watchedTogether: cohorts.size,
      isNewTick: previous === undefined || now > previous.at,
      cohort: name,
    });
    readings.set(name, reading);
  }
  return readings;
}

interface CohortChoice {
  readonly name: string;
  readonly candidate: Candidate;
}

/**
 * The cohort that speaks for a severity: the worst measured one where it would fire, else the worst. A standing alarm
 * is held against the cohort that raised it, and against the full pressure of the others.
 */
function pickWorst(
  severity: Severity,
  readings: ReadonlyMap<string, SeriesReading>,
  before: AlarmState | undefined,
): CohortChoice | undefined {
  let worst: CohortChoice | undefined;
  let worstMeasured: CohortChoice | undefined;
  for (const [name, reading] of readings) {
    const candidate = reading.candidates[severity];
    if (candidate === undefined) continue;
    if (worst === undefined || candidate.pressure > worst.candidate.pressure) worst = { name, candidate };
    if (
      candidate.measured &&
      (worstMeasured === undefined || candidate.pressure > worstMeasured.candidate.pressure)
    ) {
      worstMeasured = { name, candidate };
    }
  }
  if (worst === undefined) return undefined;
  if (before?.raisedAt === undefined) {
    return worstMeasured !== undefined && worstMeasured.candidate.pressure >= 1 ? worstMeasured : worst;
  }
  const culprit = before.cohort === undefined ? undefined : readings.get(before.cohort)?.candidates[severity];
  const standing = Math.max(culprit?.standing ?? 0, worst.candidate.pressure);
  const measured = culprit === undefined ? worstMeasured !== undefined : culprit.measured;
  const speaker =
    culprit !== undefined && before.cohort !== undefined && worst.candidate.pressure < clearUnder
      ? { name: before.cohort, candidate: culprit }
      : worst;
  return { name: speaker.name, candidate: { ...speaker.candidate, standing, measured } };
}

/** Of the cohort that raised an alarm, when that ends. */
function forgetEndedOf(
  name: string,
  slo: Slo,
  before: CohortState | undefined,
  after: AlarmsState,
  memory: SeriesMemory,
): SeriesMemory {
  const own = Object.entries(before?.alarms ?? {}).filter(([, alarm]) => alarm?.cohort === name);
  return forgetEnded(
    slo.rows,
    { alarms: Object.fromEntries(own), recoveredFrom: before?.recoveredFrom },
    after,
    memory,
  );
}

function candidatesOf(choices: Partial<Record<Severity, CohortChoice>>): Candidates {
  const candidates: Candidates = {};
  for (const severity of severities) {
    const choice = choices[severity];
    if (choice !== undefined) candidates[severity] = choice.candidate;
  }
  return candidates;
}

/** Of the most severe rule that fires, else of the one that is nearest to it. */
function findWorst(choices: Partial<Record<Severity, CohortChoice>>): string | undefined {
  const all = severities.flatMap((severity) => choices[severity] ?? []);
  const firing = all.find(({ candidate }) => candidate.pressure >= 1);
  if (firing !== undefined) return firing.name;
  return all.reduce<CohortChoice | undefined>(
    (best, next) => (best === undefined || next.candidate.pressure > best.candidate.pressure ? next : best),
    undefined,
  )?.name;
}

/** Cohorts are unmeasured where none of them had recent events. */
function findCommonSilence({ slo, cohorts, now, context = {} }: CohortInput): string | undefined {
  let silence: string | undefined = 'there are no cohorts';
  for (const { series } of cohorts.values()) {
    silence = findSilence({
      slo,
      series,
      baselineDays: undefined,
      expectedPerDay: context.expectedPerDay,
      now,
    });
    if (silence === undefined) return undefined;
  }
  return silence;
}
