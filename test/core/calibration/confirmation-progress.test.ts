import { describe, expect, it } from 'vitest';
import {
  type ConfirmationProgress,
  confirmationLasts,
  continueConfirmation,
  dueWindow,
  measureEvidence,
  roundOf,
} from '#core/calibration/confirmation-progress.ts';
import { composeBatch } from '#core/rating/batch.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day, hour, minute } from '#core/time.ts';

const noon = Date.parse('2026-11-10T12:00:00Z');
const objective = 0.92;
const rubric = { id: 'helpfulness', version: 1, passMark: 4 };

function progress(changes: Partial<ConfirmationProgress> = {}): ConfirmationProgress {
  return { since: noon, freezes: true, rounds: [], ...changes };
}

/** Responses after a warning, of which people would pass a share; the judge is right of good ones in .93, of bad ones in .75. */
function judgedAfterWarning(quality: number, seed: string, count = 1_000) {
  const random = createRandom(seed);
  const people = new Map<string, boolean>();
  const candidates = Array.from({ length: count }, (_, index) => {
    const good = random.chance(quality);
    const judgePass = random.chance(good ? 0.93 : 0.25);
    people.set(`r-${index}`, good);
    return {
      responseId: `r-${index}`,
      at: noon + index,
      score: judgePass ? 4 + random.integer(2) : 1 + random.integer(3),
      probability: 0.05,
    };
  });
  return { people, candidates };
}

function evidenceAt(quality: number, seed: string): number {
  const { people, candidates } = judgedAfterWarning(quality, seed);
  const batch = composeBatch(
    {
      id: 'a',
      surface: 'chat',
      rubric,
      fingerprint: 'f',
      returnedModel: undefined,
      from: noon,
      to: noon + hour,
      seed,
      drawnAt: noon,
      count: 100,
    },
    candidates,
  );
  const round = roundOf(batch, rubric.passMark, {
    strata: [
      { judgePass: false, judged: 110, rated: 100, passed: 60 },
      { judgePass: true, judged: 890, rated: 100, passed: 98 },
    ],
  });
  const scores = new Map(candidates.map(({ responseId, score }) => [responseId, score]));
  const counts: Record<number, { rated: number; failed: number }> = {};
  for (const id of batch.responseIds) {
    const score = scores.get(id) ?? 0;
    counts[score] ??= { rated: 0, failed: 0 };
    counts[score].rated += 1;
    if (people.get(id) !== true) counts[score].failed += 1;
  }
  return measureEvidence(progress({ rounds: [round] }), objective, { a: counts })?.evidence ?? Number.NaN;
}

const calibrated = { isCalibrated: true, evidence: 1 };
const loose = { isCalibrated: false, evidence: 1 };

describe('asking people about a warning', () => {
  it('ends once they have confirmed it', () => {
    const round = { batch: 'a', from: noon, to: noon + hour, strata: [] };
    const asked = progress({ rounds: [round] });
    expect(continueConfirmation(asked, noon, { isCalibrated: true, evidence: 99 }, noon + day)).toBe(asked);
    const over = continueConfirmation(asked, noon, { isCalibrated: true, evidence: 100 }, noon + day);
    expect(over).toEqual({ ...asked, confirmed: true });
    expect(dueWindow(over ?? asked, () => 10_000, noon + 3 * day)).toBeUndefined();
    expect(continueConfirmation(over, noon, calibrated, noon + 2 * day)).toBe(over);
  });

  it('begins with the warning and ends with it', () => {
    const begun = continueConfirmation(undefined, noon, calibrated, noon);
    expect(begun).toEqual({ since: noon, freezes: true, rounds: [] });
    expect(continueConfirmation(begun, noon, loose, noon + hour)).toBe(begun);
    expect(continueConfirmation(begun, undefined, calibrated, noon + hour)).toBeUndefined();
    expect(continueConfirmation(begun, noon + day, loose, noon + day)).toEqual({
      since: noon + day,
      freezes: false,
      rounds: [],
    });
  });

  it('gives up after a week, and does not begin again for the same warning', () => {
    const round = { batch: 'a', from: noon, to: noon + hour, strata: [] };
    const over = continueConfirmation(
      progress({ rounds: [round] }),
      noon,
      calibrated,
      noon + confirmationLasts,
    );
    expect(over?.rounds).toEqual([]);
    expect(dueWindow(over ?? progress(), () => 10_000, noon + confirmationLasts + hour)).toBeUndefined();
  });

  it('draws from whole hours after the warning, once there is enough to draw from', () => {
    const since = noon + 20 * minute;
    const pool = (count: number) => () => count;
    const due = (count: number, now: number) => dueWindow(progress({ since }), pool(count), now);
    expect(due(500, noon + 2 * hour + 5 * minute)).toBeUndefined();
    expect(due(500, noon + 2 * hour + 10 * minute)).toEqual({ from: noon + hour, to: noon + 2 * hour });
    expect(due(199, noon + 4 * hour)).toBeUndefined();
    expect(due(60, noon + 7 * hour + 10 * minute)).toEqual({ from: noon + hour, to: noon + 7 * hour });
    expect(due(49, noon + 30 * hour)).toBeUndefined();
  });

  it('draws once a day, from what came since the last batch', () => {
    const round = { batch: 'a', from: noon, to: noon + 2 * hour, strata: [] };
    const due = (now: number) => dueWindow(progress({ rounds: [round] }), () => 500, now);
    expect(due(noon + 25 * hour)).toBeUndefined();
    expect(due(noon + 26 * hour + 10 * minute)).toEqual({ from: noon + 2 * hour, to: noon + 26 * hour });
  });
});

describe("people's evidence", () => {
  it('fixes shares and chances that sum to one, and expects of each verdict what the calibration says', () => {
    const { candidates } = judgedAfterWarning(0.8, 'a');
    const batch = composeBatch(
      {
        id: 'a',
        surface: 'chat',
        rubric,
        fingerprint: 'f',
        returnedModel: undefined,
        from: noon,
        to: noon + hour,
        seed: 'a',
        drawnAt: noon,
        count: 100,
      },
      candidates,
    );
    const { strata } = roundOf(batch, 4, undefined);
    expect(strata.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(strata.reduce((sum, { drawChance }) => sum + drawChance, 0)).toBeCloseTo(1, 12);
    expect(strata.map(({ score, failShare }) => [score, failShare])).toEqual([
      [1, 0.5],
      [2, 0.5],
      [3, 0.5],
      [4, 0.05],
      [5, 0.05],
    ]);
  });

  it('confirms a real drop with one batch in most cases', () => {
    const seeds = Array.from({ length: 60 }, (_, index) => `drop-${index}`);
    expect(seeds.filter((seed) => evidenceAt(0.7, seed) >= 100).length).toBeGreaterThan(40);
  });

  it('confirms what is healthy, or just at the objective, no more often than it says', () => {
    const seeds = Array.from({ length: 200 }, (_, index) => `calm-${index}`);
    expect(seeds.filter((seed) => evidenceAt(0.945, seed) >= 100)).toHaveLength(0);
    // At the objective itself the chance is at most 1 in 100.
    expect(seeds.filter((seed) => evidenceAt(0.92, seed) >= 100).length).toBeLessThanOrEqual(6);
  });

  it('is nothing before the first rating', () => {
    const round = {
      batch: 'a',
      from: noon,
      to: noon + hour,
      strata: [{ score: 4, weight: 1, drawChance: 1, failShare: 0.05 }],
    };
    expect(measureEvidence(progress({ rounds: [round] }), objective, {})).toBeUndefined();
    expect(measureEvidence(progress(), objective, {})).toBeUndefined();
    expect(
      measureEvidence(progress({ rounds: [round] }), objective, { a: { 4: { rated: 10, failed: 10 } } })
        ?.evidence,
    ).toBeGreaterThan(1);
  });
});
