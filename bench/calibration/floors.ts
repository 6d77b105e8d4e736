/**
 * What the floor under which a calibration is `invalid` rests on: how soon a drop of the true rate from .945 to .80 is
 * seen through judges that tell good from bad less and less, each calibrated by 200 ratings, a third of what it failed.
 * `node bench/calibration/floors.ts [--repetitions 200]`. One line a judge.
 */
import { parseArgs } from 'node:util';
import { judgeThresholds } from '#core/statistics/judge-thresholds.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import {
  planRegressionDetector,
  startRegressionDetector,
  stepRegressionDetector,
} from '#core/statistics/regression-detector.ts';

interface Judge {
  readonly sensitivity: number;
  readonly specificity: number;
}

const objective = 0.92;
const healthy = 0.945;
const dropped = 0.8;
const judgedAtCalibration = 10_000;
const ratings = 200;
const longestHours = 14 * 24;

const judges: readonly Judge[] = [
  { sensitivity: 0.93, specificity: 0.75 },
  { sensitivity: 0.9, specificity: 0.6 },
  { sensitivity: 0.85, specificity: 0.55 },
  { sensitivity: 0.8, specificity: 0.5 },
  { sensitivity: 0.75, specificity: 0.5 },
  { sensitivity: 0.7, specificity: 0.5 },
  { sensitivity: 0.6, specificity: 0.5 },
  { sensitivity: 0.55, specificity: 0.5 },
];

const passRate = ({ sensitivity, specificity }: Judge, trueRate: number) =>
  trueRate * sensitivity + (1 - trueRate) * (1 - specificity);

function calibrate(random: RandomSource, judge: Judge) {
  const passShare = passRate(judge, healthy);
  const judgedPassed = random.binomial(judgedAtCalibration, passShare);
  const goodOfPassed = (healthy * judge.sensitivity) / passShare;
  const goodOfFailed = (healthy * (1 - judge.sensitivity)) / (1 - passShare);
  const ofFails = Math.round(ratings / 3);
  return {
    strata: [
      {
        judged: judgedAtCalibration - judgedPassed,
        rated: ofFails,
        passed: random.binomial(ofFails, goodOfFailed),
        judgePass: false,
      },
      {
        judged: judgedPassed,
        rated: ofFails,
        passed: random.binomial(ratings - ofFails, goodOfPassed),
        judgePass: true,
      },
    ],
  };
}

/** Hours until a detector fires after the drop; infinite where it does not in two weeks. */
function delay(
  random: RandomSource,
  judge: Judge,
  threshold: number,
  slope: number,
  perHour: number,
): number {
  const made = planRegressionDetector({ objective, threshold, slope });
  if (!made.ok) return Number.POSITIVE_INFINITY;
  let state = startRegressionDetector();
  const share = passRate(judge, dropped);
  for (let hour = 1; hour <= longestHours; hour += 1) {
    const passes = random.binomial(perHour, share);
    const reading = stepRegressionDetector(made.plan, state, { passes, fails: perHour - passes, hour });
    state = reading.state;
    if (reading.fires) return hour;
  }
  return Number.POSITIVE_INFINITY;
}

const quantile = (values: number[], share: number) =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

const { values: options } = parseArgs({ options: { repetitions: { type: 'string', default: '200' } } });
const repetitions = Number(options.repetitions);
console.log(
  'Se + Sp - 1   measured (5%..95%)   warn: median/90% h, never   page: median/90% h, never   (417 judged an hour)',
);
for (const judge of judges) {
  const random = createRandom(`floors/${judge.sensitivity}/${judge.specificity}`);
  const slopes: number[] = [];
  const delays = { warn: [] as number[], page: [] as number[] };
  for (let index = 0; index < repetitions; index += 1) {
    const thresholds = judgeThresholds(calibrate(random, judge), objective);
    slopes.push(thresholds.ok ? thresholds.slope : 0);
    delays.warn.push(
      thresholds.ok ? delay(random, judge, thresholds.warn, thresholds.slope, 417) : Number.POSITIVE_INFINITY,
    );
    delays.page.push(
      thresholds.ok ? delay(random, judge, thresholds.page, 1, 417) : Number.POSITIVE_INFINITY,
    );
  }
  const show = (values: number[]) =>
    `${quantile(values, 0.5)} / ${quantile(values, 0.9)}, ${((100 * values.filter((value) => !Number.isFinite(value)).length) / repetitions).toFixed(0)}%`;
  console.log(
    `${(judge.sensitivity + judge.specificity - 1).toFixed(2)}          ${quantile(slopes, 0.05).toFixed(2)}..${quantile(slopes, 0.95).toFixed(2)}           ${show(delays.warn).padEnd(26)}  ${show(delays.page)}`,
  );
}
