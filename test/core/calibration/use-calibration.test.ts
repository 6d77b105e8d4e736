import { describe, expect, it } from 'vitest';
import { calibrate } from '#core/calibration/calibrate.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { presentCalibration, staleAfter, stateNow } from '#core/calibration/use-calibration.ts';
import { day } from '#core/time.ts';
import { testRubric } from '../../support/catalogue.ts';
import { asked, drawn, judge, passMark, rated, service, start } from '../../support/rated-responses.ts';

const healthy = service('healthy', 4_000);
const batch = drawn(healthy, 200);

describe('a calibration in use', () => {
  const made: Calibration = {
    ...calibrate({ ...judge, passMark, batches: [batch], responses: rated(asked(healthy, batch)) }),
    returnedModel: 'judge-model-1',
    number: 3,
    madeAt: start + 4 * day,
  };
  const present = { rubric: judge.rubric, fingerprint: judge.fingerprint, returnedModel: 'judge-model-1' };
  const end = made.window?.to ?? 0;

  it('is valid while the judge is the same and its responses are recent', () => {
    expect(presentCalibration([made], present, end + day)).toMatchObject({ state: 'valid', ratings: 200 });
  });

  it.each([
    [
      'the rubric has a new version',
      { ...present, rubric: { ...judge.rubric, version: 2 } },
      'version 2 judges now',
    ],
    ['the judge has another fingerprint', { ...present, fingerprint: 'ba9876543210' }, 'another judge'],
    [
      'the provider answers with another model',
      { ...present, returnedModel: 'judge-model-2' },
      'judge-model-2',
    ],
  ])('is invalid once %s', (_, changed, reason) => {
    const state = presentCalibration([made], changed, end + day);
    expect(state.state).toBe('invalid');
    expect(state.reason).toContain(reason);
  });

  it('says of a new version whether the ratings can be carried to it', () => {
    const older = testRubric({ id: judge.rubric.id });
    const reasonOf = (changes: object) => {
      const rubric = testRubric({ id: judge.rubric.id, version: 2, ...changes });
      return presentCalibration([made], { ...present, rubric, rubrics: [older, rubric] }, end + day).reason;
    };
    expect(reasonOf({ judge: { model: 'another' } })).toContain(
      'can be carried: npx assay rubric compare helpfulness@1 helpfulness@2',
    );
    expect(reasonOf({ passMark: 3 })).toContain('question is another (pass mark)');
    expect(reasonOf({ passMark: 3 })).toContain('draw and rate 200 responses');
  });

  it('is stale once its responses are old', () => {
    expect(stateNow(made, present, end + staleAfter + 1)).toMatchObject({ state: 'stale' });
  });

  it('is missing where nobody rated', () => {
    expect(presentCalibration([], present, end)).toMatchObject({ state: 'missing', ratings: 0 });
  });

  it('says what its anchors cannot tell yet, and is valid all the same', () => {
    const doubt = 'its anchors cannot tell yet whether the judge moved (none has been scored)';
    const used = presentCalibration([made], { ...present, doubt }, end + day);
    expect(used).toMatchObject({ state: 'valid', reason: `200 drawn and rated responses; ${doubt}` });
    expect(presentCalibration([made], { ...present, doubt }, end + day)).toBe(used);
  });

  it('is one object as long as its state is the same, for thresholds are kept by it', () => {
    expect(presentCalibration([made], present, end)).toBe(presentCalibration([made], present, end + day));
  });
});
