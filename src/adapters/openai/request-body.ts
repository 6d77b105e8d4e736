import type OpenAI from 'openai';
import { sentParameters } from '#core/judges/find-judge.ts';
import type { JudgeCall } from '#core/judging/judge-answer.ts';
import { usualPromptForm } from '#core/rubric/prompt-form.ts';
import { answerJsonSchema } from '#core/rubric/verdict.ts';

type Body = OpenAI.ChatCompletionCreateParamsNonStreaming;

/** A call as the judge's provider takes it: in the rubric's form, in the judge's dialect. */
export function requestBody(call: JudgeCall): Body {
  const { rubric, judge, tier } = call;
  return {
    ...sentParameters(rubric),
    model: judge.deployment,
    ...(tier === 'flex' && { service_tier: 'flex' as const }),
    [judge.dialect.tokenLimit]: rubric.judge.maxOutputTokens,
    messages: messagesOf(call),
    ...responseFormat(call),
  };
}

function messagesOf({ rubric, prompt }: JudgeCall): Body['messages'] {
  const { role } = rubric.judge.form ?? usualPromptForm;
  // One message: servers that know no other role want users and assistants in turn.
  if (role === 'user') return [{ role, content: `${prompt.system}\n\n${prompt.user}` }];
  return [
    { role, content: prompt.system },
    { role: 'user', content: prompt.user },
  ];
}

function responseFormat({ rubric, judge }: JudgeCall): Pick<Body, 'response_format'> {
  const { output } = rubric.judge.form ?? usualPromptForm;
  switch (output) {
    case 'json-schema': {
      const schema = answerJsonSchema(rubric, judge.dialect.numberEnums);
      return {
        response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } },
      };
    }
    case 'json-object':
      return { response_format: { type: 'json_object' } };
    case 'prompt':
      return {};
  }
}
