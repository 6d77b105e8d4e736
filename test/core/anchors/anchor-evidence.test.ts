import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnchorRecord,
  addScorings,
  betsOn,
  driftBound,
  driftPressure,
  lnGain,
  startRecord,
} from '#core/anchors/anchor-evidence.ts';
import {
  type AnchorOutcome,
  type AnchorProgress,
  closeRound,
  readAnchors,
} from '#core/anchors/anchor-progress.ts';
import { openRound } from '#core/anchors/anchor-round.ts';
import { isClear, smallestShifts } from '#core/anchors/anchor-sight.ts';
import { describeAnswer } from '#core/anchors/describe-anchors.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day, dayKey } from '#core/time.ts';

const start = Date.parse('2026-03-02T12:00:00Z');
const allBets = [...betsOn(false), ...betsOn(true)];

/** A record of so many whole scorings, each anchor passing with a chance of its own. */
function recordOf(
  chances: readonly number[],
  rounds: number,
  seed: string,
  from = startRecord(chances.length),
) {
  const random = createRandom(seed);
  let record = from;
  for (let round = 0; round < rounds; round += 1)
    record = addScorings(
      record,
      new Map(chances.map((chance, position) => [position, random.chance(chance)])),
      dayKey(start + round * day),
    );
  return record;
}

describe('bets on a judge that moved', () => {
  it('gain nothing on average where the newest scoring is exchangeable with the ones before', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 400 })
          .chain((all) => fc.tuple(fc.constant(all), fc.integer({ min: 1, max: all - 1 }))),
        fc.constantFrom(...allBets),
        ([all, passed], bet) => {
          const share = passed / all;
          const mean =
            share * Math.exp(lnGain(bet, true, share)) + (1 - share) * Math.exp(lnGain(bet, false, share));
          expect(mean).toBeCloseTo(1, 10);
        },
      ),
    );
  });

  it('are as told for a hand-made case', () => {
    // Passed twice, failed now: e = 2/3; odds of 3 on a fail gain 3 / (2/3 + 3 x 1/3) = 1.8.
    const twice = recordOf([1], 2, 'a');
    const record = addScorings(twice, new Map([[0, false]]), '2026-03-09');
    const gains = [1.5, 3, 8, 30].map((odd) => odd / (2 / 3 + odd / 3));
    const losses = [1.5, 3, 8, 30].map((odd) => 1 / (1 / 3 + (odd * 2) / 3));
    // Two days went before, each with a suspicion that gained 1: R = (1 + 1) and then (2 + 1) x the gain.
    const expected = [...gains, ...losses].map((gain) => Math.log1p(3 * gain));
    for (const [bet, value] of record.evidence.entries()) expect(value).toBeCloseTo(expected[bet] ?? 0, 12);
    const mean = [...gains, ...losses].reduce((sum, gain) => sum + 3 * gain, 0) / 8;
    expect(driftPressure(record)).toBeCloseTo(Math.log(mean) / Math.log(driftBound), 12);
  });

  it('begin a suspicion a day, however many rounds it has', () => {
    const once = addScorings(startRecord(1), new Map([[0, true]]), '2026-03-02');
    const again = addScorings(once, new Map([[0, true]]), '2026-03-02');
    expect(again.evidence).toEqual(once.evidence);
    const next = addScorings(again, new Map([[0, true]]), '2026-03-03');
    expect(next.evidence[0]).toBeCloseTo(Math.log(3), 12);
    expect(addScorings(next, new Map(), '2026-03-04')).toBe(next);
  });

  it('call hardly any steady judge moved, and one that drifts within days', () => {
    const random = createRandom('chances');
    const chances = Array.from({ length: 300 }, () => (random.chance(0.3) ? random.uniform() : 1));
    for (let index = 0; index < 20; index += 1)
      expect(driftPressure(recordOf(chances, 60, `steady ${index}`))).toBeLessThan(1);
    const before = recordOf(chances, 10, 'before');
    const fallen = chances.map((chance) => chance * 0.85);
    expect(driftPressure(recordOf(fallen, 2, 'after', before))).toBeGreaterThan(1);
    const risen = chances.map((chance) => chance + 0.5 * (1 - chance));
    expect(driftPressure(recordOf(risen, 3, 'after', before))).toBeGreaterThan(1);
  });

  it('never overflow and never end, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { maxLength: 60 }),
        (rounds) => {
          let record = startRecord(3);
          for (const [index, verdicts] of rounds.entries())
            record = addScorings(record, new Map(verdicts.entries()), dayKey(start + (index >> 1) * day));
          for (const each of record.evidence) expect(Number.isFinite(each) && each >= 0).toBe(true);
          expect(JSON.parse(JSON.stringify(record))).toEqual(record);
        },
      ),
    );
    const sudden = addScorings(recordOf(Array(1_000).fill(1), 200, 'a'), allOf(1_000, false), '2026-12-01');
    expect(driftPressure(sudden)).toBeGreaterThan(100);
    expect(Number.isFinite(driftPressure(sudden))).toBe(true);
  });

  it('forget half of an anchor that was scored a thousand times, and not its share', () => {
    const record = recordOf([0.7], 2_500, 'long');
    expect(record.scorings[0]).toBeLessThan(1_000);
    expect((record.passes[0] ?? 0) / (record.scorings[0] ?? 1)).toBeCloseTo(0.7, 1);
  });
});

function allOf(size: number, pass: boolean): Map<number, boolean> {
  return new Map(Array.from({ length: size }, (_, position) => [position, pass]));
}

describe('the smallest shift that a set could have seen', () => {
  const sure = Array.from({ length: 1_000 }, (_, position) => (position < 900 ? 1 : 0));
  const wavering = sure.map((chance) => (chance === 1 ? 0.85 : 0.2));

  it('is none before anchors were scored twice', () => {
    for (const rounds of [0, 1])
      expect(smallestShifts(recordOf(sure, rounds, 'a'))).toEqual({ fall: null, rise: null });
    expect(isClear({ fall: null, rise: null }, startRecord(1_000))).toBe(false);
  });

  it('shrinks with each scoring, and is larger for a judge that wavers', () => {
    const falls = [2, 4, 8].map((rounds) => smallestShifts(recordOf(sure, rounds, 'a')).fall ?? 1);
    expect([...falls].sort((a, b) => b - a)).toEqual(falls);
    expect(smallestShifts(recordOf(wavering, 8, 'a')).fall).toBeGreaterThan(falls[2] ?? 1);
  });

  it('is seen about as often as it says', () => {
    const before = recordOf(wavering, 6, 'a');
    const { fall } = smallestShifts(recordOf(wavering, 1, 'b', before));
    if (fall === null) throw new Error('nothing could be seen');
    const mean = wavering.reduce((sum, chance) => sum + chance, 0) / wavering.length;
    const shifted = wavering.map((chance) => chance * (1 - fall / mean));
    let seen = 0;
    for (let index = 0; index < 100; index += 1)
      if (driftPressure(recordOf(shifted, 1, `shifted ${index}`, clear(before))) >= 1) seen += 1;
    expect(seen).toBeGreaterThan(60);
    expect(seen).toBeLessThan(97);
  });

  it('makes the difference between steady and cannot tell', () => {
    const some = recordOf(sure.slice(0, 220), 2, 'a');
    const many = recordOf(sure, 3, 'a');
    expect(isClear(smallestShifts(some), some)).toBe(false);
    expect(isClear(smallestShifts(many), many)).toBe(true);
  });
});

function clear(record: AnchorRecord): AnchorRecord {
  return { ...record, evidence: record.evidence.map(() => 0) };
}

describe('answers that may be none of the judge', () => {
  const size = 400;
  const set = {
    madeFor: start,
    callUsd: 0.001,
    anchors: Array.from({ length: size }, (_, index) => ({
      responseId: `r-${index}`,
      surface: 'chat',
      at: start,
      probability: 1,
      pass: true,
    })),
  };
  const known: AnchorProgress = {
    madeFor: start,
    latest: 'p'.repeat(size),
    next: 0,
    sentOn: '',
    sent: 0,
    record: recordOf(Array(size).fill(1), 4, 'a'),
  };
  const round = {
    repeat: 1,
    sentAt: start + 9 * day,
    positions: set.anchors.map((_, at) => at),
    whole: true,
  };
  const answered = (outcome: (position: number) => AnchorOutcome) =>
    closeRound(
      set,
      openRound(known, round, round.sentAt),
      new Map(round.positions.map((position) => [position, outcome(position)])),
      round.sentAt + 1,
    );

  it('count for nothing where their sender says that a cache had them', () => {
    const progress = answered(() => 'cached');
    expect(progress.record).toEqual(known.record);
    // No page waits for more of them.
    expect(progress.wholeAt).toBe(round.sentAt);
    expect(readAnchors(progress)).toMatchObject({
      answer: 'cannot tell',
      suspects: { answers: size, cached: size, fast: 0 },
    });
    expect(describeAnswer(readAnchors(progress))).toMatch(/^cannot tell yet.* 400 came from a cache/);
  });

  it('make no judge steady where most came sooner than a model answers, but show one that moved', () => {
    const steady = readAnchors(answered(() => 'fast pass'));
    expect(steady).toMatchObject({ answer: 'cannot tell', suspects: { fast: size } });
    expect(describeAnswer(steady)).toContain('400 came sooner than a model can answer');
    expect(readAnchors(answered((at) => (at % 3 === 0 ? 'fast fail' : 'fast pass'))).answer).toBe('moved');
  });

  it('are told and do no harm where they are few', () => {
    const reading = readAnchors(answered((at) => (at < 10 ? 'cached' : 'pass')));
    expect(reading).toMatchObject({ answer: 'steady', suspects: { answers: size, cached: 10 } });
    expect(describeAnswer(reading)).toMatch(
      /^steady: a judge that passed [\d.]+ points less .* 10 came from a cache/,
    );
  });
});

describe('progress that was stored before every scoring was kept', () => {
  const stored: AnchorProgress = { madeFor: 7, latest: 'ppfx-', next: 3, sentOn: '2026-03-01', sent: 4 };
  const anchors = [true, false, true, true, true].map((pass, index) => ({
    responseId: `r-${index}`,
    surface: 'chat',
    at: start,
    probability: 1,
    pass,
  }));
  const set = { madeFor: 7, callUsd: 0.001, anchors };

  it('goes on with its newest verdicts as the first scorings', () => {
    const round = { repeat: 1, sentAt: start, positions: [0, 2], whole: false };
    const outcomes = new Map<number, AnchorOutcome>([
      [0, 'fail'],
      [2, 'fail'],
    ]);
    const after = closeRound(set, openRound(stored, round, start), outcomes, start + 1);
    expect(after.record).toMatchObject({ passes: [1, 1, 0, 0, 0], scorings: [2, 1, 2, 0, 0] });
    expect(readAnchors(after)).toMatchObject({ compared: 3, passThenFail: 1, failThenPass: 0 });
    expect(readAnchors(stored)).toMatchObject({ answer: 'cannot tell', compared: 3, passThenFail: 0 });
  });

  it('holds a judge that had moved against the verdicts of before', () => {
    const moved = { ...stored, movedAt: start };
    expect(readAnchors(moved, set)).toMatchObject({ answer: 'moved', passThenFail: 1, failThenPass: 1 });
  });
});
