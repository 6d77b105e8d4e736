import { reportRate } from '#core/slo/rules/reported-rate.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day } from '#core/time.ts';
import type { Coverage } from './coverage.ts';

/**
 * Coverage and width of the interval that is reported of a window, where the service is not what it was when people
 * rated: through the product's own function, 200 ratings, a third of what the judge failed, at a true rate of .945.
 */

export const serviceRates = [0.945, 0.92, 0.9, 0.85, 0.8] as const;

const sensitivity = 0.93;
const specificity = 0.75;
const judged = 10_000;
const whenRated = 0.945;
const ofFailed = 67;
const ofPassed = 133;

/** @param serviceRate the true pass rate of the window */
export function measureWindowCoverage(serviceRate: number, repetitions: number): Coverage {
  const random = createRandom(`window/${serviceRate}`);
  const widths = new Float64Array(repetitions);
  let covered = 0;
  for (let index = 0; index < repetitions; index += 1) {
    const passShare = passRate(whenRated);
    const judgePassed = random.binomial(judged, passShare);
    const goodOfFailed = (whenRated * (1 - sensitivity)) / (1 - passShare);
    const goodOfPassed = (whenRated * sensitivity) / passShare;
    const strata = [
      {
        judgePass: false,
        judged: judged - judgePassed,
        rated: ofFailed,
        passed: random.binomial(ofFailed, goodOfFailed),
      },
      {
        judgePass: true,
        judged: judgePassed,
        rated: ofPassed,
        passed: random.binomial(ofPassed, goodOfPassed),
      },
    ];
    const rate = reportRate(
      { state: 'valid', reason: '', ratings: ofFailed + ofPassed, population: { strata } },
      { from: 0, to: day, good: random.binomial(judged, passRate(serviceRate)), total: judged },
    );
    if (rate === null) throw new Error('a rate of 200 ratings and 10,000 judged could not be computed');
    widths[index] = rate.upper - rate.lower;
    if (rate.lower <= serviceRate && serviceRate <= rate.upper) covered += 1;
  }
  return {
    covered: covered / repetitions,
    medianWidth: widths.sort()[Math.floor(repetitions / 2)] ?? Number.NaN,
  };
}

function passRate(trueRate: number): number {
  return trueRate * sensitivity + (1 - trueRate) * (1 - specificity);
}
