import { binomialLowerTail, type TailProbability } from './binomial.ts';
import { requireCount } from './checks.ts';

/** How often two verdicts of the same responses differ, one way and the other; those that agree do not matter. */
export interface Discordance {
  passThenFail: number;
  failThenPass: number;
}

/** The outcome of {@link exactMcNemar}. */
export interface McNemarTest extends TailProbability {
  /** which way the verdicts moved; 'neither' where both counts are equal */
  direction: 'stricter' | 'milder' | 'neither';
}

/**
 * Exact McNemar test, two-sided: would two runs of one judge over the same responses differ so unevenly by chance?
 *
 * Counts of at least 0 (RangeError). Without a difference p is 1. Counts of several days may be added up.
 * Source: twice the smaller binomial tail at 1/2, at most 1 (as statsmodels' `mcnemar(exact=True)`).
 * `exactMcNemar({ passThenFail: 2, failThenPass: 10 }).probability` is 158/4096 = 0.0385742.
 */
export function exactMcNemar({ passThenFail, failThenPass }: Discordance): McNemarTest {
  requireCount('passThenFail', passThenFail);
  requireCount('failThenPass', failThenPass);
  const events = passThenFail + failThenPass;
  const tail = binomialLowerTail({ passes: Math.min(passThenFail, failThenPass), events }, 0.5);
  const logProbability = events === 0 ? 0 : Math.min(0, Math.LN2 + tail.logProbability);
  const direction =
    passThenFail === failThenPass ? 'neither' : passThenFail > failThenPass ? 'stricter' : 'milder';
  return { probability: Math.exp(logProbability), logProbability, direction };
}
