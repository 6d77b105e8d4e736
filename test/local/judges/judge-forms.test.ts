import { expect, it } from 'vitest';
import { createJudgeCaller } from '#adapters/judges/judge-caller.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { outputForms, textRoles } from '#core/rubric/prompt-form.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { startJudgeServer, verdictText } from '#local/judges/judge-server.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

it('a judge on this machine answers in every form that a rubric can have, whatever its provider', async () => {
  const server = await startJudgeServer((request) => ({
    kind: 'text',
    text: verdictText(request, () => 4, 'So it is.'),
  }));
  const ask = createJudgeCaller({ keyOf: async () => ({ ok: true, key: 'any' }), url: server.url });
  const usual = testRubric({
    criteria: [
      ...testRubric().criteria,
      { id: 'safe', question: 'Is it safe?', scale: { pass: 'Yes.', fail: 'No.' } },
    ],
  });
  const entries = [
    {},
    { dialect: { numberEnums: false } },
    { provider: 'bedrock', api: 'converse' },
    { provider: 'bedrock' },
  ];
  for (const output of outputForms)
    for (const role of textRoles)
      for (const entry of entries) {
        const judge = testJudge('judge-model', entry);
        const rubric = { ...usual, judge: { ...usual.judge, form: { output, role } } };
        const prompt = judgePrompt(rubric, { response: { content: 'Hi.' } }, 'n'.repeat(24));
        const answer = await ask({ rubric, judge, tier: 'standard', prompt, name: 'x', timeoutMs: 5_000 });
        const text = answer.kind === 'text' ? answer.text : '';
        expect(readVerdict(rubric, text), `${output} ${role} ${JSON.stringify(entry)}`).toMatchObject({
          ok: true,
        });
      }
  await server.close();
});
