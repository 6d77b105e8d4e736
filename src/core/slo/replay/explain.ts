import { isUrgent, type Severity, severities } from '../../names.ts';
import { day } from '../../time.ts';
import { requireObjective } from '../alarms/evaluate-slo.ts';
import { maximumBurn } from '../definition/check-rows.ts';
import type { AlertRow, Slo } from '../definition/slo.ts';
import { judgeScale } from '../rules/judge-scale.ts';
import { planDetector } from '../rules/read-detectors.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import { type JudgeErrors, judgePassShare, truePassShare } from './assumed-calibration.ts';
import { eventsNeeded } from './events-needed.ts';
import type { SeverityExplained, SloExplained, TimeToFire } from './explained.ts';
import { type DelayInput, type DelaySummary, simulateDelays, summarizeDelays } from './simulate-delays.ts';

/** Bad shares whose time to fire is told: everything, half, a fifth. */
export const explainedBadShares = [1, 0.5, 0.2] as const;

export interface ExplainInput {
  readonly slo: Slo;
  /** Events of this SLI a day, of an even day. */
  readonly eventsPerDay: number;
  /** Of a judge's SLO once people have rated: how the judge errs, and what their ratings make of it. */
  readonly judged?: SupposedCalibration | undefined;
  /** Of a judge's SLO once people have rated: by how much its surface may be sampled more; never more unless given. */
  readonly zoomMost?: number | undefined;
  /** Bad share while all is well; 11/16 of the budget unless given (94.5% good at an objective of 92%). */
  readonly usualBadShare?: number | undefined;
  /** The drop whose chance to be seen is told, as a bad share; 2.5 times the budget unless given (80% good at 92%). */
  readonly droppedBadShare?: number | undefined;
  /** Simulated series a bad share; 400 unless given. */
  readonly series?: number | undefined;
  /** Simulated series for the chance to see the drop within a day; 2,500 unless given, which tells it to within 2 points. */
  readonly days?: number | undefined;
  readonly seed?: string | undefined;
}

export interface SupposedCalibration {
  readonly judge: JudgeErrors;
  /** What the ratings make on average: the bounds are told by it. */
  readonly usual: SloCalibration;
  /** What they make as chance has it: series take them in turn. */
  readonly drawn: readonly SloCalibration[];
}

/** How far a time to fire is looked for. */
const horizon = 14 * day;

/** Series after which a severity that none of them fired is looked at no further: it fires in under a tenth of all, with 998 of 1,000 certainty. */
const lookAtTimes = 60;

/** A chance is looked at each so many series, and is near enough once its standard error is under a point. */
const lookAtChances = 200;
const chanceError = 0.01;

/**
 * What an SLO's alarms amount to in numbers: bounds from its rules, times and chances from simulated series, on which those
 * rules run as deployed. Each severity is told by itself, as if no other masked it.
 */
export function explainSlo(input: ExplainInput): SloExplained {
  const { slo, series = 400, days = 2_500 } = input;
  const objective = requireObjective({ slo });
  const budget = 1 - objective;
  const dropped = Math.min(1, input.droppedBadShare ?? 2.5 * budget);
  const { zoomMost: most = 1, judged } = input;
  const run = { series, horizon, look: lookAtTimes, isSettled: isNever };
  const times = explainedBadShares.map((badShare) => ({
    badShare,
    delays: simulate(input, badShare, run),
    ...(most > 1 &&
      judged !== undefined && {
        zoomed: simulate({ ...input, slo: soonest(slo) }, badShare, { ...run, zoom: { most } }),
      }),
  }));
  const chances = simulate(input, dropped, {
    series: days,
    horizon: day,
    look: lookAtChances,
    isSettled: isNearEnough,
  });
  const explained = severities.flatMap((severity): SeverityExplained[] => {
    const row = slo.rows[severity];
    if (row === undefined || !slo.severities.includes(severity)) return [];
    return [
      {
        severity,
        ...findBounds(input, severity, row),
        eventsExpected: (input.eventsPerDay * row.long) / day,
        timesToFire: times.map(({ badShare, delays, zoomed }) => ({
          ...tellTime(slo, badShare, summarizeDelays(delays.get(severity))),
          ...(zoomed?.has(severity) === true && {
            zoomed: tellRange(summarizeDelays(zoomed.get(severity))),
          }),
        })),
        power: summarizeDelays(chances.get(severity)).withinDay,
      },
    ];
  });
  return {
    severities: explained,
    maximumBurn: maximumBurn(objective),
    droppedBadShare: dropped,
    series,
    days,
  };
}

/** What more samples are for: a page and its ticket. */
function soonest(slo: Slo): Slo {
  const asked = slo.severities.filter((severity) => severity === 'page' || severity === 'ticket');
  return { ...slo, severities: asked };
}

function isNever(delays: readonly number[]): boolean {
  return delays.every((delay) => !Number.isFinite(delay));
}

/** By the number of series, with one more of each outcome so that none is certain. */
function isNearEnough(delays: readonly number[]): boolean {
  const fired = delays.filter((delay) => delay <= day).length;
  const chance = (fired + 1) / (delays.length + 2);
  return chance * (1 - chance) <= chanceError ** 2 * delays.length;
}

function simulate(
  { slo, eventsPerDay, judged, usualBadShare, seed = 'explain' }: ExplainInput,
  badShare: number,
  run: Pick<DelayInput, 'series' | 'look' | 'isSettled' | 'horizon' | 'zoom'>,
) {
  const usual = usualBadShare ?? (11 / 16) * (1 - requireObjective({ slo }));
  const seen = (share: number) =>
    judged === undefined ? 1 - share : judgePassShare(judged.judge, 1 - share);
  return simulateDelays({
    slo,
    eventsPerDay,
    passShare: { before: seen(usual), after: seen(badShare) },
    calibrations: judged?.drawn,
    ...run,
    seed: `${seed}/${slo.id}/${badShare}`,
  });
}

function tellTime(slo: Slo, badShare: number, { median, early, late }: DelaySummary): TimeToFire {
  const budget = 1 - requireObjective({ slo });
  const budgetSpent =
    median === null ? null : (badShare / budget) * (Math.min(median, slo.window) / slo.window);
  return { badShare, after: median, early, late, budgetSpent };
}

function tellRange({ median, early, late }: DelaySummary) {
  return { after: median, early, late };
}

type Bounds = Pick<SeverityExplained, 'rowFiresAt' | 'detectorFiresOver' | 'eventsNeeded'>;

function findBounds({ slo, judged }: ExplainInput, severity: Severity, row: AlertRow): Bounds {
  const objective = requireObjective({ slo });
  const urgent = isUrgent(severity);
  const needsScale = slo.calibration === 'required';
  const scale = needsScale ? judgeScale(judged?.usual, objective) : null;
  if (needsScale && scale === null && urgent) {
    return { rowFiresAt: null, detectorFiresOver: null, eventsNeeded: null };
  }
  const name = row.detector;
  if (scale === null || judged === undefined) {
    const plan = name === undefined || needsScale ? null : planDetector(name, objective, null, 1);
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
    rowFiresAt: 1 - truePassShare(judged.judge, threshold),
    detectorFiresOver: name === undefined ? null : 1 - truePassShare(judged.judge, scale[name]),
    eventsNeeded: eventsNeeded(1 - threshold, scale[strictness]),
  };
}
