import { bySeverity, type Severity, severities } from '../../names.ts';
import { type AlarmWindow, readAlarmWindow } from '../rules/alarm-window.ts';
import type { Candidates } from '../rules/candidate.ts';
import type { DesignEffect } from '../rules/design-effect.ts';
import { readRates } from '../rules/read-rates.ts';
import type { ChangeReading, DetectorReport, RowReading } from '../rules/readings.ts';
import type { SloContext } from '../rules/slo-context.ts';
import { composeReason } from './describe-evaluation.ts';
import type { SloEvaluation, SloInput } from './evaluation.ts';
import type { RollbackProgress } from './find-rollback-end.ts';
import { findWarning, needsAnchors } from './find-warning.ts';
import { findHolds } from './hold-severities.ts';
import type { AlarmsState } from './state.ts';
import { describeHolds, stepAlarms } from './step-alarms.ts';

/** What the rules say at a tick, before any alarm moves. */
export interface RuleReadings {
  readonly rows: Partial<Record<Severity, RowReading>>;
  readonly detectors: Partial<Record<'page' | 'warn', DetectorReport>>;
  readonly change: ChangeReading | null;
  readonly candidates: Candidates;
  /** Why the SLO cannot be measured; undefined where it can. */
  readonly unmeasured: string | undefined;
  readonly rollback: RollbackProgress;
}

/** What the numbers of an evaluation come from: of cohorts, the worst one's. */
export type EvaluationInput = Omit<SloInput, 'previous'> & { readonly previous?: AlarmsState | undefined };

export interface ComposedEvaluation {
  readonly alarms: AlarmsState;
  readonly evaluation: SloEvaluation;
  readonly reason: () => string;
}

/**
 * Moves the alarms by what the rules say and puts the evaluation together. A replayed tick moves nothing: its alarms
 * are the state's.
 */
export function composeEvaluation(input: EvaluationInput, rules: RuleReadings): ComposedEvaluation {
  const { slo, previous, now, calibration, context = {} } = input;
  const replayed = previous !== undefined && now <= previous.at;
  const candidates = rules.unmeasured === undefined ? rules.candidates : silenceAll(rules.candidates);
  const warnedAt = replayed ? previous.warnedAt : findWarning(slo, previous, candidates, now);
  const holds = findHolds({ slo, calibration, context, warnedAt, now });
  const after = replayed
    ? { alarms: previous.alarms, transitions: [], recoveredFrom: previous.recoveredFrom }
    : stepAlarms({ slo, previous, candidates, holds, rollbackEnd: rules.rollback.end, now });
  const rates = readRates(input);
  const evaluation: SloEvaluation = {
    slo: slo.id,
    surface: slo.surface,
    at: now,
    replayed,
    measured: rules.unmeasured === undefined,
    objective: slo.objective,
    window: slo.window,
    raw: rates.raw,
    calibrated: rates.calibrated,
    calibration: describeCalibration(input),
    burn: rates.burn,
    budgetLeft: rates.budgetLeft,
    budgetSpentAt: rates.budgetSpentAt,
    rows: rules.rows,
    detectors: rules.detectors,
    change: rules.change,
    pressure: bySeverity((severity) => after.alarms[severity]?.pressure ?? 0),
    firing: bySeverity((severity) => after.alarms[severity]?.firing ?? false),
    masked: findMasked(after.alarms),
    held: describeHolds(candidates, holds),
    needsAnchors: needsAnchors(context, warnedAt),
    alarmWindow: findAlarmWindow(input, rules, after.alarms),
    transitions: after.transitions,
  };
  const alarms = replayed
    ? previous
    : nextAlarms(after.alarms, {
        now,
        warnedAt,
        rollbackFrom: rules.rollback.from,
        recoveredFrom: after.recoveredFrom,
      });
  return {
    alarms,
    evaluation,
    reason: () =>
      composeReason(slo, evaluation, candidates, {
        unmeasured: rules.unmeasured,
        byPeople: after.alarms.page?.byPeople === true,
      }),
  };
}

function nextAlarms(
  alarms: AlarmsState['alarms'],
  {
    now,
    warnedAt,
    rollbackFrom,
    recoveredFrom,
  }: {
    now: number;
    warnedAt: number | undefined;
    rollbackFrom: number | undefined;
    recoveredFrom: number | undefined;
  },
): AlarmsState {
  const state: AlarmsState = { version: 1, at: now, alarms };
  if (warnedAt !== undefined) state.warnedAt = warnedAt;
  if (rollbackFrom !== undefined) state.rollbackFrom = rollbackFrom;
  if (recoveredFrom !== undefined) state.recoveredFrom = recoveredFrom;
  return state;
}

function findMasked(alarms: AlarmsState['alarms']): SloEvaluation['masked'] {
  const by = severities.find((severity) => alarms[severity]?.firing === true);
  if (by === undefined) return {};
  const masked = severities.filter(
    (severity) => alarms[severity]?.raisedAt !== undefined && alarms[severity].firing !== true,
  );
  return Object.fromEntries(masked.map((severity) => [severity, by]));
}

/** Of the most severe alarm that is on; null where none is, or where its rule has no window of counts. */
function findAlarmWindow(
  { slo, measurement, calibration, context = {}, now }: EvaluationInput,
  { rows, detectors }: RuleReadings,
  alarms: AlarmsState['alarms'],
): AlarmWindow | null {
  const severity = severities.find((each) => alarms[each]?.firing === true);
  const row = severity === undefined ? undefined : rows[severity];
  if (severity === undefined || row === undefined || measurement.kind !== 'counts') return null;
  const name = slo.rows[severity]?.detector;
  const detector = name === undefined ? undefined : detectors[name];
  const { series } = measurement;
  return readAlarmWindow(severity, row, detector, {
    series,
    calibration,
    designEffect: designEffectOf(context),
    now,
  });
}

const notNeeded: SloEvaluation['calibration'] = { state: 'none', reason: 'this SLI needs none', ratings: 0 };
const missing: SloEvaluation['calibration'] = { state: 'missing', reason: 'no ratings yet', ratings: 0 };

function describeCalibration({ slo, calibration }: EvaluationInput): SloEvaluation['calibration'] {
  if (slo.calibration === 'none') return notNeeded;
  if (calibration === undefined) return missing;
  return { state: calibration.state, reason: calibration.reason, ratings: calibration.ratings };
}

/** Nothing that cannot be measured fires or clears; people's confirmation alone needs no events. */
function silenceAll(candidates: Candidates): Candidates {
  const silenced: Candidates = {};
  for (const severity of severities) {
    const candidate = candidates[severity];
    if (candidate !== undefined) silenced[severity] = { ...candidate, measured: candidate.confirmed };
  }
  return silenced;
}

/** What a context's design effect divides counts by; at least 1. */
export function designEffectOf({ designEffect = 1 }: SloContext): DesignEffect {
  return typeof designEffect === 'number' ? Math.max(1, designEffect) : designEffect;
}
