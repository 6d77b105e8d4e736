import { isUrgent, type Severity, severities } from '../../names.ts';
import {
  type DetectorPlan,
  logLikelihoodRatio,
  meanEvidence,
  type NewEvents,
} from '../../statistics/detector.ts';
import { firingValue } from '../../statistics/regression-detector.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import { floorTo, hour } from '../../time.ts';
import { designEffectOf } from '../alarms/compose-evaluation.ts';
import { decideZoom } from '../alarms/decide-zoom.ts';
import { measuredEffect, requireObjective, weighByDispersion } from '../alarms/evaluate-slo.ts';
import { findDispersion, measuredUntil } from '../alarms/find-dispersion.ts';
import { findHolds } from '../alarms/hold-severities.ts';
import type { DispersionState } from '../alarms/state.ts';
import { mostMasked } from '../alarms/step-alarms.ts';
import type { ZoomState } from '../alarms/zoom-state.ts';
import { type AlertRow, type Slo, spentRow } from '../definition/slo.ts';
import type { CountSeries } from '../rules/count-series.ts';
import { type DesignEffect, usualEffect } from '../rules/design-effect.ts';
import { judgeScale } from '../rules/judge-scale.ts';
import { type DetectorName, effectOnNews, planDetector } from '../rules/read-detectors.ts';
import { findBounds, type RowInput, readRow } from '../rules/read-row.ts';
import type { RowReading } from '../rules/readings.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import type { SloContext } from '../rules/slo-context.ts';
import { readUsual } from './read-usual.ts';

/** When severities of a series first fire. */
export interface FiringWatch {
  /** Goes on to a tick, epoch milliseconds on a bucket's edge; the series must hold what came until then. */
  readonly tick: (now: number) => void;
  /** The tick at which each fired, once it has. */
  readonly fired: ReadonlyMap<Severity, number>;
  /** Severities that have not fired and still can. */
  readonly left: () => number;
  /** By how much what comes next is to be sampled more than usual; 1 without `zoom`. */
  readonly factor: () => number;
}

export interface WatchInput {
  readonly slo: Slo;
  /** What came so far; it grows at its end alone, by whole events. */
  readonly series: CountSeries;
  readonly calibration?: SloCalibration | undefined;
  readonly context?: Pick<SloContext, 'designEffect'> | undefined;
  /** Of a judge's SLO on a surface that may be sampled so many times as much; money is taken to suffice. */
  readonly zoom?: { readonly most: number } | undefined;
}

interface Watched {
  readonly severity: Severity;
  readonly row: AlertRow;
  /** The row itself and its look at a longer budget. */
  readonly looks: readonly Look[];
  readonly detector: Evidence | undefined;
}

interface Look {
  readonly row: AlertRow;
  readonly failShareAtBound: number;
}

/**
 * The first tick at which `evaluateSlo` would fire each severity, had the SLO this one alone, some twenty times as fast: for
 * simulations of thousands of series. Plans, thresholds, rows, dispersion and holds are the evaluation's own; what is
 * left out is what no first firing depends on (rates, budgets, words, recovery), and a row is read only where both its
 * windows burn. `test/core/slo/replay/watch-firing.test.ts` holds both to the same tick.
 */
export function watchFiring(input: WatchInput): FiringWatch {
  const { slo, series, calibration, context = {} } = input;
  const objective = requireObjective({ slo });
  const isJudged = slo.calibration === 'required';
  const scale = isJudged ? judgeScale(calibration, objective) : null;
  const uncalibrated = isJudged && scale === null;
  const holds = findHolds({ slo, calibration, context: {}, warnedAt: undefined, now: 0 });
  const evidence = new Map<DetectorName, Evidence>();
  const rowInput = (
    severity: Severity,
    row: AlertRow,
    now: number,
    designEffect: DesignEffect,
  ): RowInput => ({
    severity,
    row,
    objective,
    series,
    now,
    notBefore: Number.NEGATIVE_INFINITY,
    designEffect,
    watchedTogether: 1,
    scale,
    uncalibrated,
    standsSince: undefined,
  });
  let watched: Watched[] = severities.flatMap((severity) => {
    const row = slo.rows[severity];
    if (row === undefined || !slo.severities.includes(severity)) return [];
    if ((isUrgent(severity) && uncalibrated) || holds[severity] !== undefined) return [];
    const plan =
      row.detector === undefined || uncalibrated ? null : planDetector(row.detector, objective, scale, 1);
    if (row.detector !== undefined && plan !== null && !evidence.has(row.detector))
      evidence.set(row.detector, new Evidence(plan));
    const looks = [row, spentRow(row)].flatMap((each) =>
      each === undefined
        ? []
        : [{ row: each, failShareAtBound: findBounds(rowInput(severity, each, 0, 1)).failShareAtBound }],
    );
    const detector = row.detector === undefined ? undefined : evidence.get(row.detector);
    return [{ severity, row, looks, detector }];
  });
  let detectors = [...evidence.values()];
  const fired = new Map<Severity, number>();
  let effect = designEffectOf(context);
  let dispersion: DispersionState | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let taken: number | undefined;
  const zoom = input.zoom === undefined ? undefined : new ZoomWatch(input, input.zoom.most);

  const fires = ({ severity, row, looks, detector }: Watched, now: number): boolean => {
    const byDetector = (detector?.pressure() ?? 0) >= 1;
    if (!byDetector && !looks.some((look) => burns(series, look, now))) return false;
    const reading = readRow(rowInput(severity, row, now, effect));
    return reading.measured && (byDetector || rowPressure(reading) >= 1);
  };

  const takeIn = (now: number) => {
    const { good, total } = series.between(taken ?? floorTo(now - 1, hour), now);
    taken = now;
    if (total === 0) return false;
    const divisor = zoom === undefined ? usualEffect(effect) : effectOnNews(effect, series, now);
    for (const detector of detectors)
      detector.gather({ passes: good / divisor, fails: (total - good) / divisor, counted: total }, now);
    const before = fired.size;
    for (const each of watched) if (fires(each, now)) fired.set(each.severity, now);
    if (fired.size > before) {
      watched = watched.filter(({ severity }) => !fired.has(severity));
      detectors = detectors.filter((detector) => watched.some((each) => each.detector === detector));
    }
    return true;
  };

  const tick = (now: number) => {
    if (now >= renewedAt) {
      const before = dispersion && { alarms: {}, dispersion, at: renewedAt - 1 };
      dispersion = findDispersion(before, series, now, usualEffect(context.designEffect ?? 1));
      renewedAt = measuredUntil(dispersion, now);
      effect = designEffectOf(weighByDispersion(context, dispersion));
    }
    const isNew = takeIn(now);
    const asking = watched.find(({ severity }) => severity === zoom?.severity);
    zoom?.decide(now, measuredEffect(dispersion), {
      isFired: zoom.severity !== undefined && fired.has(zoom.severity),
      reading: asking && isNew ? readRow(rowInput(asking.severity, asking.row, now, effect)) : undefined,
      byDetector: asking?.detector?.pressure() ?? 0,
    });
  };
  return { tick, fired, left: () => watched.length, factor: () => zoom?.factor ?? 1 };
}

function rowPressure({ pressure, spent }: RowReading): number {
  return Math.max(pressure, spent?.pressure ?? 0);
}

/** What the evaluator's decision to sample more needs of a tick. */
class ZoomWatch {
  /** Whose pressure asks. */
  readonly severity: Severity | undefined;
  readonly #input: WatchInput;
  readonly #most: number;
  #state: ZoomState | undefined;
  #row = 0;

  constructor(input: WatchInput, most: number) {
    this.#input = input;
    this.#most = most;
    this.severity = (['page', 'ticket'] as const).find((each) => input.slo.severities.includes(each));
  }

  get factor(): number {
    return this.#state?.factor ?? 1;
  }

  decide(
    now: number,
    designEffect: DesignEffect,
    seen: { isFired: boolean; reading: RowReading | undefined; byDetector: number },
  ): void {
    const { slo, series, calibration } = this.#input;
    if (seen.reading?.measured === true) this.#row = rowPressure(seen.reading);
    const pressure = seen.isFired ? 1 : Math.min(mostMasked, Math.max(this.#row, seen.byDetector));
    const isValid = calibration?.state === 'valid';
    this.#state = decideZoom({
      most: this.#most,
      slos: [
        {
          id: slo.id,
          judge: 'simulated',
          objective: requireObjective({ slo }),
          series,
          designEffect,
          readUsual: (from, to) => readUsual(series, from, to),
          pressure: isValid ? pressure : undefined,
        },
      ],
      budget: { usedUsd: 0, mayUseUsd: 1 },
      previous: this.#state,
      now,
    });
  }
}

/** Whether both windows burn as the row asks, to within rounding, and hold the events: what a test would be wasted on otherwise. */
function burns(series: CountSeries, { row, failShareAtBound }: Look, now: number): boolean {
  const least = failShareAtBound * (1 - 1e-9);
  if (row.short !== undefined) {
    const { good, total } = series.window(now, row.short);
    if (!(total - good >= least * total)) return false;
  }
  const { good, total } = series.window(now, row.long);
  return total - good >= least * total && total >= leastEvents * (1 - 1e-9);
}

/** `stepRegressionDetector` in place: the same steps on the same plan, without making a state a tick. */
class Evidence {
  readonly #plan: DetectorPlan;
  readonly #ofPass: readonly number[];
  readonly #ofFail: readonly number[];
  readonly #evidence: number[];
  #hour = Number.NEGATIVE_INFINITY;
  #events = 0;

  constructor(plan: DetectorPlan) {
    this.#plan = plan;
    const logs = (events: { passes: number; fails: number }) =>
      plan.alternatives.map((alternative) =>
        alternative === null ? 0 : logLikelihoodRatio(alternative, plan.threshold, events),
      );
    this.#ofPass = logs({ passes: 1, fails: 0 });
    this.#ofFail = logs({ passes: 0, fails: 1 });
    this.#evidence = plan.alternatives.map(() => 0);
  }

  gather({ passes, fails, counted }: NewEvents & { counted: number }, now: number): void {
    const inHour = Math.floor((now - 1) / hour);
    const restart = inHour > this.#hour ? 1 : 0;
    this.#hour = Math.max(this.#hour, inHour);
    this.#events += counted;
    const { alternatives, cap } = this.#plan;
    for (let i = 0; i < alternatives.length; i += 1) {
      if (alternatives[i] === null) continue;
      const says = Math.exp(passes * (this.#ofPass[i] ?? 0) + fails * (this.#ofFail[i] ?? 0));
      this.#evidence[i] = Math.min(((this.#evidence[i] ?? 0) + restart) * says, cap);
    }
  }

  pressure(): number {
    const statistic = meanEvidence(this.#plan, this.#evidence);
    const says = statistic > 1 ? Math.log(statistic) / Math.log(firingValue()) : 0;
    return this.#events < leastEvents ? Math.min(says, this.#events / leastEvents) : says;
  }
}
