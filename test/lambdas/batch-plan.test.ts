import { describe, expect, it } from 'vitest';
import { BatchPlan } from '#lambdas/sampler/batch-plan.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

const sentAt = Date.parse('2026-11-10T12:00:00Z');

function planOf(cohorts: readonly string[], maxCohorts: number): BatchPlan {
  const plan = new BatchPlan(testCatalogue({ policy: { maxCohorts } }));
  for (const [index, cohort] of cohorts.entries())
    plan.read({
      messageId: `m-${index}`,
      body: JSON.stringify({
        id: `r-${index}`,
        at: new Date(sentAt).toISOString(),
        surface: 'chat',
        status: 'success',
        cohort,
      }),
      sentAt,
      receives: 1,
    });
  return plan;
}

describe('cohorts of a batch', () => {
  it('count under their own names up to the cap, and as others beyond it', () => {
    const plan = planOf(['eu', 'us', 'u-1', 'eu', 'u-2', 'us'], 2);
    expect(plan.counts.map(({ slices }) => slices)).toEqual([
      ['c:eu'],
      ['c:us'],
      ['c:other'],
      ['c:eu'],
      ['c:other'],
      ['c:us'],
    ]);
  });

  it('never make more slices than the cap and one', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `user-${index}`);
    const slices = new Set(planOf(ids, 100).counts.flatMap((count) => count.slices));
    expect(slices.size).toBe(101);
  });
});
