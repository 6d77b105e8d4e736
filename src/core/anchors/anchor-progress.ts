import { dayKey, minute } from '../time.ts';
import {
  type AnchorRecord,
  addScorings,
  clearEvidence,
  driftPressure,
  forgetScorings,
  startRecord,
} from './anchor-evidence.ts';
import { isBack, type JudgeReturn, measureShift, weighReturn } from './anchor-return.ts';
import { type AnchorSet, leastAnchors } from './anchor-set.ts';
import { type AnchorSight, isClear, smallestShifts } from './anchor-sight.ts';

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
  /** {@link AnchorSet.refilledAt} as far as it is taken in. */
  readonly refilledAt?: number | undefined;
  /** Position that the next turn begins with. */
  readonly next: number;
  readonly open?: AnchorRound | undefined;
  /** UTC day (`2026-11-03`) of the last sending, and how many were sent in it. */
  readonly sentOn: string;
  readonly sent: number;
  /** When the last round over all anchors was sent whose verdicts are in. */
  readonly wholeAt?: number | undefined;
  /** Since when the judge has moved; absent while nothing says so. */
  readonly movedAt?: number | undefined;
  /** What all scorings have shown; those of a judge that moved are held against it and do not join it. Absent where it was stored before there were any. */
  readonly record?: AnchorRecord | undefined;
  /** The least shifts that would have been seen by now. */
  readonly sight?: AnchorSight | undefined;
  /** Of a judge that moved, since the first whole round after. */
  readonly returned?: JudgeReturn | undefined;
  /** Of the last round that ended: how many answers there were, and how many may be older ones that a cache kept. */
  readonly suspects?: AnchorSuspects | undefined;
}

/** The start of a new set: What was sent today for the one before still counts against the day's share. */
export function startAnchorProgress(set: AnchorSet, before?: AnchorProgress): AnchorProgress {
  return {
    madeFor: set.madeFor,
    latest: '-'.repeat(set.anchors.length),
    next: 0,
    sentOn: before?.sentOn ?? '',
    sent: before?.sent ?? 0,
    ...(set.refilledAt !== undefined && { refilledAt: set.refilledAt }),
    record: startRecord(set.anchors.length),
  };
}

/**
 * Progress as it was stored before every scoring was kept: with the newest ones as the first. A judge that had moved is held
 * against the verdicts that its anchors were chosen by, for no others are left of before.
 */
function withRecord(progress: AnchorProgress, set: AnchorSet | undefined): RecordedProgress {
  const { record, latest, movedAt } = progress;
  if (record !== undefined) return { ...progress, record };
  const verdicts = new Map<number, boolean>();
  for (const [position, state] of [...latest].entries()) {
    const pass = movedAt === undefined ? passOf[state] : set?.anchors[position]?.pass;
    if (pass !== undefined) verdicts.set(position, pass);
  }
  return { ...progress, record: clearEvidence(addScorings(startRecord(latest.length), verdicts, '')) };
}

type RecordedProgress = AnchorProgress & { readonly record: AnchorRecord };

const passOf: Readonly<Record<string, boolean | undefined>> = { p: true, f: false };

/** Answers of a round that may be none of today's judge. */
export interface AnchorSuspects {
  readonly answers: number;
  /** Their senders say that a cache had them: they prove nothing, and do not count. */
  readonly cached: number;
  /** They came sooner than a model can answer. They count, but a judge is not steady by them. */
  readonly fast: number;
}

const noSuspects: AnchorSuspects = { answers: 0, cached: 0, fast: 0 };

/** What the anchors say of a judge. */
export type AnchorAnswer = 'moved' | 'steady' | 'cannot tell';

export interface AnchorReading {
  readonly answer: AnchorAnswer;
  /** Anchors that today's judge has scored. */
  readonly compared: number;
  /** Of these, whose newest verdict is another than most of its earlier scorings. */
  readonly passThenFail: number;
  readonly failThenPass: number;
  /** ln of the evidence over ln of its bound: 1 says that the judge moved. */
  readonly pressure: number;
  /** The least shifts that would have been seen by now. */
  readonly sight: AnchorSight;
  readonly suspects: AnchorSuspects;
  /** By how much a judge moved, as a share of its verdicts, below 0 where it passes less; undefined before a whole round said so. */
  readonly movedBy?: number | undefined;
}

/**
 * Reads what the anchors have said up to now.
 *
 * @param set only of progress that was stored before every scoring was kept it is looked at
 */
export function readAnchors(progress: AnchorProgress, set?: AnchorSet): AnchorReading {
  const { sight = { fall: null, rise: null }, suspects = noSuspects, ...known } = progress;
  const { record, latest, movedAt } = withRecord(known, set);
  let compared = 0;
  let passThenFail = 0;
  let failThenPass = 0;
  for (let position = 0; position < latest.length; position += 1) {
    const pass = passOf[latest[position] ?? ''];
    if (pass === undefined) continue;
    compared += 1;
    // Of a judge that moved the record holds none of the newest.
    const own = movedAt === undefined ? 1 : 0;
    const earlier = (record.scorings[position] ?? 0) - own;
    const passed = (record.passes[position] ?? 0) - (pass ? own : 0);
    if (!pass && 2 * passed > earlier) passThenFail += 1;
    if (pass && 2 * passed < earlier) failThenPass += 1;
  }
  const isProven = 2 * (suspects.cached + suspects.fast) <= suspects.answers;
  const isSteady = isProven && isClear(sight, record);
  const answer = movedAt !== undefined ? 'moved' : isSteady ? 'steady' : 'cannot tell';
  const pressure = driftPressure(record);
  const movedBy = movedAt === undefined ? undefined : progress.returned?.shift;
  return { answer, compared, passThenFail, failThenPass, pressure, sight, suspects, movedBy };
}

/**
 * How a scoring ended: with a verdict, with one that came sooner than a model can answer, with one that a cache had,
 * without one, or not yet.
 */
export type AnchorOutcome = 'pass' | 'fail' | 'fast pass' | 'fast fail' | 'cached' | 'none' | 'pending';

const verdictOf: Readonly<Record<AnchorOutcome, boolean | undefined>> = {
  pass: true,
  fail: false,
  'fast pass': true,
  'fast fail': false,
  cached: undefined,
  none: undefined,
  pending: undefined,
};

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
  const verdicts = new Map<number, boolean>();
  for (const position of open.positions) {
    const pass = verdictOf[outcomes.get(position) ?? 'pending'];
    if (pass === undefined) continue;
    latest[position] = pass ? 'p' : 'f';
    verdicts.set(position, pass);
  }
  const { open: _, ...rest } = withRecord(progress, set);
  // With much less a judge that changed would hardly be seen.
  const suspects = countSuspects(open.positions.map((position) => outcomes.get(position) ?? 'pending'));
  const isWhole = open.whole && suspects.answers >= leastAnswered * open.positions.length;
  const after = {
    ...rest,
    latest: latest.join(''),
    ...(isWhole && { wholeAt: open.sentAt }),
    suspects,
  };
  const round = { verdicts, isWhole, sentAt: open.sentAt, now };
  return rest.movedAt === undefined ? watchSteady(after, round) : watchMoved(after, round);
}

function countSuspects(outcomes: readonly AnchorOutcome[]): AnchorSuspects {
  const count = (...wanted: AnchorOutcome[]) => outcomes.filter((outcome) => wanted.includes(outcome)).length;
  const cached = count('cached');
  const fast = count('fast pass', 'fast fail');
  return { answers: count('pass', 'fail') + cached + fast, cached, fast };
}

/** A round that ended. */
interface ClosedRound {
  readonly verdicts: ReadonlyMap<number, boolean>;
  readonly isWhole: boolean;
  readonly sentAt: number;
  readonly now: number;
}

function watchSteady(progress: RecordedProgress, round: ClosedRound): AnchorProgress {
  const record = addScorings(progress.record, round.verdicts, dayKey(round.sentAt));
  if (driftPressure(record) < 1) return { ...progress, record, sight: smallestShifts(record) };
  // What it is held against from here on is what it was before this round.
  const { passes, scorings } = progress.record;
  return { ...watchMoved(progress, round), movedAt: round.now, record: { ...record, passes, scorings } };
}

/** Holds a judge that moved against what it was: its own scorings say nothing of that. */
function watchMoved(progress: RecordedProgress, { verdicts, isWhole }: ClosedRound): AnchorProgress {
  const found = isWhole ? measureShift(progress.record, verdicts) : undefined;
  if (found === undefined) return progress;
  const returned = weighReturn(progress.returned, found);
  if (!isBack(returned)) return { ...progress, returned };
  const { movedAt, returned: _, ...rest } = progress;
  const record = clearEvidence(progress.record);
  return { ...rest, record, sight: smallestShifts(record) };
}

/** Takes anchors whose text is gone out of the set, and out of the round that is open. */
export function dropAnchors(progress: AnchorProgress, gone: ReadonlySet<number>): AnchorProgress {
  const latest = [...progress.latest].map((state, position) => (gone.has(position) ? 'x' : state)).join('');
  const { open, record: before, ...rest } = progress;
  const record = before === undefined ? {} : { record: forgetScorings(before, gone) };
  if (open === undefined) return { ...rest, ...record, latest };
  const positions = open.positions.filter((position) => !gone.has(position));
  const sent = Math.max(0, progress.sent - (open.positions.length - positions.length));
  return { ...rest, ...record, latest, sent, ...(positions.length > 0 && { open: { ...open, positions } }) };
}

/** Places of anchors whose texts are gone. */
export function findGone({ latest }: AnchorProgress): Set<number> {
  return new Set([...latest].flatMap((state, position) => (state === 'x' ? [position] : [])));
}

/** Takes in that others stand in the places of anchors whose texts were gone: they begin without a scoring. */
export function takeRefill({ refilledAt }: AnchorSet, progress: AnchorProgress): AnchorProgress {
  if (refilledAt === progress.refilledAt) return progress;
  return { ...progress, latest: progress.latest.replaceAll('x', '-'), refilledAt };
}

/** Whether so many texts are gone that a new set is wanted. */
export function isWornOut({ latest }: AnchorProgress): boolean {
  let alive = 0;
  for (const state of latest) if (state !== 'x') alive += 1;
  return alive < leastAnchors;
}
