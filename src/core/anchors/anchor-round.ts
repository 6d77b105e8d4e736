import { day, dayKey, minute } from '../time.ts';
import type { AnchorProgress, AnchorRound } from './anchor-progress.ts';
import { type AnchorSet, anchorsPerTurn, leastAnchors } from './anchor-set.ts';

/** At most this share of the judge's daily spending cap goes to anchors. */
export const mostAnchorSpending = 0.1;

/**
 * The anchors to score now: all of them where a warning asks, the next turn once a UTC day, none while a round is open
 * or the day's share of the spending is used up.
 *
 * @param wanted.roomUsd what is left of today's share, see {@link spentOnAnchors}
 */
export function nextRound(
  set: AnchorSet,
  progress: AnchorProgress,
  wanted: { readonly warned: boolean; readonly roomUsd: number },
  now: number,
): AnchorRound | undefined {
  if (progress.open !== undefined) return undefined;
  const room =
    set.callUsd === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(wanted.roomUsd / set.callUsd));
  const alive = [...progress.latest].flatMap((state, position) => (state === 'x' ? [] : [position]));
  const round = (positions: readonly number[], whole: boolean): AnchorRound | undefined =>
    positions.length < leastAnchors
      ? undefined
      : { repeat: Math.floor(now / repeatWidth), sentAt: now, positions, whole };
  const isTurn = progress.sentOn !== dayKey(now) && now % day >= turnOfDay;
  // Only a whole round can say that a judge has come back.
  if (wanted.warned || (isTurn && progress.movedAt !== undefined))
    return round(alive.slice(0, room), alive.length <= room);
  if (!isTurn) return undefined;
  const inTurn = [
    ...alive.filter((position) => position >= progress.next),
    ...alive.filter((position) => position < progress.next),
  ];
  return round(inTurn.slice(0, Math.min(anchorsPerTurn, room)), alive.length <= anchorsPerTurn);
}

/** What a judge's anchors have cost today, US dollars, by their usual cost of a call. */
export function spentOnAnchors(set: AnchorSet, progress: AnchorProgress, now: number): number {
  return progress.sentOn === dayKey(now) ? progress.sent * set.callUsd : 0;
}

const repeatWidth = 30 * minute;

/** Turns are scored after the hour at which daily spending begins anew, when queues are short in most places. */
const turnOfDay = 30 * minute;

/** Notes that a round is to be sent. */
export function openRound(progress: AnchorProgress, round: AnchorRound, now: number): AnchorProgress {
  const last = round.positions.at(-1) ?? 0;
  const sentToday = progress.sentOn === dayKey(now) ? progress.sent : 0;
  return {
    ...progress,
    next: round.whole ? 0 : (last + 1) % Math.max(1, progress.latest.length),
    open: round,
    sentOn: dayKey(now),
    sent: sentToday + round.positions.length,
  };
}
