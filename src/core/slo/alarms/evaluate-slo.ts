import { severities } from '../../names.ts';
import type { AlertRows } from '../definition/slo.ts';
import { type DesignEffect, usualEffect } from '../rules/design-effect.ts';
import { findSilence } from '../rules/find-silence.ts';
import { freshMemory, type SeriesMemory } from '../rules/memory.ts';
import { readMeasuredChange } from '../rules/read-measured-change.ts';
import { readSeries } from '../rules/read-series.ts';
import type { SloContext } from '../rules/slo-context.ts';
import { composeEvaluation, designEffectOf, type RuleReadings } from './compose-evaluation.ts';
import type { SloInput, SloOutcome } from './evaluation.ts';
import { findDispersion, isEarly } from './find-dispersion.ts';
import { findRollbackEnd } from './find-rollback-end.ts';
import { addConfirmation } from './find-warning.ts';
import type { AlarmsState, DispersionState } from './state.ts';

/**
 * Evaluates one SLO at a tick: the whole of it, and the only place where it is done. The evaluator, `assay backtest`,
 * `assay explain` and the tests call this function. Cohorts watched as one have `evaluateWorstCohort` beside it.
 *
 * Pure: the same input gives the same outcome. A tick that is not after the state's own changes nothing. TypeError
 * where the measurement does not fit the SLI.
 */
export function evaluateSlo(given: SloInput): SloOutcome {
  const dispersion = dispersionOf(given);
  const input = { ...given, context: weighByDispersion(given.context, dispersion) };
  const { memory, rules } = applyRules(input);
  const { slo } = input;
  const { alarms, evaluation, reason } = composeEvaluation(input, rules);
  const state =
    evaluation.replayed && input.previous !== undefined
      ? input.previous
      : {
          ...alarms,
          memory: forgetEnded(slo.rows, input.previous, alarms, memory),
          ...(dispersion !== undefined && { dispersion }),
        };
  return { state, evaluation, reason };
}

/** Evidence of alarms that a recovery has ended is told, and starts none again. */
export function forgetEnded(
  rows: AlertRows,
  before: Pick<AlarmsState, 'alarms' | 'recoveredFrom'> | undefined,
  after: Pick<AlarmsState, 'alarms' | 'recoveredFrom'>,
  memory: SeriesMemory,
): SeriesMemory {
  if (after.recoveredFrom === before?.recoveredFrom) return memory;
  const ended = severities.flatMap((severity) => {
    const stood = before?.alarms[severity]?.raisedAt !== undefined;
    return stood && after.alarms[severity]?.raisedAt === undefined ? (rows[severity]?.detector ?? []) : [];
  });
  if (ended.length === 0) return memory;
  const detectors = { ...memory.detectors };
  for (const name of ended) delete detectors[name];
  return { ...memory, detectors };
}

/** Of ratios alone: a change has tests of its own. */
function dispersionOf({ measurement, previous, now, context }: SloInput): DispersionState | undefined {
  if (measurement.kind !== 'counts') return undefined;
  if (previous !== undefined && now <= previous.at) return previous.dispersion;
  return findDispersion(previous, measurement.series, now, usualEffect(context?.designEffect ?? 1));
}

/** What was measured takes the place of what is assumed of conversations. */
export function weighByDispersion(
  context: SloContext = {},
  dispersion: DispersionState | undefined,
): SloContext {
  const { factor, zoomed } = dispersion ?? {};
  const usual = factor ?? usualEffect(context.designEffect ?? 1);
  if (zoomed === undefined) return factor === undefined ? context : { ...context, designEffect: factor };
  const own = { effect: zoomed.factor, factor: zoomed.atFactor };
  return { ...context, designEffect: { usual: Math.max(1, usual), zoomed: own } };
}

/** What was measured alone, for whether more samples are worth their money: what is assumed at first limits none. */
export function measuredEffect(dispersion: DispersionState | undefined): DesignEffect {
  if (dispersion === undefined || (isEarly(dispersion) && dispersion.zoomed === undefined)) return 1;
  return weighByDispersion({}, dispersion).designEffect ?? 1;
}

function applyRules(input: SloInput): { memory: SeriesMemory; rules: RuleReadings } {
  const { slo, measurement, now, previous, calibration, context = {} } = input;
  const memory = previous?.memory ?? freshMemory;
  const rollback = findRollbackEnd(previous, context, now);
  if (measurement.kind !== 'counts') {
    return { memory, rules: { ...readMeasuredChange(slo, measurement, context), rollback } };
  }
  const { series, baselineDays } = measurement;
  const reading = readSeries({
    slo,
    objective: requireObjective(input),
    series,
    calibration,
    memory,
    now,
    rollbackFrom: rollback.from,
    recoveredFrom: previous?.recoveredFrom,
    alarms: previous?.alarms,
    designEffect: designEffectOf(context),
    watchedTogether: 1,
    isNewTick: previous === undefined || now > previous.at,
  });
  return {
    memory: reading.memory,
    rules: {
      rows: reading.rows,
      detectors: reading.detectors,
      change: null,
      candidates: addConfirmation(reading.candidates, context),
      unmeasured: findSilence({ slo, series, baselineDays, expectedPerDay: context.expectedPerDay, now }),
      rollback,
    },
  };
}

/** The objective of a ratio SLO; TypeError for a kind of change that came with counts. */
export function requireObjective({ slo }: Pick<SloInput, 'slo'>): number {
  if (slo.objective !== null) return slo.objective;
  throw new TypeError(
    `SLO "${slo.id}" (${slo.sli.kind}) has no objective, so counts say nothing of it: give it a measurement of its kind`,
  );
}
