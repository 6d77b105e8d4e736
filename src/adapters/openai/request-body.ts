import { sentParameters } from '#core/judges/find-judge.ts';
import type { JudgeCall } from '#core/judging/judge-answer.ts';
import { answerJsonSchema } from '#core/rubric/answer-schema.ts';
import { type TextRole, usualPromptForm } from '#core/rubric/prompt-form.ts';

/** What is sent of the chat completions' parameters. */
interface Body {
  readonly model: string;
  readonly messages: readonly { readonly role: TextRole; readonly content: string }[];
  readonly service_tier?: 'flex';
  readonly response_format?:
    | { readonly type: 'json_object' }
    | {
        readonly type: 'json_schema';
        readonly json_schema: {
          readonly name: string;
          readonly strict: true;
          readonly schema: Readonly<Record<string, unknown>>;
        };
      };
  /** The limit of tokens, under the judge's name for it, and the rubric's own. */
  readonly [parameter: string]: unknown;
}

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
