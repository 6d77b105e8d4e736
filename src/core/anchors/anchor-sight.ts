import { type AnchorRecord, betsOn, lnBoundOfOne, lnGain } from './anchor-evidence.ts';

/** The least shifts of a judge that a set could have seen by now, as shares of its verdicts; null where none could be. */
export interface AnchorSight {
  /** Passes that have become fails. */
  readonly fall: number | null;
  readonly rise: number | null;
}

/** A set that would not have seen a shift of so much cannot tell. */
export const steadySight = 0.05;

/** The normal quantile of how surely it would have been seen: in 80% of cases. */
const surely = 0.8416;

const precision = 0.0005;

/**
 * The smallest shift that would be seen in 80% of cases, had it come before each anchor's newest scoring: a share of the passes
 * that now fail, or the other way round.
 */
export function smallestShifts({ passes, scorings }: AnchorRecord): AnchorSight {
  const kinds = new Map<string, Kind>();
  for (const [position, all] of scorings.entries()) {
    if (all < 1) continue;
    // The newest would be under the judge that moved.
    const earlier = all - 1;
    const passed = Math.min(earlier, Math.round(((passes[position] ?? 0) / all) * earlier));
    const key = `${passed}/${earlier}`;
    kinds.set(key, { passed, earlier, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  return { fall: smallestShift([...kinds.values()], false), rise: smallestShift([...kinds.values()], true) };
}

/** Whether a judge that moved by so much as matters would have been seen. Fewer verdicts than that may be left to move. */
export function isClear({ fall, rise }: AnchorSight, record: AnchorRecord): boolean {
  const share = passShare(record);
  const enough = (shift: number | null, most: number) =>
    shift === null ? most < steadySight : shift <= steadySight;
  return share !== undefined && enough(fall, share) && enough(rise, 1 - share);
}

/** The share of all scorings that passed; undefined before the first. */
function passShare({ passes, scorings }: AnchorRecord): number | undefined {
  const all = scorings.reduce((sum, count) => sum + count, 0);
  return all === 0 ? undefined : passes.reduce((sum, count) => sum + count, 0) / all;
}

/** Anchors that passed in as many of as many scorings. */
interface Kind {
  readonly passed: number;
  readonly earlier: number;
  readonly count: number;
}

function smallestShift(kinds: readonly Kind[], rises: boolean): number | null {
  const anchors = kinds.reduce((sum, { count }) => sum + count, 0);
  const movable = kinds.reduce((sum, kind) => sum + kind.count * shareOf(kind, rises), 0);
  if (anchors === 0 || movable === 0) return null;
  const isSeen = (moved: number) => betsOn(rises).some((bet) => wouldFire(kinds, bet, rises, moved));
  if (!isSeen(1)) return null;
  let least = 0;
  let most = 1;
  while (((most - least) * movable) / anchors > precision) {
    const middle = (least + most) / 2;
    if (isSeen(middle)) most = middle;
    else least = middle;
  }
  return (most * movable) / anchors;
}

/** The share of an anchor's scorings that may move. */
function shareOf({ passed, earlier }: Kind, rises: boolean): number {
  if (earlier === 0) return rises ? 0 : 1;
  return rises ? 1 - passed / earlier : passed / earlier;
}

/** @param moved the share of what may move that did */
function wouldFire(kinds: readonly Kind[], bet: number, rises: boolean, moved: number): boolean {
  let mean = 0;
  let variance = 0;
  for (const kind of kinds) {
    const { passed, earlier, count } = kind;
    if (earlier === 0) continue;
    const movable = shareOf(kind, rises);
    const passes = rises ? 1 - movable * (1 - moved) : movable * (1 - moved);
    const gain = (pass: boolean) => {
      const share = (passed + (pass ? 1 : 0)) / (earlier + 1);
      return share === 0 || share === 1 ? 0 : lnGain(bet, pass, share);
    };
    const ofPass = gain(true);
    const ofFail = gain(false);
    mean += count * (passes * ofPass + (1 - passes) * ofFail);
    variance += count * passes * (1 - passes) * (ofPass - ofFail) ** 2;
  }
  return mean - surely * Math.sqrt(variance) >= lnBoundOfOne;
}
