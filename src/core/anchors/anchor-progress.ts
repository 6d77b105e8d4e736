import { exactMcNemar } from '../statistics/mcnemar.ts';
import { day, dayKey, minute } from '../time.ts';
import { type AnchorSet, anchorsPerTurn, leastAnchors } from './anchor-set.ts';

/** At most this share of the judge's daily spending cap goes to anchors. */
export const mostAnchorSpending = 0.1;

/** The judge moved when its new verdicts would differ so unevenly from its earlier ones by chance this rarely. */
export const anchorAlpha = 0.001;

/** A judge that moved has come back when a whole set no longer shows it. */
const backAlpha = 0.01;

/** Share of a whole round that must be in for an answer. */
const leastAnswered = 0.8;

/** Scorings that have not ended by then no longer count for their round. */
export const roundTimeout = 25 * minute;

/** Anchors sent to be scored, until their verdicts are in. */
export interface AnchorRound {
  /** The repeat of its judgements: the half hour of its tick, so that a tick done again pays for nothing twice. */
  readonly repeat: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly positions: readonly number[];
  /** Every anchor there is: its result answers a warning. */
  readonly whole: boolean;
}

/**
 * Where the scoring of a judge's anchors stands: plain JSON. `latest` holds a character an anchor: `-` not scored yet,
 * `p` or `f` the newest verdict, `x` its text is gone.
 */
export interface AnchorProgress {
  /** {@link AnchorSet.madeFor} of the set that it is about. */
  readonly madeFor: number;
  readonly latest: string;
  /** Position that the next turn begins with. */
  readonly next: number;
  readonly open?: AnchorRound | undefined;
  /** UTC day (`2026-11-03`) of the last sending, and how many were sent in it. */
  readonly sentOn: string;
  readonly sent: number;
  /** When the last round over all anchors was sent whose verdicts are in. */
  readonly wholeAt?: number | undefined;
  /** Since when the judge has moved; absent while it is steady. */
  readonly movedAt?: number | undefined;
}

/** The start of a new set: What was sent today for the one before still counts against the day's share. */
export function startAnchorProgress(set: AnchorSet, before?: AnchorProgress): AnchorProgress {
  return {
    madeFor: set.madeFor,
    latest: '-'.repeat(set.anchors.length),
    next: 0,
    sentOn: before?.sentOn ?? '',
    sent: before?.sent ?? 0,
  };
}

/** What the anchors say of a judge. */
export interface AnchorReading {
  /** Anchors with a newer verdict, and how many of them changed which way. */
  readonly compared: number;
  readonly passThenFail: number;
  readonly failThenPass: number;
  /** ln p of the exact McNemar test, over ln alpha: 1 says that the judge moved. */
  readonly pressure: number;
}

/** Compares each anchor's newest verdict with its earlier one; an anchor counts once, however often it was scored. */
export function readAnchors(set: AnchorSet, { latest }: AnchorProgress): AnchorReading {
  let compared = 0;
  let passThenFail = 0;
  let failThenPass = 0;
  for (const [position, { pass }] of set.anchors.entries()) {
    const now = latest[position];
    if (now !== 'p' && now !== 'f') continue;
    compared += 1;
    if (pass && now === 'f') passThenFail += 1;
    if (!pass && now === 'p') failThenPass += 1;
  }
  const { logProbability } = exactMcNemar({ passThenFail, failThenPass });
  return { compared, passThenFail, failThenPass, pressure: Math.abs(logProbability / Math.log(anchorAlpha)) };
}

/** How a scoring ended: with a verdict, without one, or not yet. */
export type AnchorOutcome = 'pass' | 'fail' | 'none' | 'pending';

/**
 * Takes in what became of the open round. It closes when every scoring has ended, or after {@link roundTimeout} with
 * those that have.
 *
 * @param outcomes by position
 */
export function closeRound(
  set: AnchorSet,
  progress: AnchorProgress,
  outcomes: ReadonlyMap<number, AnchorOutcome>,
  now: number,
): AnchorProgress {
  const { open } = progress;
  if (open === undefined) return progress;
  const pending = open.positions.filter((position) => (outcomes.get(position) ?? 'pending') === 'pending');
  if (pending.length > 0 && now - open.sentAt < roundTimeout) return progress;
  const latest = [...progress.latest];
  let scored = 0;
  for (const position of open.positions) {
    const outcome = outcomes.get(position);
    if (outcome !== 'pass' && outcome !== 'fail') continue;
    latest[position] = outcome === 'pass' ? 'p' : 'f';
    scored += 1;
  }
  const { open: _, movedAt, ...rest } = progress;
  const after: AnchorProgress = { ...rest, latest: latest.join('') };
  // With much less a judge that changed would hardly be seen.
  const whole = open.whole && scored >= leastAnswered * open.positions.length;
  const { pressure } = readAnchors(set, after);
  const moved =
    movedAt === undefined
      ? pressure >= 1
      : !(whole && pressure < Math.log(backAlpha) / Math.log(anchorAlpha));
  return {
    ...after,
    ...(whole && { wholeAt: open.sentAt }),
    ...(moved && { movedAt: movedAt ?? now }),
  };
}

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

/** Takes anchors whose text is gone out of the set, and out of the round that is open. */
export function dropAnchors(progress: AnchorProgress, gone: ReadonlySet<number>): AnchorProgress {
  const latest = [...progress.latest].map((state, position) => (gone.has(position) ? 'x' : state)).join('');
  const { open, ...rest } = progress;
  if (open === undefined) return { ...rest, latest };
  const positions = open.positions.filter((position) => !gone.has(position));
  const sent = Math.max(0, progress.sent - (open.positions.length - positions.length));
  return { ...rest, latest, sent, ...(positions.length > 0 && { open: { ...open, positions } }) };
}

/** Whether so many texts are gone that a new set is wanted. */
export function isWornOut({ latest }: AnchorProgress): boolean {
  let alive = 0;
  for (const state of latest) if (state !== 'x') alive += 1;
  return alive < leastAnchors;
}
