import { largest } from '../extremes.ts';

/**
 * Whether a judge still scores its anchors as it did, by a test that may be looked at for ever: of an anchor that has passed
 * in m of its k + 1 scorings, the newest one included, a steady judge's newest is a pass with chance m / (k + 1), whatever the
 * anchor's own chance, for its scorings are exchangeable. So a bet against that gains nothing on average, and what bets have
 * gained together is evidence (a Shiryaev-Roberts e-detector: Shin, Ramdas and Rinaldo 2022).
 */

/** What the scorings of a set's anchors have shown: plain JSON. */
export interface AnchorRecord {
  /** By position: how many of the anchor's scorings were passes, and how many there were. */
  readonly passes: readonly number[];
  readonly scorings: readonly number[];
  /** ln(1 + R) of each bet, as {@link bets} lists them. */
  readonly evidence: readonly number[];
  /** UTC day (`2026-11-03`) of the newest scorings; empty before the first. */
  readonly day: string;
}

/** Odds that a bet lays on the rarer verdict; several, for nobody knows how far a judge moves. */
const odds = [1.5, 3, 8, 30] as const;

/** Each bet: that anchors fail more than they did, or that they pass more. */
const bets = [false, true].flatMap((onPasses) => odds.map((odd) => ({ onPasses, odd })));

/**
 * The mean of R at which the judge has moved: within d days that happens to a steady one with a chance of at most d over this, so
 * in at most .5% of half years.
 */
export const driftBound = 36_000;

/** The mean of R that one of the bets alone must bring. */
export const lnBoundOfOne = Math.log(driftBound * bets.length);

/** Scorings of an anchor that are remembered: from here on by half of them, which are exchangeable as well. */
const mostScorings = 1_000;

/** @param size anchors of the set */
export function startRecord(size: number): AnchorRecord {
  return {
    passes: Array.from({ length: size }, () => 0),
    scorings: Array.from({ length: size }, () => 0),
    evidence: bets.map(() => 0),
    day: '',
  };
}

/**
 * Takes in new scorings, at most one an anchor. A day begins a new suspicion: R = (R + 1) x the gains of its bets.
 *
 * @param verdicts whether it passed, by position
 * @param day UTC day of the scorings (`2026-11-03`)
 */
export function addScorings(
  record: AnchorRecord,
  verdicts: ReadonlyMap<number, boolean>,
  day: string,
): AnchorRecord {
  if (verdicts.size === 0) return record;
  const passes = [...record.passes];
  const scorings = [...record.scorings];
  const gains = bets.map(() => 0);
  for (const [position, pass] of verdicts) {
    const all = (scorings[position] ?? 0) + 1;
    const passed = (passes[position] ?? 0) + (pass ? 1 : 0);
    // One that was always the same says nothing.
    if (passed > 0 && passed < all)
      for (let bet = 0; bet < bets.length; bet += 1)
        gains[bet] = (gains[bet] ?? 0) + lnGain(bet, pass, passed / all);
    const isLong = all >= mostScorings;
    scorings[position] = isLong ? Math.floor(all / 2) : all;
    passes[position] = isLong ? Math.min(Math.round(passed / 2), Math.floor(all / 2)) : passed;
  }
  const evidence = record.evidence.map((known, bet) =>
    lnOnePlus((day === record.day ? lnBeyondOne(known) : known) + (gains[bet] ?? 0)),
  );
  return { passes, scorings, evidence, day };
}

/** The same scorings, with no suspicion left. */
export function clearEvidence(record: AnchorRecord): AnchorRecord {
  return { ...record, evidence: bets.map(() => 0) };
}

/** The record without anchors that are scored no more; what they have shown stays shown. */
export function forgetScorings(record: AnchorRecord, gone: ReadonlySet<number>): AnchorRecord {
  const without = (counts: readonly number[]) =>
    counts.map((count, position) => (gone.has(position) ? 0 : count));
  return { ...record, passes: without(record.passes), scorings: without(record.scorings) };
}

/** ln of the mean of R over ln {@link driftBound}, at least 0: 1 says that the judge moved. */
export function driftPressure({ evidence }: AnchorRecord): number {
  const all = evidence.map(lnBeyondOne);
  const most = largest(all);
  if (most === Number.NEGATIVE_INFINITY) return 0;
  const sum = all.reduce((total, each) => total + Math.exp(each - most), 0);
  return Math.max(0, (most + Math.log(sum / all.length)) / Math.log(driftBound));
}

/**
 * ln of what a bet gains by an anchor's newest scoring; of mean 1 where that is a pass with chance `share`.
 *
 * @param bet its place in {@link bets}
 * @param share of the anchor's scorings that passed, the newest included, strictly between 0 and 1
 */
export function lnGain(bet: number, pass: boolean, share: number): number {
  const { onPasses, odd } = bets[bet] ?? { onPasses: false, odd: 1 };
  const backed = onPasses ? share : 1 - share;
  return (pass === onPasses ? Math.log(odd) : 0) - Math.log(1 + (odd - 1) * backed);
}

/** The bets of one direction, by their place. */
export function betsOn(passes: boolean): number[] {
  return bets.flatMap(({ onPasses }, bet) => (onPasses === passes ? [bet] : []));
}

/** ln R of ln(1 + R), and back; as precise near 0 as far up. */
function lnBeyondOne(value: number): number {
  return value > 30 ? value : Math.log(Math.expm1(value));
}

function lnOnePlus(ln: number): number {
  return ln > 30 ? ln : Math.log1p(Math.exp(ln));
}
