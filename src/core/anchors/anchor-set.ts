import type { JudgementState } from '../judging/judgement.ts';
import { createRandom } from '../statistics/random.ts';
import { day, floorTo, hour, hourKey } from '../time.ts';

/** A response that the judge scores again, with what it said of it when people calibrated it. */
export interface Anchor {
  readonly responseId: string;
  readonly surface: string;
  /** Epoch milliseconds of the response. */
  readonly at: number;
  readonly probability: number;
  /** The judge's own earlier verdict. */
  readonly pass: boolean;
}

/** The anchors of one judge under one rubric version: what its verdicts of today are held against. */
export interface AnchorSet {
  /**
   * Up to when the ratings reached that the set was chosen for, epoch milliseconds. Newer ratings leave it as it is, for what a set
   * has seen grows with its scorings; of a judge that moved they ask for a new one.
   */
  readonly madeFor: number;
  /** What one scoring costs on average, US dollars. */
  readonly callUsd: number;
  readonly anchors: readonly Anchor[];
  /** Since when the judge is as it is now: ratings of responses from before no longer calibrate it. Epoch milliseconds. */
  readonly countsFrom?: number | undefined;
  /** When others took the places of anchors whose texts were gone, epoch milliseconds; absent where none did. */
  readonly refilledAt?: number | undefined;
  /** What `countsFrom` was before the last move, for a judge that comes back. */
  readonly countedFrom?: number | undefined;
}

/** Anchors of a set, and how many are scored a day in turn. */
export const anchorSetSize = 1_000;
export const anchorsPerTurn = 200;

/** With fewer a judge that changed would not be seen, and no page waits for them. */
export const leastAnchors = 200;

/** Anchors come from so long before the end of what was rated. */
const anchorWindow = 7 * day;

/** A judged response that may become an anchor. */
export interface AnchorCandidate {
  readonly responseId: string;
  readonly at: number;
  readonly probability: number;
  readonly state: JudgementState;
  readonly pass: boolean | undefined;
  readonly costUsd: number;
  /** The model id that the judge's provider returned. */
  readonly returnedModel: string | undefined;
}

/** An hour of one surface to read candidates from. */
export interface AnchorHour {
  readonly surface: string;
  /** `2026-11-03T09` */
  readonly hour: string;
}

/**
 * The hours that anchors are chosen from, in an order that is random and the same for the same seed: whoever reads them
 * may stop once there are enough.
 *
 * @param windows by surface, what people rated; epoch milliseconds
 */
export function anchorHours(
  windows: readonly { readonly surface: string; readonly from: number; readonly to: number }[],
  seed: string,
): AnchorHour[] {
  const hours: AnchorHour[] = [];
  for (const { surface, from, to } of windows)
    for (let at = floorTo(Math.max(from, to - anchorWindow), hour); at < to; at += hour)
      hours.push({ surface, hour: hourKey(at) });
  return createRandom(seed).shuffle(hours);
}

/** Chooses anchors; undefined where there are too few for a set. The same candidates and seed give the same set. */
export function chooseAnchors(
  candidates: readonly (AnchorCandidate & { readonly surface: string })[],
  madeFor: number,
  seed: string,
): AnchorSet | undefined {
  const chosen = shuffleJudged(candidates, seed).slice(0, anchorSetSize);
  if (chosen.length < leastAnchors) return undefined;
  const callUsd = chosen.reduce((sum, { costUsd }) => sum + costUsd, 0) / chosen.length;
  return { madeFor, callUsd, anchors: chosen.map(toAnchor) };
}

/**
 * Puts others in the places of anchors whose texts are gone; the rest goes on with all its scorings. Undefined where there are
 * not enough others.
 *
 * @param gone positions
 */
export function refillAnchors(
  set: AnchorSet,
  gone: ReadonlySet<number>,
  candidates: readonly (AnchorCandidate & { readonly surface: string })[],
  now: number,
): AnchorSet | undefined {
  const known = new Set(set.anchors.map(({ responseId }) => responseId));
  const others = candidates.filter(({ responseId }) => !known.has(responseId));
  const chosen = shuffleJudged(others, `${set.madeFor}/${now}`).slice(0, gone.size).map(toAnchor);
  if (chosen.length < gone.size) return undefined;
  const fresh = chosen.values();
  const anchors = set.anchors.map((anchor, position) =>
    gone.has(position) ? (fresh.next().value ?? anchor) : anchor,
  );
  return { ...set, anchors, refilledAt: now };
}

type JudgedCandidate = AnchorCandidate & { readonly surface: string };

/** In an order that depends on the seed alone. */
function shuffleJudged(candidates: readonly JudgedCandidate[], seed: string): JudgedCandidate[] {
  const judged = candidates.filter(({ state, pass }) => state === 'judged' && pass !== undefined);
  const ordered = judged.sort((a, b) => (a.responseId < b.responseId ? -1 : 1));
  return createRandom(seed).shuffle(ordered);
}

function toAnchor({ responseId, surface, at, probability, pass = false }: JudgedCandidate): Anchor {
  return { responseId, surface, at, probability, pass };
}
