import { describe, expect, it } from 'vitest';
import { classifyBudget } from '#core/report/classify-budget.ts';
import { makeReading } from '../../support/make-reading.ts';

const overspent = { raw: { value: 0.8, good: 160, total: 200 }, budgetLeft: -1.5 };

/** The case of the statistics page: p = .03, no breach at one look. */
const perhaps = { raw: { value: 0.88, good: 176, total: 200 }, budgetLeft: -0.5 };

describe('the state of a budget', () => {
  const calibrated = (upper: number) => ({ value: 0.9, lower: 0.85, upper });
  it.each([
    ['is kept while some of it is left', {}, 'kept'],
    ['is spent where the test at .01 agrees', overspent, 'spent'],
    ['is perhaps spent where chance may have done it', perhaps, 'perhaps'],
    [
      'is perhaps spent on fewer than 50 events',
      { raw: { value: 0, good: 0, total: 49 }, budgetLeft: -11 },
      'perhaps',
    ],
    [
      'of calibrated rates is spent where their interval lies under the objective',
      { ...overspent, calibrated: calibrated(0.91) },
      'spent',
    ],
    [
      'of calibrated rates is perhaps spent where their interval holds the objective',
      { ...overspent, calibrated: calibrated(0.93) },
      'perhaps',
    ],
    ['cannot be told of a change', { budgetLeft: null }, 'untold'],
  ] as const)('%s', (_, different, look) => {
    expect(classifyBudget(makeReading(different), 0.92)).toBe(look);
  });
});
