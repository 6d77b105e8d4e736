import { isUrgent, type Severity, severities } from '../../names.ts';
import { binomialLowerTail } from '../../statistics/binomial.ts';
import { createRandom, type RandomSource } from '../../statistics/random.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import { bucketsPerDay, bucketWidth, day } from '../../time.ts';
import { requireObjective } from '../alarms/evaluate-slo.ts';
import { maximumBurn } from '../definition/check-rows.ts';
import type { AlertRow, Slo } from '../definition/slo.ts';
import { CountSeries } from '../rules/count-series.ts';
import { type JudgeScale, judgeScale } from '../rules/judge-scale.ts';
import { planDetector } from '../rules/read-detectors.ts';
import { rowAlpha } from '../rules/read-row.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import { backtestSlo } from './backtest.ts';

/** Bad shares whose time to fire is told: everything, half, a fifth. */
export const explainedBadShares = [1, 0.5, 0.2] as const;

export interface ExplainInput {
  readonly slo: Slo;
  /** Events of this SLI a day, of an even day. */
  readonly eventsPerDay: number;
  readonly calibration?: SloCalibration | undefined;
  /** Bad share while all is well; 11/16 of the budget unless given (94.5% good at an objective of 92%). */
  readonly usualBadShare?: number | undefined;
  /** The drop whose chance to be seen is told, as a bad share; 2.5 times the budget unless given (80% good at 92%). */
  readonly droppedBadShare?: number | undefined;
  /** Simulated days for that chance; 200 unless given, which tells it to within 7 points. */
  readonly runs?: number | undefined;
  readonly seed?: string | undefined;
}

/** How long a bad share takes to fire a severity. */
export interface TimeToFire {
  readonly badShare: number;
  /** Milliseconds from its begin, in steps of 5 minutes; null where it does not fire within 14 days. */
  readonly after: number | null;
  /** Share of the SLO's window's budget that it has spent by then; null where it does not fire. */
  readonly budgetSpent: number | null;
}

export interface SeverityExplained {
  readonly severity: Severity;
  /**
   * Lasting bad share, on people's scale, from which the row fires, evidence being there; of a judge's SLO with the
   * margin for what the ratings leave open. Null where it cannot start, for want of a calibration.
   */
  readonly rowFiresAt: number | null;
  /** Lasting bad share, on people's scale, over which the detector's evidence grows; null without a detector. */
  readonly detectorFiresOver: number | null;
  /** Events that the row's test needs at exactly its bad share; null where no number would do. */
  readonly eventsNeeded: number | null;
  /** Events that its long window holds at this traffic. */
  readonly eventsExpected: number;
  readonly timesToFire: readonly TimeToFire[];
  /** Chance to fire within a day of the drop. */
  readonly power: number;
}

export interface SloExplained {
  readonly severities: readonly SeverityExplained[];
  readonly maximumBurn: number;
  readonly droppedBadShare: number;
}

/** How far a time to fire is looked for. */
const horizon = 14 * day;
/** Evidence that healthy days leave before a drop. */
const lead = 2 * day;
/** Any Monday will do. */
const origin = Date.UTC(2026, 0, 5);

/**
 * What an SLO's alarms amount to in numbers, from the very function that evaluates it: even, fractional traffic tells
 * the times to fire, simulated days the power. Each severity is told by itself, as if no other masked it.
 */
export function explainSlo(input: ExplainInput): SloExplained {
  const { slo } = input;
  const objective = requireObjective({ slo });
  const budget = 1 - objective;
  const dropped = Math.min(1, input.droppedBadShare ?? 2.5 * budget);
  const explained = severities.flatMap((severity) => {
    const row = slo.rows[severity];
    return row === undefined ? [] : [explainSeverity(input, severity, row, dropped)];
  });
  return { severities: explained, maximumBurn: maximumBurn(objective), droppedBadShare: dropped };
}

function explainSeverity(
  input: ExplainInput,
  severity: Severity,
  row: AlertRow,
  dropped: number,
): SeverityExplained {
  const alone: ExplainInput = { ...input, slo: { ...input.slo, severities: [severity] } };
  return {
    severity,
    ...findBounds(input, severity, row),
    eventsExpected: (input.eventsPerDay * row.long) / day,
    timesToFire: explainedBadShares.map((badShare) => timeToFire(alone, badShare)),
    power: powerWithinDay(alone, dropped),
  };
}

type Bounds = Pick<SeverityExplained, 'rowFiresAt' | 'detectorFiresOver' | 'eventsNeeded'>;

function findBounds({ slo, calibration }: ExplainInput, severity: Severity, row: AlertRow): Bounds {
  const objective = requireObjective({ slo });
  const urgent = isUrgent(severity);
  const scale = slo.calibration === 'required' ? judgeScale(calibration, objective) : null;
  if (slo.calibration === 'required' && scale === null && urgent) {
    return { rowFiresAt: null, detectorFiresOver: null, eventsNeeded: null };
  }
  const name = row.detector;
  if (scale === null) {
    const plan =
      name === undefined || slo.calibration === 'required' ? null : planDetector(name, objective, null, 1);
    const rowFiresAt = row.burn * (1 - objective);
    return {
      rowFiresAt,
      detectorFiresOver: plan === null ? null : 1 - plan.threshold,
      eventsNeeded: eventsNeeded(rowFiresAt, objective),
    };
  }
  const strictness = urgent ? 'page' : 'warn';
  const threshold = scale.thresholdAt(row.burn, strictness);
  return {
    rowFiresAt: trueBadShare(scale, threshold),
    detectorFiresOver: name === undefined ? null : trueBadShare(scale, scale[name]),
    eventsNeeded: eventsNeeded(1 - threshold, scale[strictness]),
  };
}

/** The bad share by people at which the judge passes this share; over 1 where the judge passes more of anything. */
function trueBadShare(scale: JudgeScale, judgePassShare: number): number {
  const atWorst = scale.judgeRate(0);
  return 1 - (judgePassShare - atWorst) / (scale.judgeRate(1) - atWorst);
}

/** A number of events that no window holds: at the objective itself none is enough. */
const mostEvents = 1e9;

/** The fewest events, 50 or more, at which this bad share has a chance under alpha at the objective; null where none would do. */
export function eventsNeeded(badShare: number, objective: number): number | null {
  if (!(badShare <= 1)) return null;
  const isEnough = (events: number) => {
    const passes = Math.max(0, Math.min(events, Math.floor(events * (1 - badShare) + 1e-9)));
    return binomialLowerTail({ passes, events }, objective).logProbability <= Math.log(rowAlpha);
  };
  let enough = leastEvents;
  while (!isEnough(enough)) {
    enough *= 2;
    if (enough > mostEvents) return null;
  }
  let tooFew = enough === leastEvents ? leastEvents - 1 : enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

function timeToFire(input: ExplainInput, badShare: number): TimeToFire {
  const { slo } = input;
  const objective = requireObjective(input);
  const perBucket = input.eventsPerDay / bucketsPerDay;
  const history = longestWindow(slo);
  const series = new CountSeries();
  const drops = origin + history;
  const fill = (from: number, to: number, share: number) => {
    const good = perBucket * seenPassShare(input, 1 - share);
    for (let at = from; at < to; at += bucketWidth) series.add({ at, good, total: perBucket });
  };
  fill(origin, drops, usualBadShare(input));
  fill(drops, drops + horizon, badShare);
  const result = backtestSlo({
    slo,
    series,
    calibration: input.calibration,
    from: drops - Math.min(history, lead),
    to: drops + horizon,
    stopAfter: ({ at, to }) => to === 'ALARM' && at > drops,
  });
  const fired = result.transitions.find(({ at, to }) => to === 'ALARM' && at > drops);
  if (fired === undefined) return { badShare, after: null, budgetSpent: null };
  const after = fired.at - drops;
  return {
    badShare,
    after,
    budgetSpent: (badShare / (1 - objective)) * (Math.min(after, slo.window) / slo.window),
  };
}

function powerWithinDay(input: ExplainInput, dropped: number): number {
  const { slo, runs = 200, seed = 'explain' } = input;
  const history = longestWindow(slo);
  const drops = origin + history;
  let fired = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(`${seed}/${slo.id}/${run}`);
    const series = new CountSeries();
    simulate(random, series, input, { from: origin, to: drops, badShare: usualBadShare(input) });
    simulate(random, series, input, { from: drops, to: drops + day, badShare: dropped });
    const result = backtestSlo({
      slo,
      series,
      calibration: input.calibration,
      from: drops,
      to: drops + day,
      stopAfter: ({ to }) => to === 'ALARM',
    });
    if (result.transitions.length > 0) fired += 1;
  }
  return fired / runs;
}

function simulate(
  random: RandomSource,
  series: CountSeries,
  input: ExplainInput,
  { from, to, badShare }: { from: number; to: number; badShare: number },
): void {
  const perBucket = input.eventsPerDay / bucketsPerDay;
  const passShare = seenPassShare(input, 1 - badShare);
  // A binomial number of many rare tries stands for a Poisson one.
  const tries = Math.max(1_000, Math.ceil(perBucket * 100));
  for (let at = from; at < to; at += bucketWidth) {
    const total = random.binomial(tries, Math.min(1, perBucket / tries));
    series.add({ at, good: random.binomial(total, passShare), total });
  }
}

/** The share that is counted as good at a true pass rate: a judge passes some of the bad and fails some of the good. */
function seenPassShare({ slo, calibration }: ExplainInput, truePassShare: number): number {
  const scale = slo.calibration === 'required' ? judgeScale(calibration, requireObjective({ slo })) : null;
  return scale === null ? truePassShare : Math.min(1, Math.max(0, scale.judgeRate(truePassShare)));
}

function usualBadShare({ slo, usualBadShare: usual }: ExplainInput): number {
  return usual ?? (11 / 16) * (1 - requireObjective({ slo }));
}

function longestWindow(slo: Slo): number {
  return Math.max(day, ...slo.severities.map((severity) => slo.rows[severity]?.long ?? 0));
}
