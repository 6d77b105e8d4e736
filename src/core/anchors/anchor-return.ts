import type { AnchorRecord } from './anchor-evidence.ts';

/** A judge that moved, and how likely it is back: plain JSON. */
export interface JudgeReturn {
  /** By how much it moved, as a share of its verdicts; below 0 where it passes less. */
  readonly shift: number;
  /** ln of the likelihood that it is as it was over that it is where it moved, at least 0. */
  readonly evidence: number;
}

/** So much likelier it must be that the judge is back: by chance 1 in 1,000 tries. */
const lnBack = Math.log(1_000);

/** Less than this is no shift to come back from, and no round is more exact than that. */
const leastShift = 0.02;
const leastError = 0.005;

/**
 * By how much a judge's verdicts of a whole round differ from the anchors' earlier scorings, with the standard error that
 * exchangeable scorings have. Undefined where no anchor of the round was scored before.
 */
export function measureShift(
  { passes, scorings }: AnchorRecord,
  verdicts: ReadonlyMap<number, boolean>,
): { readonly shift: number; readonly error: number } | undefined {
  let count = 0;
  let sum = 0;
  let variance = 0;
  for (const [position, pass] of verdicts) {
    const earlier = scorings[position] ?? 0;
    if (earlier === 0) continue;
    const passed = passes[position] ?? 0;
    const share = (passed + (pass ? 1 : 0)) / (earlier + 1);
    count += 1;
    sum += (pass ? 1 : 0) - passed / earlier;
    variance += share * (1 - share) * ((earlier + 1) / earlier) ** 2;
  }
  return count === 0
    ? undefined
    : { shift: sum / count, error: Math.max(leastError, Math.sqrt(variance) / count) };
}

/**
 * Weighs a whole round of a judge that moved: between where it was when it was noticed and where it was before.
 *
 * @param known undefined at the first round since it moved, which tells by how much
 */
export function weighReturn(
  known: JudgeReturn | undefined,
  { shift, error }: { readonly shift: number; readonly error: number },
): JudgeReturn {
  if (known === undefined)
    return { shift: Math.abs(shift) < leastShift ? Math.sign(shift || -1) * leastShift : shift, evidence: 0 };
  const likelier = ((shift - known.shift) ** 2 - shift ** 2) / (2 * error ** 2);
  return { ...known, evidence: Math.max(0, known.evidence + likelier) };
}

export function isBack({ evidence }: JudgeReturn): boolean {
  return evidence >= lnBack;
}
