import { afterAll, beforeAll, expect, it } from 'vitest';
import { comparisonRepeat } from '#core/judging/judgement.ts';
import { minute } from '#core/time.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { endJudgement, judgeTask } from '#test/support/judgements.ts';
import { provisionStack } from '#test/support/provisioned-stack.ts';

const at = Date.parse('2026-11-03T09:00:00Z');
let stack: Awaited<ReturnType<typeof provisionStack>>;

beforeAll(async () => {
  stack = await provisionStack(testCatalogue());
});
afterAll(() => stack?.close());

it('a comparison that was shed for the cap is taken up again when it is asked anew, a first judgement never', async () => {
  const acquire = async (repeat: number, redrive: number) => {
    const task = judgeTask('r1', at, { repeat, redrive });
    return (await stack.judgements.acquire(task, 'again', at, at + minute)).kind;
  };
  for (const repeat of [0, comparisonRepeat])
    await endJudgement(stack.judgements, judgeTask('r1', at, { repeat, redrive: 5 }), {
      state: 'shed',
      reason: 'no room',
    });
  expect(await acquire(comparisonRepeat, 5)).toBe('ended');
  expect(await acquire(comparisonRepeat, 6)).toBe('acquired');
  expect(await acquire(0, 6)).toBe('ended');
});
