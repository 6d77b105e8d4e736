import { describe, expect, it } from 'vitest';
import { calibrate } from '#core/calibration/calibrate.ts';
import { describeShortfall } from '#core/calibration/calibration.ts';
import { calibrateCarried, chooseDraft } from '#core/calibration/carry-ratings.ts';
import { createRandom } from '#core/statistics/random.ts';
import { asked, drawn, judge, type Known, passMark, rated, service } from '../../support/rated-responses.ts';

const newer = { surface: 'chat', rubric: { id: 'helpfulness', version: 2 }, fingerprint: 'ba9876543210' };

type Verdict = NonNullable<ReturnType<typeof rated>[number]['judge']>;

/** What another judge of these errors says of the same responses. */
function verdictsOf(known: readonly Known[], seed: string, { sensitivity = 0.95, specificity = 0.8 } = {}) {
  const random = createRandom(seed);
  return new Map(
    known.map(({ responseId, people }): [string, Verdict] => {
      const passed = random.chance((people[0] ?? 0) >= passMark ? sensitivity : 1 - specificity);
      return [responseId, { state: 'judged', score: passed ? 5 : 2, probability: 1, returnedModel: 'b' }];
    }),
  );
}

function carry(known: readonly Known[], verdicts: ReadonlyMap<string, Verdict>, count = 200) {
  const batch = drawn(known, count);
  const responses = rated(asked(known, batch));
  const from = { rubric: judge.rubric, fingerprint: judge.fingerprint, reason: 'the question is the same' };
  return calibrateCarried({ ...newer, passMark }, { ...from, batches: [batch], responses, verdicts });
}

describe('carried ratings', () => {
  it('calibrate a judge of the same verdicts exactly as they calibrated the earlier one', () => {
    const known = service('same', 3_000);
    const verdicts = new Map(
      rated(known).map(({ responseId, judge: own }): [string, Verdict] => [
        responseId,
        { ...own, state: 'judged', score: own?.score, probability: 1, returnedModel: undefined },
      ]),
    );
    const batch = drawn(known, 200);
    const own = calibrate({
      ...judge,
      passMark,
      batches: [batch],
      responses: rated(asked(known, batch)),
    });
    const made = carry(known, verdicts);
    expect(made.population).toEqual(own.population);
    expect(made.rate).toEqual(own.rate);
    expect(made.slope).toEqual(own.slope);
    expect(made.carried).toMatchObject({ rubric: judge.rubric, fingerprint: judge.fingerprint });
    expect(made.reason).toContain('carried from helpfulness@1: the question is the same');
  });

  it('weigh the new verdicts by the chances that the earlier ones gave', () => {
    const known = service('weigh', 3_000);
    const verdicts = verdictsOf(known, 'b');
    const batch = drawn(known, 200);
    const made = carry(known, verdicts);
    // By hand: each drawn response stands for the responses of its cell.
    let passedWeight = 0;
    const all = { failed: 0, passed: 0 };
    for (const each of asked(known, batch)) {
      const cell = batch.cells.find(({ score }) => score === each.score);
      const weight = 1 / (cell?.probability ?? 0);
      all[each.score >= passMark ? 'passed' : 'failed'] += weight;
    }
    const judged = {
      failed: known.filter(({ score }) => score < passMark).length,
      passed: known.filter(({ score }) => score >= passMark).length,
    };
    for (const each of asked(known, batch)) {
      const cell = batch.cells.find(({ score }) => score === each.score);
      const side = each.score >= passMark ? 'passed' : 'failed';
      const weight = 1 / (cell?.probability ?? 0);
      if ((verdicts.get(each.responseId)?.score ?? 0) >= passMark)
        passedWeight += (judged[side] * weight) / all[side];
    }
    const passing = made.population?.strata.find(({ judgePass }) => judgePass);
    expect(passing?.judged).toBeCloseTo(passedWeight, 6);
    expect(made.returnedModel).toBe('b');
    expect(made.state).toBe('valid');
    expect(made.ratings).toBe(200);
  });

  it('cover the true rate as ratings of its own would', () => {
    let covered = 0;
    for (let turn = 0; turn < 30; turn += 1) {
      const known = service(`cover-${turn}`, 2_000);
      const truth = known.filter(({ people }) => (people[0] ?? 0) >= passMark).length / known.length;
      const { rate } = carry(known, verdictsOf(known, `b-${turn}`));
      if (rate !== undefined && rate.lower <= truth && truth <= rate.upper) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(26);
  });

  it('leave out what the new judge has not scored, and say what is wanted', () => {
    const known = service('few', 3_000);
    const some = new Map([...verdictsOf(asked(known, drawn(known, 200)), 'b')].slice(0, 60));
    const made = carry(known, some);
    expect(made).toMatchObject({ state: 'missing', ratings: 60 });
    const more = made.wants.reduce((sum, want) => sum + (want.kind === 'ratings' ? want.more : 0), 0);
    expect(more).toBeGreaterThanOrEqual(100);
    expect(made.wants.map(describeShortfall).join()).toContain('more ratings of judge-');
  });

  it('give way to ratings of the version itself once those say anything of the judge', () => {
    const known = service('own', 3_000);
    const carried = carry(known, verdictsOf(known, 'b'));
    const own = (count: number) => {
      const batch = { ...drawn(known, count), ...newer };
      return calibrate({ ...newer, passMark, batches: [batch], responses: rated(asked(known, batch)) });
    };
    expect(chooseDraft(own(40), [carried])).toBe(carried);
    const valid = own(200);
    expect(valid.state).toBe('valid');
    expect(chooseDraft(valid, [carried])).toBe(valid);
    expect(chooseDraft(undefined, [carried])).toBe(carried);
    expect(chooseDraft(undefined, [])).toBeUndefined();
  });
});
