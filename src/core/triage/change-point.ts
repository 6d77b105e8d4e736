import type { Bucket, Counts } from '../slo/rules/count-series.ts';
import { logNormalLowerTail } from '../statistics/normal.ts';
import { bucketWidth } from '../time.ts';

/** The stretch of a period whose share of good events is lowest against the rest of it. */
export interface Fall {
  /** Start of the first bucket of it, epoch milliseconds. */
  readonly at: number;
  /** Start of the first bucket after it; null where it lasts to the period's end. */
  readonly until: number | null;
  /** Where its start may as well lie, at 95% or more: starts of buckets, both inclusive. */
  readonly range: { readonly from: number; readonly to: number };
  /** The rest of the period: before it, and after it where it ended. */
  readonly usual: Counts;
  readonly fallen: Counts;
  /** ln of the likelihood ratio against one rate throughout, over the dispersion. */
  readonly evidence: number;
  /** How much more the counts scatter than chance alone would have them; 1 or more. */
  readonly dispersion: number;
  /** Chance of so much evidence anywhere in the period if the rate never changed; an upper bound. */
  readonly chance: number;
  /** `clear` under 0.001, `perhaps` under 0.05, else `unclear`. */
  readonly sure: 'clear' | 'perhaps' | 'unclear';
}

export interface FallSearch {
  /** Buckets of the period in order of time; those without events may be left out. */
  readonly buckets: readonly Bucket[];
  /** Divides the evidence where events come in clusters (conversations); 1 unless given. */
  readonly designEffect?: number | undefined;
  /** Starts that may be found lie in it; everywhere unless given. Epoch milliseconds, both inclusive. */
  readonly startsIn?: { readonly from: number; readonly to: number } | undefined;
}

/** Fewer events than this on either side tell nothing. */
export const leastOfSide = 10;

/** Pairs of start and end are tried on so many blocks at most, then refined bucket by bucket. */
const mostBlocks = 240;

/**
 * ln 40: by Ville's inequality the likelihood of the true start falls so far below the best one with a chance of 1 in 40
 * to either side.
 */
const rangeEvidence = Math.log(40);

/** An end of the fall counts only when a rise is as good as certain. */
const endChance = 1e-3;

/**
 * Finds when the share of good events began to fall: the start (and end) with the greatest binomial likelihood ratio
 * against one rate throughout, over all boundaries of buckets.
 *
 * The chance is that of a maximally selected chi-square (R. Miller and D. Siegmund 1982, Biometrics 38) for a fall to the
 * period's end, and Bonferroni's over all pairs of boundaries for one that ended; evidence is divided by the dispersion
 * of the buckets around the two rates, as quasi-likelihood has it.
 *
 * @returns undefined where there are too few events, or the rate falls nowhere
 */
export function findFall({ buckets, designEffect = 1, startsIn }: FallSearch): Fall | undefined {
  const sums = runningSums(buckets);
  const open = bestStart(sums, 0, sums.size, startsIn);
  const closed = bestStretch(sums, startsIn);
  const ended =
    closed !== undefined &&
    closed.until < sums.size &&
    (open === undefined || endsClearly(sums, closed, Math.max(designEffect, dispersionOf(sums, closed))))
      ? closed
      : undefined;
  const best = ended ?? open;
  if (best === undefined) return undefined;
  const dispersion = Math.max(designEffect, dispersionOf(sums, best));
  const evidence = best.evidence / dispersion;
  const boundaries = Math.max(1, sums.size - 1);
  const chance =
    ended === undefined
      ? maximalChance(evidence, sums, best)
      : Math.min(1, boundaries * boundaries * Math.exp(logNormalLowerTail(-Math.sqrt(2 * evidence))));
  const fallen = between(sums, best.from, best.until);
  const whole = between(sums, 0, sums.size);
  return {
    at: sums.at[best.from] ?? 0,
    until: ended === undefined ? null : (sums.at[best.until] ?? null),
    range: rangeOf(sums, best, rangeEvidence * dispersion, startsIn),
    usual: { good: whole.good - fallen.good, total: whole.total - fallen.total },
    fallen,
    evidence,
    dispersion,
    chance,
    sure: chance < 1e-3 ? 'clear' : chance < 0.05 ? 'perhaps' : 'unclear',
  };
}

/** Sums of everything before bucket i; one more entry than buckets. */
interface Sums {
  readonly size: number;
  readonly at: readonly number[];
  readonly good: Float64Array;
  readonly total: Float64Array;
}

/** Buckets from `from` up to, and without, `until`. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly evidence: number;
}

function runningSums(buckets: readonly Bucket[]): Sums {
  const held = buckets.filter(({ total }) => total > 0);
  const good = new Float64Array(held.length + 1);
  const total = new Float64Array(held.length + 1);
  for (const [index, bucket] of held.entries()) {
    good[index + 1] = (good[index] ?? 0) + bucket.good;
    total[index + 1] = (total[index] ?? 0) + bucket.total;
  }
  return { size: held.length, at: held.map(({ at }) => at), good, total };
}

function between({ good, total }: Sums, from: number, until: number): Counts {
  return {
    good: (good[until] ?? 0) - (good[from] ?? 0),
    total: (total[until] ?? 0) - (total[from] ?? 0),
  };
}

/** x ln(x / n), the limit 0 at 0. */
function logLikelihoodTerm(count: number, total: number): number {
  return count <= 0 ? 0 : count * Math.log(count / total);
}

function logLikelihood(good: number, total: number): number {
  return logLikelihoodTerm(good, total) + logLikelihoodTerm(total - good, total);
}

/** ln of the likelihood ratio of two rates against one; 0 where the inner one is no lower or either side is too small. */
function evidenceOf(inner: Counts, whole: Counts): number {
  const good = whole.good - inner.good;
  const total = whole.total - inner.total;
  if (inner.total < leastOfSide || total < leastOfSide) return 0;
  if (inner.good * total >= good * inner.total) return 0;
  return (
    logLikelihood(inner.good, inner.total) +
    logLikelihood(good, total) -
    logLikelihood(whole.good, whole.total)
  );
}

/** The best fall that lasts to the end of [from, until). */
function bestStart(
  sums: Sums,
  from: number,
  until: number,
  startsIn: FallSearch['startsIn'],
): Stretch | undefined {
  const whole = between(sums, from, until);
  let best: Stretch | undefined;
  for (let start = from + 1; start < until; start += 1) {
    if (!mayStart(sums, start, startsIn)) continue;
    const evidence = evidenceOf(between(sums, start, until), whole);
    if (evidence > (best?.evidence ?? 0)) best = { from: start, until, evidence };
  }
  return best;
}

function mayStart({ at }: Sums, index: number, startsIn: FallSearch['startsIn']): boolean {
  const instant = at[index];
  return (
    instant !== undefined && (startsIn === undefined || (instant >= startsIn.from && instant <= startsIn.to))
  );
}

/** The best stretch with an end of its own: first over blocks of buckets, then bucket by bucket around it. */
function bestStretch(sums: Sums, startsIn: FallSearch['startsIn']): Stretch | undefined {
  const step = Math.max(1, Math.ceil(sums.size / mostBlocks));
  const grid = gridOf(0, sums.size, step);
  const rough = bestPair(sums, grid, grid, startsIn);
  if (rough === undefined || step === 1) return rough;
  const near = (middle: number) => gridOf(Math.max(0, middle - step), Math.min(sums.size, middle + step), 1);
  return bestPair(sums, near(rough.from), near(rough.until), startsIn) ?? rough;
}

function gridOf(from: number, to: number, step: number): number[] {
  const grid: number[] = [];
  for (let index = from; index < to; index += step) grid.push(index);
  grid.push(to);
  return grid;
}

function bestPair(
  sums: Sums,
  starts: readonly number[],
  ends: readonly number[],
  startsIn: FallSearch['startsIn'],
): Stretch | undefined {
  const whole = between(sums, 0, sums.size);
  let best: Stretch | undefined;
  for (const from of starts) {
    if (from === 0 || !mayStart(sums, from, startsIn)) continue;
    for (const until of ends) {
      if (until <= from) continue;
      const evidence = evidenceOf(between(sums, from, until), whole);
      if (evidence > (best?.evidence ?? 0)) best = { from, until, evidence };
    }
  }
  return best;
}

/** Whether what follows a stretch is better than the stretch beyond doubt. */
function endsClearly(sums: Sums, { from, until }: Stretch, dispersion: number): boolean {
  const evidence = evidenceOf(between(sums, from, until), between(sums, from, sums.size)) / dispersion;
  const boundaries = sums.size - from;
  return boundaries * Math.exp(logNormalLowerTail(-Math.sqrt(2 * evidence))) < endChance;
}

/**
 * Miller and Siegmund's two-sided chance of the greatest statistic over the boundaries that were tried. For a fall alone it
 * would be half of it: the other half is for having tried ends as well.
 */
function maximalChance(evidence: number, sums: Sums, { from }: Stretch): number {
  const whole = between(sums, 0, sums.size).total;
  const single = Math.exp(logNormalLowerTail(-Math.sqrt(2 * evidence)));
  const bonferroni = Math.min(1, (sums.size - 1) * single);
  const b = Math.sqrt(2 * evidence);
  if (b < 2) return bonferroni;
  const least = Math.max(leastOfSide, sums.total[1] ?? 1) / whole;
  const most = 1 - Math.max(leastOfSide, whole - (sums.total[sums.size - 1] ?? 0)) / whole;
  if (!(least < most) || from === 0) return bonferroni;
  const density = Math.exp(-evidence) / Math.sqrt(2 * Math.PI);
  const odds = Math.log((most * (1 - least)) / (least * (1 - most)));
  return Math.min(bonferroni, density * ((b - 1 / b) * odds + 4 / b));
}

/** Starts whose likelihood, at the same end, is not far below the best one's. */
function rangeOf(sums: Sums, best: Stretch, within: number, startsIn: FallSearch['startsIn']): Fall['range'] {
  const whole = between(sums, 0, sums.size);
  let from = best.from;
  let to = best.from;
  for (let start = 1; start < best.until; start += 1) {
    if (!mayStart(sums, start, startsIn)) continue;
    if (evidenceOf(between(sums, start, best.until), whole) < best.evidence - within) continue;
    from = Math.min(from, start);
    to = Math.max(to, start);
  }
  // The change lies between the events of two buckets: after a silence it may be anywhere in it.
  const after = (sums.at[from - 1] ?? 0) + bucketWidth;
  return { from: Math.min(sums.at[from] ?? 0, after), to: sums.at[to] ?? 0 };
}

/** Blocks are of this many events at least, and a period is cut into so many at most: long ones show slow swings too. */
const eventsOfBlock = 20;
const blocksOfPeriod = 48;
/** With fewer blocks than this the scatter itself is too uncertain. */
const leastBlocks = 12;

/** Pearson's chi-square over its degrees of freedom, blocks of neighbouring buckets around the two rates; 1 at least. */
function dispersionOf(sums: Sums, best: Stretch): number {
  const stretches = [
    [0, best.from],
    [best.from, best.until],
    [best.until, sums.size],
  ] as const;
  const inner = between(sums, best.from, best.until);
  const whole = between(sums, 0, sums.size);
  const outer = { good: whole.good - inner.good, total: whole.total - inner.total };
  let chiSquare = 0;
  let blocks = 0;
  for (const [index, [from, until]] of stretches.entries()) {
    const { good, total } = index === 1 ? inner : outer;
    const rate = total === 0 ? 0 : good / total;
    const variance = rate * (1 - rate);
    if (variance === 0) continue;
    let start = from;
    for (let end = from + 1; end <= until; end += 1) {
      const block = between(sums, start, end);
      if (block.total < Math.max(eventsOfBlock, whole.total / blocksOfPeriod, 5 / Math.min(rate, 1 - rate)))
        continue;
      chiSquare += (block.good - block.total * rate) ** 2 / (block.total * variance);
      blocks += 1;
      start = end;
    }
  }
  return blocks < leastBlocks ? 1 : Math.max(1, chiSquare / (blocks - 2));
}
