import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnchorOutcome,
  type AnchorProgress,
  type AnchorRound,
  closeRound,
  dropAnchors,
  isWornOut,
  readAnchors,
  roundTimeout,
  startAnchorProgress,
} from '#core/anchors/anchor-progress.ts';
import { nextRound, openRound, spentOnAnchors } from '#core/anchors/anchor-round.ts';
import { type AnchorSet, anchorHours, chooseAnchors } from '#core/anchors/anchor-set.ts';
import { describeAnswer } from '#core/anchors/describe-anchors.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day, hour, minute } from '#core/time.ts';

const noon = Date.parse('2026-11-10T12:00:00Z');

function setOf(size: number, { passing = 0.9, callUsd = 0.001 } = {}): AnchorSet {
  return {
    madeFor: noon - day,
    callUsd,
    anchors: Array.from({ length: size }, (_, index) => ({
      responseId: `r-${index}`,
      surface: 'chat',
      at: noon - 2 * day + index,
      probability: 1,
      pass: index < size * passing,
    })),
  };
}

/** Everybody answers as before, but for a share of the passes that now fail. */
function answers(
  set: AnchorSet,
  round: AnchorRound,
  failing: number,
  seed = 'a',
): Map<number, AnchorOutcome> {
  const random = createRandom(seed);
  return new Map(
    round.positions.map((position) => {
      const pass = set.anchors[position]?.pass === true && !random.chance(failing);
      return [position, pass ? 'pass' : 'fail'];
    }),
  );
}

const calm = { warned: false, roomUsd: 2.5 };
const warned = { warned: true, roomUsd: 2.5 };

function sendAndScore(
  set: AnchorSet,
  progress: AnchorProgress,
  wanted: typeof calm,
  failing: number,
  at: number,
) {
  const round = nextRound(set, progress, wanted, at);
  if (round === undefined) throw new Error('no round is due');
  return closeRound(
    set,
    openRound(progress, round, at),
    answers(set, round, failing, String(at)),
    at + 5 * minute,
  );
}

describe('choosing anchors', () => {
  const candidates = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      responseId: `r-${index}`,
      surface: 'chat',
      at: noon + index,
      probability: 0.05,
      state: 'judged' as const,
      pass: index % 10 !== 0,
      costUsd: 0.002,
      returnedModel: 'a-judge',
    }));

  it('takes a thousand of more, the same ones for the same seed in whatever order they come', () => {
    const set = chooseAnchors(candidates(3_000), noon, 'a');
    expect(set?.anchors).toHaveLength(1_000);
    expect(chooseAnchors(candidates(3_000).reverse(), noon, 'a')).toEqual(set);
    expect(chooseAnchors(candidates(3_000), noon, 'b')).not.toEqual(set);
    expect(set?.callUsd).toBeCloseTo(0.002, 12);
  });

  it('makes no set of too few', () => {
    expect(chooseAnchors(candidates(199), noon, 'a')).toBeUndefined();
    expect(chooseAnchors(candidates(200), noon, 'a')?.anchors).toHaveLength(200);
  });

  it('leaves out what has no verdict', () => {
    const mixed = candidates(400).map((each, index) =>
      index % 2 === 0 ? each : { ...each, state: 'shed' as const, pass: undefined },
    );
    expect(chooseAnchors(mixed, noon, 'a')?.anchors).toHaveLength(200);
    const unfinished = candidates(199).concat(
      candidates(3).map((each) => ({ ...each, pass: undefined as never })),
    );
    expect(chooseAnchors(unfinished, noon, 'a')).toBeUndefined();
  });

  it('looks at the last week of what was rated', () => {
    const hours = anchorHours([{ surface: 'chat', from: noon - 30 * day, to: noon }], 'a');
    expect(hours).toHaveLength(7 * 24);
    expect(new Set(hours.map(({ hour: key }) => key)).size).toBe(7 * 24);
    expect(hours.map(({ hour: key }) => key).sort()[0]).toBe('2026-11-03T12');
  });
});

describe('scoring anchors', () => {
  it('is due once a day, 200 in turn, until every one was scored', () => {
    const set = setOf(1_000);
    let progress = startAnchorProgress(set);
    for (let turn = 0; turn < 5; turn += 1) {
      const at = noon + turn * day;
      progress = sendAndScore(set, progress, calm, 0, at);
      expect(nextRound(set, progress, calm, at + hour)).toBeUndefined();
      expect(readAnchors(progress).compared).toBe(200 * (turn + 1));
    }
    expect(nextRound(set, progress, calm, noon + 5 * day)?.positions[0]).toBe(0);
  });

  it('takes all at once when a warning stands, and says so', () => {
    const set = setOf(1_000);
    const progress = sendAndScore(set, startAnchorProgress(set), warned, 0, noon);
    expect(readAnchors(progress)).toMatchObject({ compared: 1_000, passThenFail: 0 });
    expect(progress).toMatchObject({ wholeAt: noon });
    expect(progress.movedAt).toBeUndefined();
  });

  it('never sends more than there is room for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.0005, max: 0.2, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.boolean(),
        (callUsd, roomUsd, isWarned) => {
          const set = setOf(1_000, { callUsd });
          const round = nextRound(set, startAnchorProgress(set), { warned: isWarned, roomUsd }, noon);
          expect((round?.positions.length ?? 0) * callUsd).toBeLessThanOrEqual(roomUsd + 1e-9);
        },
      ),
    );
  });

  it("counts what it has sent today against the day's room, for the set after it too", () => {
    const set = setOf(1_000, { callUsd: 0.01 });
    const progress = sendAndScore(set, startAnchorProgress(set), calm, 0, noon);
    expect(spentOnAnchors(set, progress, noon + hour)).toBeCloseTo(2, 9);
    expect(spentOnAnchors(set, startAnchorProgress(set, progress), noon + hour)).toBeCloseTo(2, 9);
    expect(spentOnAnchors(set, progress, noon + day)).toBe(0);
  });

  /** A set whose anchors were all scored once a day. */
  const scoredOnce = (set: AnchorSet, days: number) => {
    let progress = startAnchorProgress(set);
    for (let at = 0; at < days; at += 1)
      progress = sendAndScore(set, progress, warned, 0, noon - (days - at) * day);
    return progress;
  };

  it('sees a sensitivity that falls from .93 to .88 in one whole scoring after one of before', () => {
    const set = setOf(1_000);
    const before = scoredOnce(set, 1);
    let seen = 0;
    for (let index = 0; index < 20; index += 1) {
      const progress = sendAndScore(set, before, warned, 0.054, noon + index * minute);
      if (progress.movedAt !== undefined) seen += 1;
    }
    expect(seen).toBe(20);
  });

  it('takes the verdict that an anchor was chosen by for no scoring', () => {
    const set = setOf(1_000);
    const progress = sendAndScore(set, startAnchorProgress(set), warned, 0.5, noon);
    expect(readAnchors(progress)).toMatchObject({ answer: 'cannot tell', passThenFail: 0, pressure: 0 });
  });

  it('takes a judge that wavers alike in both directions for steady', () => {
    const set = setOf(1_000, { passing: 0.5 });
    const before = scoredOnce(set, 2);
    const round = nextRound(set, before, warned, noon);
    if (round === undefined) throw new Error('no round is due');
    const wavering = new Map<number, AnchorOutcome>(
      round.positions.map((position) => {
        const flips = position % 500 < 10;
        const pass = set.anchors[position]?.pass === true;
        return [position, pass !== flips ? 'pass' : 'fail'];
      }),
    );
    const progress = closeRound(set, openRound(before, round, noon), wavering, noon + minute);
    expect(readAnchors(progress)).toMatchObject({ passThenFail: 10, failThenPass: 10, answer: 'steady' });
    expect(readAnchors(progress).pressure).toBeLessThan(1);
  });

  it('says that the judge is back only when whole scorings no longer show the change', () => {
    const set = setOf(1_000);
    const moved = sendAndScore(set, scoredOnce(set, 2), warned, 0.2, noon);
    expect(moved.movedAt).toBe(noon + 5 * minute);
    // A fifth of the nine in ten that passed.
    expect(readAnchors(moved).movedBy).toBeCloseTo(-0.18, 1);
    expect(describeAnswer(readAnchors(moved))).toMatch(
      /^moved: when that was seen it passed 1\d(\.\d)? points less$/,
    );
    // While it has moved, all are scored each day, without a warning too.
    const daily = nextRound(set, moved, calm, noon + day);
    expect(daily).toMatchObject({ whole: true });
    expect(daily?.positions).toHaveLength(1_000);
    let stays = moved;
    for (let at = 1; at <= 30; at += 1) stays = sendAndScore(set, stays, calm, 0.2, noon + at * day);
    expect(stays.movedAt).toBe(noon + 5 * minute);
    // What it was before is remembered however long it stays.
    expect(sendAndScore(set, stays, calm, 0, noon + 31 * day)).toMatchObject({
      record: { scorings: moved.record?.scorings },
    });
    expect(sendAndScore(set, stays, calm, 0, noon + 31 * day).movedAt).toBeUndefined();
    expect(sendAndScore(set, moved, calm, 0, noon + day).movedAt).toBeUndefined();
  });

  it('waits for what is under way, and then goes on without it', () => {
    const set = setOf(400);
    const round = nextRound(set, startAnchorProgress(set), warned, noon);
    if (round === undefined) throw new Error('no round is due');
    const open = openRound(startAnchorProgress(set), round, noon);
    const some = new Map([...answers(set, round, 0)].slice(0, 250));
    expect(closeRound(set, open, some, noon + roundTimeout - minute)).toBe(open);
    const closed = closeRound(set, open, some, noon + roundTimeout);
    expect(closed.open).toBeUndefined();
    expect(readAnchors(closed).compared).toBe(250);
    // 250 of 400 answer no warning; 320 do.
    expect(closed.wholeAt).toBeUndefined();
    const most = new Map([...answers(set, round, 0)].slice(0, 320));
    expect(closeRound(set, open, most, noon + roundTimeout).wholeAt).toBe(noon);
  });

  it('is no answer where hardly any came', () => {
    const set = setOf(400);
    const round = nextRound(set, startAnchorProgress(set), warned, noon);
    if (round === undefined) throw new Error('no round is due');
    const open = openRound(startAnchorProgress(set), round, noon);
    const few = new Map([...answers(set, round, 0)].slice(0, 100));
    expect(closeRound(set, open, few, noon + roundTimeout).wholeAt).toBeUndefined();
  });

  it('lets go of anchors whose text is gone, and tells when too few are left', () => {
    const set = setOf(400);
    const round = nextRound(set, startAnchorProgress(set), warned, noon);
    if (round === undefined) throw new Error('no round is due');
    const gone = new Set(Array.from({ length: 150 }, (_, index) => index));
    const open = openRound(startAnchorProgress(set), round, noon);
    const progress = dropAnchors(open, gone);
    expect(progress.open?.positions).toHaveLength(250);
    expect(progress.sent).toBe(250);
    expect(isWornOut(progress)).toBe(false);
    // Told again they change nothing.
    expect(dropAnchors(progress, gone)).toEqual(progress);
    expect(isWornOut(dropAnchors(progress, new Set(round.positions.slice(150, 250))))).toBe(true);
    expect(dropAnchors(open, new Set(round.positions)).open).toBeUndefined();
  });

  it('gives the same round to a tick that is done twice, and another to every other', () => {
    const set = setOf(1_000);
    const progress = startAnchorProgress(set);
    expect(nextRound(set, progress, warned, noon)).toEqual(nextRound(set, progress, warned, noon));
    expect(nextRound(set, progress, warned, noon)?.repeat).toBeGreaterThan(0);
    const repeats = [0, 29, 30, 60, 24 * 60].map(
      (minutes) => nextRound(set, progress, warned, noon + minutes * minute)?.repeat ?? 0,
    );
    expect(repeats.map((repeat) => repeat - (repeats[0] ?? 0))).toEqual([0, 0, 1, 2, 48]);
  });
});
