import { type AnchorRecord, addScorings, driftPressure, startRecord } from '#core/anchors/anchor-evidence.ts';
import { anchorSetSize, anchorsPerTurn } from '#core/anchors/anchor-set.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { day, dayKey } from '#core/time.ts';

/**
 * How often anchors call a steady judge moved, and how soon they notice one that drifts: 1,000 anchors, 200 scored a day in
 * turn, through the product's own evidence.
 */

/** Shares of scorings that are chance: the judge decides of the response anew. */
export const noises = [0, 0.1, 0.3] as const;

const good = 0.945;
const sensitivity = 0.93;
const drifted = 0.88;
const specificity = 0.75;
/** Days over which the sensitivity falls from .93 to .88. */
const driftDays = 30;
const stretchDays = 180;
/** Days until the drift must be noticed; a run that has not by then counts as this. */
const mostDays = 90;

/** A judge and the anchors that it scores: each has a place between 0 and 1 at which the judge would turn. */
interface ScoredSet {
  readonly isGood: readonly boolean[];
  readonly place: readonly number[];
}

function makeSet(random: RandomSource): ScoredSet {
  const isGood = Array.from({ length: anchorSetSize }, () => random.chance(good));
  return { isGood, place: isGood.map(() => random.uniform()) };
}

function scoreDay(
  random: RandomSource,
  { isGood, place }: ScoredSet,
  { at, noise, sensitive }: { readonly at: number; readonly noise: number; readonly sensitive: number },
): Map<number, boolean> {
  const verdicts = new Map<number, boolean>();
  for (let turn = 0; turn < anchorsPerTurn; turn += 1) {
    const position = (at * anchorsPerTurn + turn) % anchorSetSize;
    const turnsAt = noise > 0 && random.chance(noise) ? random.uniform() : (place[position] ?? 0);
    verdicts.set(position, turnsAt < (isGood[position] === true ? sensitive : 1 - specificity));
  }
  return verdicts;
}

const midnight = Date.parse('2026-01-01T00:00:00Z');

function scoreDays(
  random: RandomSource,
  set: ScoredSet,
  record: AnchorRecord,
  settings: { readonly from: number; readonly to: number; readonly noise: number },
  sensitiveOn: (day: number) => number,
): { readonly record: AnchorRecord; readonly noticedAt: number | undefined } {
  let known = record;
  for (let at = settings.from; at < settings.to; at += 1) {
    const verdicts = scoreDay(random, set, { at, noise: settings.noise, sensitive: sensitiveOn(at) });
    known = addScorings(known, verdicts, dayKey(midnight + at * day));
    if (driftPressure(known) >= 1) return { record: known, noticedAt: at + 1 };
  }
  return { record: known, noticedAt: undefined };
}

/** The share of half years in which a steady judge is called moved. */
export function measureFalseDrift(noise: number, repetitions: number): number {
  const random = createRandom(`anchors/steady/${noise}`);
  let moved = 0;
  for (let index = 0; index < repetitions; index += 1) {
    const run = { from: 0, to: stretchDays, noise };
    const { noticedAt } = scoreDays(
      random,
      makeSet(random),
      startRecord(anchorSetSize),
      run,
      () => sensitivity,
    );
    if (noticedAt !== undefined) moved += 1;
  }
  return moved / repetitions;
}

export interface DriftDelay {
  /** Days from the drift's beginning to the notice. */
  readonly median: number;
  /** The Monte Carlo standard error of the median. */
  readonly error: number;
  /** By which nine of ten sets have noticed it. */
  readonly ninth: number;
}

/**
 * How soon a sensitivity that falls from .93 to .88 over 30 days is noticed.
 *
 * @param daysBefore of scorings that the set has when the drift begins
 */
export function measureDriftDelay(noise: number, daysBefore: number, repetitions: number): DriftDelay {
  const random = createRandom(`anchors/drift/${noise}/${daysBefore}`);
  const delays: number[] = [];
  while (delays.length < repetitions) {
    const set = makeSet(random);
    const before = { from: 0, to: daysBefore, noise };
    const steady = scoreDays(random, set, startRecord(anchorSetSize), before, () => sensitivity);
    if (steady.noticedAt !== undefined) continue;
    const run = { from: daysBefore, to: daysBefore + mostDays, noise };
    const falls = (at: number) =>
      sensitivity - (sensitivity - drifted) * Math.min(1, (at - daysBefore + 1) / driftDays);
    const { noticedAt } = scoreDays(random, set, steady.record, run, falls);
    delays.push((noticedAt ?? run.to) - daysBefore);
  }
  delays.sort((a, b) => a - b);
  const at = (share: number) =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? Number.NaN;
  // Of a median, by the order statistics a standard error of its rank away.
  const off = 0.5 / Math.sqrt(delays.length);
  return { median: at(0.5), error: (at(0.5 + off) - at(0.5 - off)) / 2, ninth: at(0.9) };
}
