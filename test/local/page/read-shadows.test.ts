import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlReading } from '#core/series/control.ts';
import { hour, hourKey, minute } from '#core/time.ts';
import { readShadows } from '#local/page/read-shadows.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { endJudgement, judgedVerdict, judgeTask } from '#test/support/judgements.ts';
import { provisionStack } from '#test/support/provisioned-stack.ts';

const at = Date.parse('2026-11-03T09:00:00Z');
const active = testRubric();
const shadow = testRubric({ version: 2, state: 'shadow', judge: { model: 'next-model' } });
const catalogue = testCatalogue({ rubrics: [active, shadow] });

let stack: Awaited<ReturnType<typeof provisionStack>>;

beforeAll(async () => {
  stack = await provisionStack(catalogue);
  for (let index = 0; index < 8; index += 1)
    for (const rubric of [active, shadow]) {
      const score = index % (rubric === active ? 8 : 4) === 0 ? 2 : 5;
      const task = judgeTask(`r${index}`, at + index * minute, { rubric });
      await endJudgement(stack.judgements, task, judgedVerdict(score, { rubric }));
    }
});

afterAll(() => stack?.close());

describe("the page's shadows", () => {
  it('are told of hours that no roll-up holds yet', async () => {
    const marks = [active, shadow].map(({ id, version }) => ({
      dirty: { of: 'verdicts', surface: 'chat', hour: hourKey(at), rubric: { id, version } },
    }));
    const control = { marks } as unknown as ControlReading;
    const { series, judgements, ratings } = stack;
    const pairs = await readShadows({ catalogue, series, judgements, ratings }, control, at + hour);
    expect(pairs.find(({ surface }) => surface === 'chat')).toMatchObject({
      active: { rubric: 'helpfulness@1', judged: 8, passRate: 7 / 8 },
      shadow: { rubric: 'helpfulness@2', judged: 8, passRate: 6 / 8 },
    });
  });
});
