import * as z from 'zod';
import type { Severity } from '../names.ts';
import { verdictShares } from '../rating/draw.ts';
import { knownRateSlo } from '../slo/definition/known-rate.ts';
import type { Slo } from '../slo/definition/slo.ts';
import { drawCalibrations, judgePassShare } from '../slo/replay/assumed-calibration.ts';
import { type Delays, simulateDelays, summarizeDelays } from '../slo/replay/simulate-delays.ts';
import { poolVerdicts } from '../slo/rules/judge-scale.ts';
import type { SloCalibration } from '../slo/rules/slo-calibration.ts';
import { judgeThresholds } from '../statistics/judge-thresholds.ts';
import { windowRate } from '../statistics/window-rate.ts';
import { day, hour } from '../time.ts';
import { leastRatings, leastSlope } from './calibration-state.ts';

/** A judge and its surface, as one supposes them before anything is rated. Ratios in [0, 1]. */
export interface SupposedJudge {
  readonly objective: number;
  /** True pass rate while all is well. */
  readonly healthy: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** What a number of ratings, drawn as `drawBatch` draws them, tells. */
export interface RatingPower {
  readonly ratings: number;
  /** 95% interval of the true rate at the healthy rate; its expected limits. */
  readonly lower: number;
  readonly upper: number;
  /** The judge's rates under which a page and a warning start; undefined where the ratings do not determine them. */
  readonly page: number | undefined;
  readonly warn: number | undefined;
}

const hoursSchema = z
  .strictObject({
    median: z.number(),
    /** Four of five lie between the two; null where it is not within two weeks. */
    early: z.number(),
    late: z.number().nullable(),
  })
  .nullable();

/** How soon a drop is seen, hours, of simulated series; null where it is not within two weeks in the median. */
export const delaySchema = z.strictObject({
  judgedPerDay: z.number(),
  warn: hoursSchema,
  page: hoursSchema,
  /** The page where the sampling rate follows what is found; null where it cannot grow, or has not been asked. */
  zoomedPage: hoursSchema,
});

export type Delay = z.infer<typeof delaySchema>;
export type DelayHours = NonNullable<Delay['page']>;

const longest = 14 * day;

/** The judge's pass rate at a true one. */
export function judgePassRate(judge: SupposedJudge, trueRate: number): number {
  return judgePassShare(judge, trueRate);
}

/** What a batch of ratings is expected to look like: the expected counts of each stratum. */
function expectedCalibration(judge: SupposedJudge, ratings: number, judged: number) {
  const passShare = judgePassRate(judge, judge.healthy);
  const goodPassed = (judge.healthy * judge.sensitivity) / passShare;
  const goodFailed = (judge.healthy * (1 - judge.sensitivity)) / (1 - passShare);
  const [ofFailed, ofPassed] = verdictShares;
  const toFailed = (ratings * ofFailed) / (ofFailed + ofPassed);
  const toPassed = (ratings * ofPassed) / (ofFailed + ofPassed);
  return {
    strata: [
      { judgePass: false, judged: judged * (1 - passShare), rated: toFailed, passed: toFailed * goodFailed },
      { judgePass: true, judged: judged * passShare, rated: toPassed, passed: toPassed * goodPassed },
    ],
  };
}

/**
 * What ratings tell: the interval of the rate that people would give, and the thresholds of alarms, at the expected
 * outcome of the draw.
 *
 * @param judged responses that the draw is taken from
 */
export function ratingPower(judge: SupposedJudge, ratings: number, judged: number): RatingPower {
  const population = expectedCalibration(judge, ratings, judged);
  const passes = judged * judgePassRate(judge, judge.healthy);
  const rate = windowRate(poolVerdicts(population), { passes, events: judged }, 0.95);
  const thresholds = judgeThresholds(population, judge.objective);
  return {
    ratings,
    lower: rate.ok ? rate.lower : 0,
    upper: rate.ok ? rate.upper : 1,
    page: thresholds.ok ? thresholds.page : undefined,
    warn: thresholds.ok ? thresholds.warn : undefined,
  };
}

/** Calibrations by chance that the series of a delay take in turn. */
const drawnCalibrations = 64;

/** Series of a cell in which a severity never fired are looked at no further. */
const look = 60;

/**
 * What calibrations a number of ratings makes, as chance has it; none where they are too few to be valid, or nearly never
 * say enough of the judge.
 *
 * @param judged responses that the draw is taken from
 */
export function possibleCalibrations(
  judge: SupposedJudge,
  ratings: number,
  judged: number,
): readonly SloCalibration[] {
  if (ratings < leastRatings) return [];
  return drawCalibrations(
    { judge, ratings, passShare: judge.healthy, judged },
    drawnCalibrations,
    leastSlope,
  );
}

/**
 * How long a ticket and a page take to say that the true rate has fallen to `drop`: the deployed rules, rows and detectors
 * alike, on simulated series ({@link simulateDelays}).
 */
export function detectionDelay(
  judge: SupposedJudge,
  setting: {
    readonly calibrations: readonly SloCalibration[];
    readonly judgedPerDay: number;
    readonly drop: number;
    readonly series: number;
    /** By how much the sampling rate may grow while a page is near; 1 for never. */
    readonly zoomMost: number;
  },
): Delay {
  const { calibrations, judgedPerDay, drop, series } = setting;
  if (calibrations.length === 0) return { judgedPerDay, warn: null, page: null, zoomedPage: null };
  const simulate = (zoom?: { most: number }) =>
    simulateDelays({
      slo: supposeSlo(judge.objective),
      eventsPerDay: judgedPerDay,
      passShare: { before: judgePassRate(judge, judge.healthy), after: judgePassRate(judge, drop) },
      calibrations,
      series,
      look,
      isSettled: (found) => found.every((delay) => !Number.isFinite(delay)),
      horizon: longest,
      zoom,
      seed: `power/${judgedPerDay}`,
    });
  const delays = simulate();
  return {
    judgedPerDay,
    warn: hoursOf(delays, 'ticket'),
    page: hoursOf(delays, 'page'),
    zoomedPage: setting.zoomMost > 1 ? hoursOf(simulate({ most: setting.zoomMost }), 'page') : null,
  };
}

function hoursOf(delays: Delays, severity: Severity): DelayHours | null {
  const { median, early, late } = summarizeDelays(delays.get(severity));
  if (median === null || early === null) return null;
  return { median: median / hour, early: early / hour, late: late === null ? null : late / hour };
}

/** A judge's SLO with the rows that ship. */
function supposeSlo(objective: number): Slo {
  const { slo } = knownRateSlo({ id: 'judge-pass', surface: 'supposed' }, objective);
  return {
    ...slo,
    sli: { kind: 'judge-pass' },
    severities: slo.severities.filter((severity) => severity === 'page' || severity === 'ticket'),
    calibration: 'required',
  };
}
