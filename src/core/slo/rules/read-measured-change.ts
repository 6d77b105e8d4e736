import { type Severity, severities } from '../../names.ts';
import type { Sli } from '../definition/sli.ts';
import type { KindCounting } from '../definition/sli-kinds.ts';
import type { Slo } from '../definition/slo.ts';
import type { Candidates } from './candidate.ts';
import { usualEffect } from './design-effect.ts';
import type { Measurement } from './measurement.ts';
import { type ChangeOutcome, readMeanChange, readQuantileChange, readRefusalChange } from './read-change.ts';
import type { ChangeReading } from './readings.ts';
import { describeChange } from './say-change.ts';
import type { SloContext } from './slo-context.ts';

export type ChangeMeasurement = Exclude<Measurement, { kind: 'counts' }>;

export interface MeasuredChange {
  readonly rows: Record<never, never>;
  readonly detectors: Record<never, never>;
  readonly change: ChangeReading | null;
  readonly candidates: Candidates;
  readonly unmeasured: string | undefined;
}

/**
 * Reads a kind of change. It has no burn and so no rows: one severity speaks for it, `ticket` where the SLO has it,
 * else the least severe it has; nobody is woken by a comparison with last month.
 */
export function readMeasuredChange(
  slo: Slo,
  measurement: ChangeMeasurement,
  context: SloContext,
): MeasuredChange {
  const severity = changeSeverity(slo);
  const outcome = readChange(slo, measurement, Math.max(1, usualEffect(context.designEffect ?? 1)));
  const change = outcome.ok ? outcome.change : null;
  const candidates: Candidates = {};
  for (const listed of slo.severities) {
    const pressure = listed === severity ? (change?.pressure ?? 0) : 0;
    candidates[listed] = {
      pressure,
      standing: listed === severity ? standingOf(change) : 0,
      measured: outcome.ok,
      confirmed: false,
      describe: () => (outcome.ok ? describeChange(slo, outcome.change) : `Unmeasured: ${outcome.reason}.`),
    };
  }
  return { rows: {}, detectors: {}, change, candidates, unmeasured: outcome.ok ? undefined : outcome.reason };
}

/** The severity that speaks for a kind of change; undefined for an informational SLO. */
export function changeSeverity(slo: Slo): Severity | undefined {
  if (slo.severities.includes('ticket')) return 'ticket';
  return severities.findLast((severity) => slo.severities.includes(severity));
}

/** A standing alarm is held against the change itself: fewer events are no recovery. */
function standingOf(change: ChangeReading | null): number {
  return change === null ? 0 : Math.max(change.pressure, change.ofBound);
}

function readChange(slo: Slo, measurement: ChangeMeasurement, designEffect: number): ChangeOutcome {
  const { sli } = slo;
  switch (sli.kind) {
    case 'refusal-change':
      if (measurement.kind === 'refusals') return readRefusalChange(sli, measurement, { designEffect });
      break;
    case 'quantile-change':
      if (measurement.kind === 'quantile') return readQuantileChange(sli, measurement, { designEffect });
      break;
    case 'mean-change':
      if (measurement.kind === 'mean') return readMeanChange(sli, measurement, { designEffect });
      break;
    default:
      sli satisfies Exclude<Sli, { kind: KindCounting<'change'> }>;
  }
  throw new TypeError(
    `SLO "${slo.id}" of kind ${sli.kind} came with a measurement of kind "${measurement.kind}": measure what its kind wants`,
  );
}
