import { describe, expect, it } from 'vitest';
import { decideThreshold, evaluationRange, type ThresholdRule } from '#local/cloudwatch/threshold.ts';

/** Points as the CloudWatch User Guide draws them: 0 within the threshold, X breaching, - missing, newest right. */
function draw(points: string): (number | undefined)[] {
  return points.split(' ').map((point) => (point === '-' ? undefined : point === 'X' ? 10 : 0));
}

function ruleOf(m: number, n: number): Omit<ThresholdRule, 'treatMissingData'> {
  return { comparison: 'GreaterThanThreshold', threshold: 5, evaluationPeriods: n, datapointsToAlarm: m };
}

const retain = 'retain';
const nodata = 'INSUFFICIENT_DATA';

/** The two tables of the User Guide, "How alarm state is evaluated when data is missing", row by row. */
const documented = [
  // points        M  N  missing  ignore  breaching  notBreaching
  ['0 - X - X', 3, 3, 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 3, 3, 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 3, 3, nodata, retain, 'ALARM', 'OK'],
  ['0 X X - X', 3, 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 3, 3, 'ALARM', retain, 'ALARM', 'OK'],
  ['0 - X - X', 2, 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 2, 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 2, 3, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 2, 3, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 2, 3, 'ALARM', retain, 'ALARM', 'OK'],
] as const;

describe('the tables of the CloudWatch User Guide', () => {
  for (const [points, m, n, missing, ignore, breaching, notBreaching] of documented) {
    const expected = { missing, ignore, breaching, notBreaching };
    for (const treatment of ['missing', 'ignore', 'breaching', 'notBreaching'] as const) {
      it(`${points} with ${m} of ${n} and missing data as ${treatment} is ${expected[treatment]}`, () => {
        const decision = decideThreshold({ ...ruleOf(m, n), treatMissingData: treatment }, draw(points));
        expect(decision.state).toBe(expected[treatment]);
      });
    }
  }
});

const describedInWords: Record<string, [string, number, number, ThresholdRule['treatMissingData'], string]> =
  {
    'a lone newest breach of 3 of 3 waits, for the next point may be good': [
      '- - - - X',
      3,
      3,
      'missing',
      'OK',
    ],
    'a lone breach one period old of 3 of 3 waits still': ['- - - X -', 3, 3, 'missing', 'OK'],
    'a good point after the breach prevents the premature alarm': ['- - X - 0', 3, 3, 'missing', 'OK'],
    'ignore keeps the state while there are breaches too few for M': ['- - - X X', 3, 3, 'ignore', retain],
    'ignore decides by the one point that is there': ['- - X', 1, 1, 'ignore', 'ALARM'],
    'ignore clears on the one good point that is there': ['- - 0', 1, 1, 'ignore', 'OK'],
    'ignore keeps the state on a quiet night': ['- - -', 1, 1, 'ignore', retain],
    'one missing period does not set off a breaching alarm of 1 of 1': ['0 0 -', 1, 1, 'breaching', 'OK'],
    'a whole range without data sets off a breaching alarm': ['- - -', 1, 1, 'breaching', 'ALARM'],
    'only the latest N points count when N are there': ['X X 0 0 0', 1, 3, 'missing', 'OK'],
    'M of N need not be consecutive': ['0 0 X 0 X', 2, 3, 'missing', 'ALARM'],
  };

describe('between the documented rows', () => {
  for (const [sentence, [points, m, n, treatment, state]] of Object.entries(describedInWords)) {
    it(sentence, () => {
      const rule = { ...ruleOf(m, n), treatMissingData: treatment };
      expect(decideThreshold(rule, draw(points)).state).toBe(state);
    });
  }

  it('looks back two periods more than it evaluates', () => {
    expect(evaluationRange(3)).toBe(5);
  });
});

describe('comparison at the threshold itself', () => {
  const operators = [
    ['GreaterThanOrEqualToThreshold', 'ALARM'],
    ['GreaterThanThreshold', 'OK'],
    ['LessThanThreshold', 'OK'],
    ['LessThanOrEqualToThreshold', 'ALARM'],
  ] as const;
  for (const [comparison, state] of operators) {
    it(`${comparison} is ${state}`, () => {
      const rule = { ...ruleOf(1, 1), comparison, treatMissingData: 'missing' } as const;
      expect(decideThreshold(rule, [undefined, undefined, 5]).state).toBe(state);
    });
  }
});
