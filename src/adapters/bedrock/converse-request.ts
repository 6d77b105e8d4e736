import type { ConverseCommandInput, SystemContentBlock } from '@aws-sdk/client-bedrock-runtime';
import { sentParameters } from '#core/judges/find-judge.ts';
import type { JudgeCall } from '#core/judging/judge-answer.ts';
import { answerJsonSchema } from '#core/rubric/answer-schema.ts';
import { usualPromptForm } from '#core/rubric/prompt-form.ts';

/** A call as Bedrock's Converse takes it: in the rubric's form, in the judge's dialect. */
export function converseRequest(call: JudgeCall): ConverseCommandInput {
  const { rubric, judge, tier, name } = call;
  const { effort, further, ...inference } = parametersOf(call);
  const outputConfig = { ...textFormat(call), ...(effort !== undefined && { effort }) };
  return {
    modelId: judge.deployment,
    ...messagesOf(call),
    inferenceConfig: { maxTokens: rubric.judge.maxOutputTokens, ...inference },
    ...(Object.keys(further).length > 0 && { additionalModelRequestFields: further }),
    ...(Object.keys(outputConfig).length > 0 && { outputConfig }),
    ...(tier === 'flex' && { serviceTier: { type: 'flex' as const } }),
    requestMetadata: { judgement: plain(name) },
  };
}

function messagesOf({ rubric, judge, prompt }: JudgeCall): Pick<ConverseCommandInput, 'system' | 'messages'> {
  const { role } = rubric.judge.form ?? usualPromptForm;
  const fixed = [
    { text: prompt.system },
    ...(judge.dialect.cachePoint ? [{ cachePoint: { type: 'default' as const } }] : []),
  ] satisfies SystemContentBlock[];
  if (role === 'user') return { messages: [{ role, content: [...fixed, { text: prompt.user }] }] };
  return { system: fixed, messages: [{ role: 'user', content: [{ text: prompt.user }] }] };
}

function textFormat({ rubric, judge }: JudgeCall): ConverseCommandInput['outputConfig'] {
  const { output } = rubric.judge.form ?? usualPromptForm;
  if (output !== 'json-schema') return {};
  const schema = JSON.stringify(answerJsonSchema(rubric, judge.dialect.numberEnums));
  return { textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'verdict', schema } } } };
}

/** Parameters of the OpenAI form where Converse has the same; what else there is belongs to the model and goes as it stands. */
function parametersOf({ rubric }: JudgeCall) {
  const { temperature, top_p, stop, reasoning_effort, ...further } = sentParameters(rubric);
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof top_p === 'number' && { topP: top_p }),
    ...(Array.isArray(stop) && { stopSequences: stop.map(String) }),
    effort: typeof reasoning_effort === 'string' ? reasoning_effort : undefined,
    further,
  };
}

/** What the metadata of a request may hold. */
function plain(name: string): string {
  return name.replace(/[^a-zA-Z0-9:_@$#=/+,.-]/g, '_').slice(0, 256);
}
