import { requireCount } from './checks.ts';
import { exactMcNemar } from './mcnemar.ts';
import { twoSidedQuantile } from './normal.ts';
import { type Computed, type Interval, notComputable } from './outcome.ts';
import { wilsonIntervalAt } from './proportion-interval.ts';

/** The same responses under two judges, counted by which of them agree with people. */
export interface PairedCounts {
  both: number;
  onlyOld: number;
  onlyNew: number;
  neither: number;
}

/** How far the new share lies above the old one. */
export interface PairedComparison extends Interval {
  /** New share minus old share, in [-1, 1], as are the limits. */
  difference: number;
  /** Of the exact McNemar test, two-sided: the chance of so uneven a split, were the two alike. */
  probability: number;
}

/**
 * Difference of two shares of the same responses (two judges' agreement with people), its two-sided interval by
 * Newcombe's square-and-add for pairs and the exact McNemar p.
 *
 * Counts of at least 0, `confidence` strictly between 0 and 1; else RangeError. Not computable without responses.
 * Source: R. G. Newcombe 1998, Statistics in Medicine 17, 2635-2650, his method 10: Wilson limits, joined by the
 * correlation of the pairs with its continuity correction.
 * Both 34, only old 65, only new 9, neither 79: -.299465, 95% interval [-.375693, -.216869], p 1.35e-11.
 */
export function comparePairs(counts: PairedCounts, confidence: number): Computed<PairedComparison> {
  const { both, onlyOld, onlyNew, neither } = counts;
  for (const [name, count] of Object.entries(counts)) requireCount(name, count);
  const z = twoSidedQuantile(confidence);
  const events = both + onlyOld + onlyNew + neither;
  if (events === 0) return notComputable('there is no response that both judged');
  const correlation = correlatePairs(counts);
  const newReach = reachOf(both + onlyNew, events, z);
  const oldReach = reachOf(both + onlyOld, events, z);
  const join = (first: number, second: number) =>
    Math.sqrt(Math.max(0, first * first - 2 * correlation * first * second + second * second));
  const difference = (onlyNew - onlyOld) / events;
  return {
    ok: true,
    difference,
    lower: difference - join(newReach.below, oldReach.above),
    upper: difference + join(newReach.above, oldReach.below),
    probability: exactMcNemar({ passThenFail: onlyOld, failThenPass: onlyNew }).probability,
  };
}

function reachOf(passes: number, events: number, z: number): { below: number; above: number } {
  const { lower, upper } = wilsonIntervalAt({ passes, events }, z);
  return { below: passes / events - lower, above: upper - passes / events };
}

/** The correlation of the pairs, brought nearer to 0 by half a response where it is positive; 0 with an empty margin. */
function correlatePairs({ both, onlyOld, onlyNew, neither }: PairedCounts): number {
  const margins = (both + onlyOld) * (onlyNew + neither) * (both + onlyNew) * (onlyOld + neither);
  if (margins === 0) return 0;
  const excess = both * neither - onlyOld * onlyNew;
  const half = (both + onlyOld + onlyNew + neither) / 2;
  return (excess > 0 ? Math.max(0, excess - half) : excess) / Math.sqrt(margins);
}
