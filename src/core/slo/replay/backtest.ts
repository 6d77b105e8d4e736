import { bySeverity, type Severity, severities } from '../../names.ts';
import { minute } from '../../time.ts';
import { evaluateSlo } from '../alarms/evaluate-slo.ts';
import type { SloOutcome, Transition } from '../alarms/evaluation.ts';
import type { SloState } from '../alarms/state.ts';
import type { Slo } from '../definition/slo.ts';
import type { CountSeries } from '../rules/count-series.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import type { SloContext } from '../rules/slo-context.ts';

export interface BacktestInput {
  readonly slo: Slo;
  /** The whole of history; a tick sees only what lies before it. */
  readonly series: CountSeries;
  readonly calibration?: SloCalibration | undefined;
  readonly context?: SloContext | undefined;
  /** Epoch milliseconds; where the series begins and ends unless given. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Milliseconds between ticks, 5 minutes unless given. */
  readonly tick?: number | undefined;
  /** Whether the service was healthy at an instant, where that is known: firing then is a false alarm. */
  readonly isHealthy?: ((at: number) => boolean) | undefined;
  /** Ends the replay after a transition for which it holds. */
  readonly stopAfter?: ((transition: Transition) => boolean) | undefined;
  readonly previous?: SloState | undefined;
}

export interface BacktestResult {
  readonly slo: string;
  readonly surface: string;
  readonly from: number;
  /** Where it ended. */
  readonly to: number;
  readonly ticks: number;
  readonly transitions: readonly Transition[];
  /** Milliseconds in ALARM by severity; a masked one is not in ALARM. */
  readonly timeInAlarm: Readonly<Record<Severity, number>>;
  /** How often each severity was raised and shown; one that was masked for a while and shown again is one alarm. */
  readonly alarms: Readonly<Record<Severity, number>>;
  /** Those of them that were raised while the service was healthy; null where that is not known. */
  readonly falseAlarms: number | null;
  /** The last tick's; undefined where there was no tick. */
  readonly last: SloOutcome | undefined;
}

const defaultTick = 5 * minute;

/**
 * Replays a series through {@link evaluateSlo}, tick by tick, as the evaluator would have seen it. The first tick is one
 * tick after `from`, the last at `to` or before.
 */
export function backtestSlo(input: BacktestInput): BacktestResult {
  const { slo, series, calibration, context, isHealthy, stopAfter, tick = defaultTick } = input;
  const from = input.from ?? series.start ?? 0;
  const to = input.to ?? series.end ?? from;
  const measurement = { kind: 'counts', series } as const;
  const transitions: Transition[] = [];
  const timeInAlarm: Record<Severity, number> = { rollback: 0, page: 0, ticket: 0, digest: 0 };
  const raised = new Map<Severity, Set<number>>(severities.map((severity) => [severity, new Set()]));
  let last: SloOutcome | undefined;
  let ticks = 0;
  let stopped = false;
  for (let now = from + tick; now <= to && !stopped; now += tick) {
    last = evaluateSlo({
      slo,
      measurement,
      calibration,
      previous: last?.state ?? input.previous,
      now,
      context,
    });
    const { evaluation } = last;
    ticks += 1;
    for (const severity of severities) if (evaluation.firing[severity]) timeInAlarm[severity] += tick;
    for (const transition of evaluation.transitions) {
      transitions.push(transition);
      if (transition.to === 'ALARM')
        raised
          .get(transition.severity)
          ?.add(last.state.alarms[transition.severity]?.raisedAt ?? transition.at);
      if (stopAfter?.(transition) === true) stopped = true;
    }
  }
  return {
    slo: slo.id,
    surface: slo.surface,
    from,
    to: last?.evaluation.at ?? from,
    ticks,
    transitions,
    timeInAlarm,
    alarms: bySeverity((severity) => raised.get(severity)?.size ?? 0),
    falseAlarms:
      isHealthy === undefined
        ? null
        : [...raised.values()].reduce((sum, instants) => sum + [...instants].filter(isHealthy).length, 0),
    last,
  };
}

/** Replays many series, each by itself, and lists their transitions in order of time. */
export function backtestAll(inputs: Iterable<BacktestInput>): {
  readonly results: readonly BacktestResult[];
  readonly transitions: readonly Transition[];
} {
  const results = [...inputs].map(backtestSlo);
  const transitions = results
    .flatMap((result) => result.transitions)
    .toSorted((first, second) => first.at - second.at);
  return { results, transitions };
}
