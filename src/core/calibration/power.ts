import { verdictShares } from '../rating/draw.ts';
import { poolVerdicts } from '../slo/rules/judge-scale.ts';
import { judgeThresholds } from '../statistics/judge-thresholds.ts';
import { createRandom } from '../statistics/random.ts';
import {
  planRegressionDetector,
  startRegressionDetector,
  stepRegressionDetector,
} from '../statistics/regression-detector.ts';
import { windowRate } from '../statistics/window-rate.ts';
import { day, hour, minute } from '../time.ts';

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

/** How soon a drop is seen. Hours in the median; undefined where it is not within two weeks. */
export interface Delay {
  readonly ratings: number;
  readonly judgedPerDay: number;
  readonly warn: number | undefined;
  readonly page: number | undefined;
}

const longest = 14 * day;
const repetitions = 41;
const leastEventsOfTick = 15;

/** The judge's pass rate at a true one. */
export function judgePassRate({ sensitivity, specificity }: SupposedJudge, trueRate: number): number {
  return trueRate * sensitivity + (1 - trueRate) * (1 - specificity);
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

/** How long the two detectors take to see the true rate fall to `drop`, simulated with a fixed seed. */
export function detectionDelay(
  judge: SupposedJudge,
  {
    ratings,
    judgedPerDay,
    drop,
    judged,
  }: { ratings: number; judgedPerDay: number; drop: number; judged: number },
): Delay {
  const thresholds = judgeThresholds(expectedCalibration(judge, ratings, judged), judge.objective);
  if (!thresholds.ok) return { ratings, judgedPerDay, warn: undefined, page: undefined };
  const rates = { before: judgePassRate(judge, judge.healthy), after: judgePassRate(judge, drop) };
  const { warn, page, slope } = thresholds;
  return {
    ratings,
    judgedPerDay,
    warn: medianDelay(judge.objective, warn, slope, judgedPerDay, rates),
    page: medianDelay(judge.objective, page, 1, judgedPerDay, rates),
  };
}

function medianDelay(
  objective: number,
  threshold: number,
  slope: number,
  judgedPerDay: number,
  rates: { before: number; after: number },
): number | undefined {
  const made = planRegressionDetector({ objective, threshold, slope });
  if (!made.ok) return undefined;
  const tick = (judgedPerDay * 5 * minute) / day >= leastEventsOfTick ? 5 * minute : hour;
  const perTick = (judgedPerDay * tick) / day;
  const random = createRandom(`power/${judgedPerDay}`);
  const delays: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    let state = startRegressionDetector();
    let delay = Number.POSITIVE_INFINITY;
    // A quiet day first, so that the detector is where a standing service has it.
    for (let at = -day; at < longest; at += tick) {
      const events = Math.floor(perTick) + (random.chance(perTick % 1) ? 1 : 0);
      const passes = random.binomial(events, at < 0 ? rates.before : rates.after);
      const reading = stepRegressionDetector(made.plan, state, {
        passes,
        fails: events - passes,
        hour: Math.floor(at / hour),
      });
      state = reading.state;
      if (at < 0 || !reading.fires) continue;
      delay = (at + tick) / hour;
      break;
    }
    delays.push(delay);
  }
  const median = delays.sort((a, b) => a - b)[Math.floor(repetitions / 2)] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(median) ? median : undefined;
}
