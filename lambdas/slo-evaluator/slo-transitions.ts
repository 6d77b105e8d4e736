import { type Severity, severities } from '#core/names.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { hour } from '#core/time.ts';
import type { SloReading } from './slo-reading.ts';

/** A transition with what its event tells besides: whom it concerns, and the numbers at that tick. */
export interface SloTransition extends Transition {
  readonly title: string;
  readonly category: Slo['category'];
  readonly tier: Slo['tier'];
  readonly owner: string;
  readonly runbook: string;
  readonly numbers: Pick<SloReading, 'raw' | 'calibrated' | 'burn' | 'budgetLeft' | 'alarmWindow'> & {
    readonly objective: number | null;
    readonly windowHours: number;
    /** Of this severity: 1 fires. */
    readonly pressure: number;
  };
}

/**
 * Transitions of what is published: of the whole and its cohorts together.
 *
 * @param before what was firing after the tick before
 * @param found the engine's own transitions since then, whose reasons are the most exact: the last of each kind speaks
 */
export function findTransitions(
  slo: Slo,
  before: Readonly<Record<Severity, boolean>> | undefined,
  reading: SloReading,
  now: number,
  found: readonly Transition[],
): SloTransition[] {
  const { title, category, tier, owner, runbook } = slo;
  const { raw, calibrated, burn, budgetLeft, alarmWindow } = reading;
  return severities.flatMap((severity) => {
    const was = before?.[severity] ?? false;
    const is = reading.firing[severity];
    if (was === is) return [];
    const to = is ? 'ALARM' : 'OK';
    const own = found.findLast((transition) => transition.severity === severity && transition.to === to);
    const transition: SloTransition = {
      at: now,
      slo: slo.id,
      surface: slo.surface,
      severity,
      from: was ? 'ALARM' : 'OK',
      to,
      reason: own?.reason ?? reading.reason,
      title,
      category,
      tier,
      owner,
      runbook,
      numbers: {
        raw,
        calibrated,
        ...(alarmWindow !== undefined && { alarmWindow }),
        burn,
        budgetLeft,
        objective: slo.objective,
        windowHours: slo.window / hour,
        pressure: reading.pressure[severity],
      },
    };
    return [transition];
  });
}
