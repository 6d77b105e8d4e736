import type { Counts } from '../slo/rules/count-series.ts';
import { binomialLowerTail } from '../statistics/binomial.ts';
import { logNormalLowerTail } from '../statistics/normal.ts';
import type { Interval } from '../statistics/outcome.ts';
import { wilsonInterval } from '../statistics/proportion-interval.ts';

/** What traffic can be cut by. */
export const dimensionNames = ['release', 'model', 'cohort', 'provider'] as const;
export type DimensionName = (typeof dimensionNames)[number];

/** Good events of a slice before and after the start. */
export interface SliceCounts {
  readonly name: string;
  readonly before: Counts;
  readonly after: Counts;
}

export interface CarriersInput {
  readonly dimension: DimensionName;
  /** Every event belongs to exactly one slice. */
  readonly slices: readonly SliceCounts[];
  /** How many slices are tested, over all dimensions; as many as here unless given. */
  readonly tested?: number | undefined;
  /** Divides counts in tests, where events come in clusters; 1 unless given. */
  readonly designEffect?: number | undefined;
}

/** One slice's part in the failures that came on top. */
export interface Carrier extends SliceCounts {
  /** Share of good events, 0 to 1; null without events. */
  readonly rateBefore: number | null;
  readonly rateAfter: number | null;
  /** Wilson's 95% interval of the rate after; null without events. */
  readonly interval: Interval | null;
  /** Failures after, beyond those at its own rate before (a new slice: at the rate of all before). */
  readonly excessByRate: number;
  /** Failures that came because its share of the traffic changed and it fails more, or less, than the whole did. */
  readonly excessByMix: number;
  /** Both over the whole excess; the shares of all slices sum to 1. Null where there is no excess. */
  readonly share: number | null;
  /** Chance that it fares so much worse than the other slices do, corrected for how many were tested; null untested. */
  readonly chance: number | null;
  /** It fell beyond what the other slices did, beyond chance, and carries a fifth of the excess or more. */
  readonly standsOut: boolean;
  /** It had no events before. */
  readonly isNew: boolean;
}

/**
 * What cutting the traffic one way tells. `carried`: a slice stands out. `replaced`: traffic went over to slices that hardly were
 * there before, so nothing is left to compare them with. `mix`: rates stayed, traffic moved to worse slices. `even`: every slice fell alike.
 * `thin`: too few events to tell. `single`: there is but one slice. `none`: no excess.
 */
export type Finding = 'carried' | 'replaced' | 'mix' | 'even' | 'thin' | 'single' | 'none';

export interface Dimension {
  readonly dimension: DimensionName;
  readonly finding: Finding;
  /** Failures after, beyond those at the rate before. */
  readonly excess: number;
  /** Parts of the excess: rates that fell, and traffic that moved. */
  readonly byRate: number;
  readonly byMix: number;
  /** The greatest share first. Slices of under 10 events before and after are together in one, named `smallSlices`. */
  readonly carriers: readonly Carrier[];
  /** How many slices `smallSlices` holds. */
  readonly small: number;
}

/** Slices of fewer events than this are no cause of anything, and are not tested. */
export const leastOfSlice = 10;
export const smallSlices = '(small ones together)';

/** Where less of the traffic than this stayed what it was, there is nothing to compare with. */
const leastStayed = 0.2;

const significant = 0.01;
/** A slice that carries less of the excess is no answer to "what is it?". */
const leastShare = 0.2;

/**
 * Divides the failures that came on top among the slices of one dimension: for each n1 (r1 - r0) by its rate and
 * N1 (w1 - w0) (r0 - R0) by its share w of the traffic, which sum to the whole excess F1 - N1 R0 exactly.
 *
 * A slice stands out when its failures exceed what it would have had if it fared as the rest of the traffic did, under an
 * additive and under an odds-scale common change alike: the greater p-value of an exact binomial and a two-sample z test,
 * Bonferroni-corrected.
 */
export function findCarriers({ dimension, slices, tested, designEffect = 1 }: CarriersInput): Dimension {
  const known = gatherSmall(slices.filter(({ before, after }) => before.total + after.total > 0));
  const whole = sumOf(known.slices);
  const testable = known.slices.filter(isTestable).length;
  const tests = Math.max(1, tested ?? testable);
  const usual = failShare(whole.before) ?? 0;
  const excess = fails(whole.after) - whole.after.total * usual;
  const carriers = known.slices
    .map((slice) => measureCarrier(slice, { whole, usual, excess, tests, designEffect }))
    .toSorted((first, second) => (second.share ?? 0) - (first.share ?? 0) || byName(first, second));
  const byRate = carriers.reduce((sum, { excessByRate }) => sum + excessByRate, 0);
  const byMix = carriers.reduce((sum, { excessByMix }) => sum + excessByMix, 0);
  return {
    dimension,
    finding: classifyFinding(carriers, { whole, excess, byMix, designEffect }),
    excess,
    byRate,
    byMix,
    carriers,
    small: known.small,
  };
}

/** Slices of a dimension that {@link findCarriers} would test: what corrections for many looks count. */
export function countTestable(slices: readonly SliceCounts[]): number {
  return slices.filter(isTestable).length;
}

function isTestable({ name, after }: SliceCounts): boolean {
  return name !== smallSlices && after.total >= leastOfSlice;
}

function gatherSmall(slices: readonly SliceCounts[]): { slices: SliceCounts[]; small: number } {
  const isSmall = ({ before, after }: SliceCounts) =>
    before.total < leastOfSlice && after.total < leastOfSlice;
  const small = slices.filter(isSmall);
  const large = slices.filter((slice) => !isSmall(slice));
  if (small.length < 2) return { slices: [...slices], small: 0 };
  return { slices: [...large, { name: smallSlices, ...sumOf(small) }], small: small.length };
}

interface CarrierInput {
  readonly whole: Omit<SliceCounts, 'name'>;
  readonly usual: number;
  readonly excess: number;
  readonly tests: number;
  readonly designEffect: number;
}

function measureCarrier(
  slice: SliceCounts,
  { whole, usual, excess, tests, designEffect }: CarrierInput,
): Carrier {
  const { before, after } = slice;
  const own = failShare(before) ?? usual;
  const weightBefore = before.total / Math.max(1, whole.before.total);
  const weightAfter = after.total / Math.max(1, whole.after.total);
  const excessByRate = fails(after) - after.total * own;
  const excessByMix = whole.after.total * (weightAfter - weightBefore) * (own - usual);
  const share = excess > 0 ? (excessByRate + excessByMix) / excess : null;
  const chance = isTestable(slice)
    ? Math.min(1, tests * chanceAgainstRest(slice, restOf(whole, slice), whole.before, designEffect))
    : null;
  return {
    ...slice,
    rateBefore: goodShare(before),
    rateAfter: goodShare(after),
    interval: after.total === 0 ? null : wilsonInterval({ passes: after.good, events: after.total }, 0.95),
    excessByRate,
    excessByMix,
    share,
    chance,
    standsOut: chance !== null && chance < significant && excess > 0 && excessByRate / excess >= leastShare,
    isNew: before.total === 0,
  };
}

/** One-sided p-value that a slice fell no more than the rest of the traffic; 1 where there is no rest to compare with. */
function chanceAgainstRest(
  { before, after }: SliceCounts,
  rest: Omit<SliceCounts, 'name'>,
  usual: Counts,
  designEffect: number,
): number {
  if (rest.after.total < leastOfSlice || usual.total === 0) return 1;
  const ownBefore = smoothed(before.total === 0 ? usual : before);
  const restBefore = smoothed(rest.before.total === 0 ? usual : rest.before);
  const restAfter = smoothed(rest.after);
  const added = ownBefore + restAfter - restBefore;
  const byOdds = logistic(logit(ownBefore) + logit(restAfter) - logit(restBefore));
  const expected = Math.min(1, Math.max(added, byOdds, 0));
  const spread =
    spreadOf(after) +
    spreadOf(rest.after) +
    (before.total === 0 ? 0 : spreadOf(before)) +
    spreadOf(rest.before);
  const z = (smoothed(after) - expected) / Math.sqrt(designEffect * spread);
  const events = after.total / designEffect;
  const exact = binomialLowerTail({ passes: after.good / designEffect, events }, 1 - expected);
  return Math.max(exact.probability, Math.exp(logNormalLowerTail(-z)));
}

interface FindingInput {
  readonly whole: Omit<SliceCounts, 'name'>;
  readonly excess: number;
  readonly byMix: number;
  readonly designEffect: number;
}

function classifyFinding(
  carriers: readonly Carrier[],
  { whole, excess, byMix, designEffect }: FindingInput,
): Finding {
  if (carriers.length < 2) return 'single';
  if (!(excess > 0)) return 'none';
  const serving = carriers.filter(({ after }) => after.total > 0);
  const share = (slice: Carrier, when: 'before' | 'after') =>
    slice[when].total / Math.max(1, whole[when].total);
  const stayed = carriers.reduce(
    (sum, each) => sum + Math.min(share(each, 'before'), share(each, 'after')),
    0,
  );
  // One of the new ones may yet stand out against the others.
  if (carriers.some(({ standsOut }) => standsOut)) return 'carried';
  if (stayed < leastStayed && findReplacements(carriers).length > 0) return 'replaced';
  if (byMix >= excess / 2 && !ratesFell(carriers, designEffect)) return 'mix';
  const sizable = serving.filter((slice) => slice.after.total >= 30 && share(slice, 'after') >= 0.1);
  return sizable.length >= 2 ? 'even' : 'thin';
}

/** Slices that the traffic went over to: at least twice their share of before. */
export function findReplacements(carriers: readonly Carrier[]): Carrier[] {
  const sum = (when: 'before' | 'after') => carriers.reduce((all, each) => all + each[when].total, 0);
  const before = Math.max(1, sum('before'));
  const after = Math.max(1, sum('after'));
  return carriers.filter(
    (each) => each.after.total > 0 && each.after.total / after >= (2 * each.before.total) / before,
  );
}

/** Whether the slices' own rates fell, all of them taken together: a stratified z test at 1%. */
function ratesFell(carriers: readonly Carrier[], designEffect: number): boolean {
  let excess = 0;
  let variance = 0;
  for (const { before, after, excessByRate } of carriers) {
    if (before.total === 0 || after.total === 0) continue;
    excess += excessByRate;
    variance += after.total ** 2 * (spreadOf(after) + spreadOf(before));
  }
  return variance > 0 && excess / Math.sqrt(designEffect * variance) > 2.326;
}

function sumOf(slices: readonly Omit<SliceCounts, 'name'>[]): Omit<SliceCounts, 'name'> {
  const add = (when: 'before' | 'after') =>
    slices.reduce(
      (sum, slice) => ({ good: sum.good + slice[when].good, total: sum.total + slice[when].total }),
      { good: 0, total: 0 },
    );
  return { before: add('before'), after: add('after') };
}

function restOf(whole: Omit<SliceCounts, 'name'>, slice: SliceCounts): Omit<SliceCounts, 'name'> {
  const take = (when: 'before' | 'after') => ({
    good: whole[when].good - slice[when].good,
    total: whole[when].total - slice[when].total,
  });
  return { before: take('before'), after: take('after') };
}

function fails({ good, total }: Counts): number {
  return total - good;
}

function failShare(counts: Counts): number | undefined {
  return counts.total === 0 ? undefined : fails(counts) / counts.total;
}

function goodShare({ good, total }: Counts): number | null {
  return total === 0 ? null : good / total;
}

/** Half a failure and half a success more, so that 0 of 3 is no certainty. */
function smoothed(counts: Counts): number {
  return (fails(counts) + 0.5) / (counts.total + 1);
}

function spreadOf(counts: Counts): number {
  const share = smoothed(counts);
  return (share * (1 - share)) / (counts.total + 1);
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function byName(first: Carrier, second: Carrier): number {
  return first.name < second.name ? -1 : 1;
}
