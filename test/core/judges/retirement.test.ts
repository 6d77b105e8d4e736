import { describe, expect, it } from 'vitest';
import { describeRetirement, retirementStage, retirements } from '#core/judges/retirement.ts';
import { readControl } from '#core/series/control.ts';
import { day } from '#core/time.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

const on = '2026-12-11';
const daysBefore = (days: number) => Date.parse(on) - days * day;
const catalogue = {
  judges: [testJudge('old', { retires: on }), testJudge('new'), testJudge('unused', { retires: on })],
  rubrics: [
    testRubric({ judge: { model: 'old' } }),
    testRubric({ id: 'grounded', judge: { model: 'old' }, state: 'shadow' }),
    testRubric({ id: 'other', judge: { model: 'new' } }),
    testRubric({ id: 'gone', judge: { model: 'unused' }, state: 'retired' }),
  ],
};
const none = new Map<string, string>();

describe('the retirement of a judge', () => {
  it('is told from 45 days ahead, with what it takes along, and again at 14', () => {
    expect(retirements(catalogue, none, daysBefore(45.5))).toEqual([]);
    expect(retirements(catalogue, none, daysBefore(45))).toEqual([
      { judge: 'old', model: 'old', on, daysLeft: 45, rubrics: ['helpfulness@1', 'grounded@1'] },
    ]);
    const stage = (days: number) => retirementStage(retirements(catalogue, none, daysBefore(days)));
    expect([46, 45, 15, 14, 0, -30].map(stage)).toEqual([0, 1, 1, 2, 2, 2]);
  });

  it("is on the day that its provider tells, where it tells one, and never on a retired version's", () => {
    const told = new Map([
      ['old', '2027-06-01'],
      ['new', '2026-12-01'],
    ]);
    expect(retirements(catalogue, told, daysBefore(20)).map(({ judge }) => judge)).toEqual(['new']);
  });

  it('is told with the commands to go by', () => {
    const [soon] = retirements(catalogue, none, daysBefore(1));
    expect(soon && describeRetirement(soon)).toBe(
      'the judge old is shut down on 2026-12-11, in 1 day; it judges helpfulness@1 and grounded@1. Bump to another judge (npx assay rubric bump helpfulness, npx assay rubric bump grounded), compare both on what people rated (npx assay rubric compare), then deploy',
    );
    const [gone] = retirements(catalogue, none, daysBefore(-1));
    expect(gone && describeRetirement(gone)).toContain('was shut down on 2026-12-11;');
  });

  it('is read from what the judge function noted; no day is none', () => {
    const item = (name: string, shutdown: unknown) => ({
      sk: `judge-life#${name}`,
      askedOn: '2026-11-30',
      shutdown,
    });
    expect(readControl([item('a', on), item('b', 'none'), item('c', undefined)]).shutdowns).toEqual(
      new Map([['a', on]]),
    );
  });
});
