import { describe, expect, it } from 'vitest';
import { type HealthSigns, leastBadOfSpentBudget, sloHealth, worstHealth } from '#core/slo/alarms/health.ts';

const fine: HealthSigns = { firing: [], measured: true, budgetLeft: 0.4, bad: 50, calibration: 'none' };

describe('the health of an SLO', () => {
  const cases: readonly (readonly [string, Partial<HealthSigns>, string])[] = [
    ['is healthy while nothing fires and budget is left', {}, 'healthy'],
    ['is breaking when a page fires', { firing: ['page'] }, 'breaking'],
    ['is breaking when a rollback fires beside a ticket', { firing: ['ticket', 'rollback'] }, 'breaking'],
    ['is to be watched when a ticket fires', { firing: ['ticket'] }, 'watch'],
    ['is to be watched when a digest fires', { firing: ['digest'] }, 'watch'],
    ['is to be watched when the budget is spent', { budgetLeft: -0.1 }, 'watch'],
    [
      'stays healthy when a few events have spent a tiny budget',
      { budgetLeft: -3, bad: leastBadOfSpentBudget - 1 },
      'healthy',
    ],
    [
      'is unmeasured without data, also with a budget spent',
      { measured: false, budgetLeft: -1 },
      'unmeasured',
    ],
    [
      'is not to be watched on the word of a judge whom nobody has checked',
      { budgetLeft: -1, calibration: 'missing' },
      'unmeasured',
    ],
    [
      'is not healthy either on the word of such a judge, however few were bad',
      { budgetLeft: -1, bad: 1, calibration: 'invalid' },
      'unmeasured',
    ],
    ['is to be watched on the word of a checked judge', { budgetLeft: -1, calibration: 'valid' }, 'watch'],
    ['is breaking without data while its page stands', { measured: false, firing: ['page'] }, 'breaking'],
    ['is healthy without a budget, as a kind of change has none', { budgetLeft: null }, 'healthy'],
  ];
  it.each(cases)('%s', (_, signs, expected) => {
    expect(sloHealth({ ...fine, ...signs })).toBe(expected);
  });
});

describe('the health of several SLOs', () => {
  it('is the worst one', () => {
    expect(worstHealth(['healthy', 'breaking', 'watch', 'unmeasured'])).toBe('breaking');
    expect(worstHealth(['healthy', 'watch'])).toBe('watch');
  });

  it('is healthy where some cannot be measured and the others are, and unmeasured where none can', () => {
    expect(worstHealth(['healthy', 'unmeasured'])).toBe('healthy');
    expect(worstHealth(['unmeasured'])).toBe('unmeasured');
    expect(worstHealth([])).toBe('unmeasured');
  });
});
