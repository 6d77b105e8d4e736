import { describe, expect, it } from 'vitest';
import { requestBody } from '#adapters/openai/request-body.ts';
import { largestCallUsd } from '#core/cost/judge-charge.ts';
import { prefixCharacters, promptCharacters } from '#core/cost/judge-prompt-size.ts';
import { answerJsonSchema } from '#core/rubric/answer-schema.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { type OutputForm, outputForms, type TextRole, textRoles } from '#core/rubric/prompt-form.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

const texts = {
  request: { messages: [{ role: 'user', content: 'Hi?' }] },
  response: { content: 'Hello.' },
};
const nonce = 'n'.repeat(24);

function call(output: OutputForm, role: TextRole, changes: Readonly<Record<string, unknown>> = {}) {
  const usual = testRubric();
  const rubric = { ...usual, judge: { ...usual.judge, form: { output, role } } };
  const judge = testJudge('judge-model', changes);
  const prompt = judgePrompt(rubric, texts, nonce);
  return { rubric, judge, tier: judge.tier, prompt, name: 'name', timeoutMs: 1_000 };
}

describe('the body of a call', () => {
  it.each(textRoles)("puts the rubric's text under the role %s", (role) => {
    const asked = call('json-schema', role);
    const { system, user } = asked.prompt;
    expect(requestBody(asked).messages).toEqual(
      role === 'user'
        ? [{ role, content: `${system}\n\n${user}` }]
        : [
            { role, content: system },
            { role: 'user', content: user },
          ],
    );
  });

  it.each<[OutputForm, string | undefined]>([
    ['json-schema', 'json_schema'],
    ['json-object', 'json_object'],
    ['prompt', undefined],
  ])('asks for the answer as %s by the response format %s', (output, type) => {
    const body = requestBody(call(output, 'system'));
    expect(body.response_format?.type).toBe(type);
    expect('response_format' in body).toBe(type !== undefined);
  });

  it('says the schema once: beside the prompt, or at the end of its fixed prefix', () => {
    for (const output of outputForms) {
      const asked = call(output, 'system');
      const schema = JSON.stringify(answerJsonSchema(asked.rubric));
      const body = requestBody(asked);
      const isApart = JSON.stringify(body.response_format ?? null).includes(schema);
      expect(isApart).toBe(output === 'json-schema');
      expect(asked.prompt.system.endsWith(schema)).toBe(!isApart);
      expect(asked.prompt.user).not.toContain(schema);
    }
  });

  it('names the token limit and the model as the provider does', () => {
    const { rubric, ...rest } = call('json-schema', 'system', {
      deployment: 'at-azure',
      dialect: { tokenLimit: 'max_tokens' },
    });
    const body = requestBody({ rubric, ...rest });
    expect(body).toMatchObject({ model: 'at-azure', max_tokens: rubric.judge.maxOutputTokens });
    expect(body).not.toHaveProperty('max_completion_tokens');
  });

  it('holds no enum of numbers where the provider refuses them, and asks for the same scores', () => {
    const asked = call('json-schema', 'system', { dialect: { numberEnums: false } });
    const format = JSON.stringify(requestBody(asked).response_format);
    expect(format).toContain('"score":{"type":"integer","minimum":1,"maximum":5}');
    expect(format).not.toMatch(/"enum":\[\d/);
    // Words are enums that everybody takes.
    const passFail = testRubric({
      criteria: [{ id: 'safe', question: 'Is it?', scale: { pass: 'Yes.', fail: 'No.' } }],
    });
    expect(answerJsonSchema(passFail, false)).toEqual(answerJsonSchema(passFail));
  });
});

describe('what a call weighs', () => {
  it('is its prompt in the form that is sent', () => {
    const [schema, object, prompt] = outputForms.map((output) => {
      const { rubric } = call(output, 'system');
      return {
        usd: largestCallUsd(rubric, testJudge(), judgePrompt(rubric, texts, nonce)),
        whole: promptCharacters(rubric, texts),
        prefix: prefixCharacters(rubric),
      };
    });
    expect(object).toEqual(prompt);
    // The schema's heading is written out there, no more.
    for (const key of ['whole', 'prefix'] as const) {
      const more = (object?.[key] ?? 0) - (schema?.[key] ?? 0);
      expect(more).toBeGreaterThan(100);
      expect(more).toBeLessThan(250);
    }
    expect(object?.usd).toBeGreaterThan(schema?.usd ?? 0);
  });
});
