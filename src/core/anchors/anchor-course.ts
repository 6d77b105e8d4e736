import { exactMcNemar } from '../statistics/mcnemar.ts';
import { day, dayKey, minute } from '../time.ts';
import { type AnchorSet, anchorsPerTurn, leastAnchors } from './anchor-set.ts';

/** At most this share of the judge's daily spending cap goes to anchors. */
export const mostAnchorSpending = 0.1;

/** The judge moved when its new verdicts would differ so unevenly from its earlier ones by chance this rarely. */
export const anchorAlpha = 0.001;

/** A judge that moved has come back when a whole set no longer shows it. */
const backAlpha = 0.01;

/** Scorings that have not ended by then no longer count for their round. */
export const roundPatience = 25 * minute;

/** Anchors sent to be scored, until their verdicts are in. */
export interface AnchorRound {
  /** The repeat of its judgements: the minute of its tick, so that no two rounds share one and a tick done twice does. */
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
export interface AnchorCourse {
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

export function freshCourse(set: AnchorSet): AnchorCourse {
  return {
    madeFor: set.madeFor,
    latest: '-'.repeat(set.anchors.length),
    next: 0,
    sentOn: '',
    sent: 0,
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
export function readAnchors(set: AnchorSet, { latest }: AnchorCourse): AnchorReading {
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
 * Takes in what became of the open round. It closes when every scoring has ended, or after {@link roundPatience} with
 * those that have.
 *
 * @param outcomes by position
 */
export function closeRound(
  set: AnchorSet,
  course: AnchorCourse,
  outcomes: ReadonlyMap<number, AnchorOutcome>,
  now: number,
): AnchorCourse {
  const { open } = course;
  if (open === undefined) return course;
  const pending = open.positions.filter((position) => (outcomes.get(position) ?? 'pending') === 'pending');
  if (pending.length > 0 && now - open.sentAt < roundPatience) return course;
  const latest = [...course.latest];
  let scored = 0;
  for (const position of open.positions) {
    const outcome = outcomes.get(position);
    if (outcome !== 'pass' && outcome !== 'fail') continue;
    latest[position] = outcome === 'pass' ? 'p' : 'f';
    scored += 1;
  }
  const { open: _, movedAt, ...rest } = course;
  const after: AnchorCourse = { ...rest, latest: latest.join('') };
  // Half of a round is no answer to whether the judge changed.
  const answered = scored >= Math.min(leastAnchors, open.positions.length / 2);
  const whole = open.whole && answered;
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
 * @param capUsd the judge's daily spending cap
 */
export function nextRound(
  set: AnchorSet,
  course: AnchorCourse,
  wanted: { readonly warned: boolean; readonly capUsd: number },
  now: number,
): AnchorRound | undefined {
  if (course.open !== undefined) return undefined;
  const sentToday = course.sentOn === dayKey(now) ? course.sent : 0;
  const affordable =
    set.callUsd === 0
      ? Number.POSITIVE_INFINITY
      : Math.floor((mostAnchorSpending * wanted.capUsd) / set.callUsd);
  const alive = [...course.latest].flatMap((state, position) => (state === 'x' ? [] : [position]));
  const room = affordable - sentToday;
  const round = (positions: readonly number[], whole: boolean): AnchorRound | undefined =>
    positions.length < leastAnchors
      ? undefined
      : { repeat: Math.floor(now / minute), sentAt: now, positions, whole };
  if (wanted.warned) return round(alive.slice(0, room), alive.length <= room);
  if (course.sentOn === dayKey(now) || now % day < turnOfDay) return undefined;
  const inTurn = [
    ...alive.filter((position) => position >= course.next),
    ...alive.filter((position) => position < course.next),
  ];
  return round(inTurn.slice(0, Math.min(anchorsPerTurn, room)), alive.length <= anchorsPerTurn);
}

/** Turns are scored after the hour at which daily spending begins anew, when queues are short in most places. */
const turnOfDay = 30 * minute;

/** Notes that a round was sent. Anchors whose text is gone leave the set. */
export function openRound(
  course: AnchorCourse,
  round: AnchorRound,
  gone: ReadonlySet<number>,
  now: number,
): AnchorCourse {
  const latest = [...course.latest].map((state, position) => (gone.has(position) ? 'x' : state)).join('');
  const positions = round.positions.filter((position) => !gone.has(position));
  const last = round.positions.at(-1) ?? 0;
  const sentToday = course.sentOn === dayKey(now) ? course.sent : 0;
  return {
    ...course,
    latest,
    next: round.whole ? 0 : (last + 1) % Math.max(1, course.latest.length),
    ...(positions.length > 0 && { open: { ...round, positions } }),
    sentOn: dayKey(now),
    sent: sentToday + positions.length,
  };
}

/** Whether so many texts are gone that a new set is wanted. */
export function isWornOut({ latest }: AnchorCourse): boolean {
  let alive = 0;
  for (const state of latest) if (state !== 'x') alive += 1;
  return alive < leastAnchors;
}
