import { fieldsOf, type JsonObject, readObject, textIn, textOf } from './json-object.ts';

/** What LiteLLM writes in a text's place where its message logging is switched off. */
const redacted = 'redacted-by-litellm';

/** Calls that answer nobody in words, whatever stands in their response. */
const answersNobody =
  /embedding|moderation|rerank|image|transcription|speech|search|ocr|batch|file|video|vector|realtime|fine_tun|container|mcp|count_tokens|list_input_items/;

/** Whether a kind of call (`call_type`) gives an answer that somebody reads. */
export function givesAnswer(callType: unknown): boolean {
  return typeof callType !== 'string' || !answersNobody.test(callType);
}

/**
 * A conversation, a prompt, or a list of prompts, as messages that are still to be read. Payloads of other kinds of call
 * carry none that could be judged.
 */
export function requestOf(messages: unknown): { messages: unknown } | undefined {
  if (typeof messages === 'string')
    return messages === '' || messages === redacted ? undefined : { messages };
  const single = readObject(messages);
  if (single !== undefined) return 'role' in single ? { messages: [single] } : requestOf(listIn(single));
  if (!Array.isArray(messages)) return undefined;
  const last = fieldsOf(messages.at(-1));
  if (unredacted(textOf(last.content)) === undefined && textOf(last.content) !== undefined) return undefined;
  if (messages.some((message) => typeof message === 'string' && message === redacted)) return undefined;
  return {
    messages: messages.map((message) =>
      typeof message === 'string' ? { role: 'user', content: message } : asTurn(message),
    ),
  };
}

/** A body of another API that was passed through holds its messages under a name of its own. */
function listIn({ messages, input, contents }: JsonObject): unknown {
  return [messages, input, contents].find((each) => Array.isArray(each) || typeof each === 'string');
}

/** An item without a role and without a type of its own is what somebody asked. */
function asTurn(message: unknown): unknown {
  const fields = readObject(message);
  if (fields === undefined || textIn(fields, 'role') !== undefined) return message;
  const isPlain = fields.type === undefined || fields.type === null || fields.type === 'message';
  return isPlain && (fields.content ?? fields.parts) != null ? { ...fields, role: 'user' } : message;
}

export interface Answer {
  readonly content?: string | undefined;
  readonly finishReason?: string | undefined;
  readonly refused?: true | undefined;
  /** Calls of tools beside the text, in the form of their API. */
  readonly tool_calls?: readonly unknown[] | undefined;
  /** The older form of one. */
  readonly function_call?: JsonObject | undefined;
}

/** An answer in any form that LiteLLM logs: text, chat and text completions, Responses, Anthropic's and Gemini's messages. */
export function answerOf(response: unknown): Answer {
  if (typeof response === 'string') return { content: unredacted(response) };
  if (Array.isArray(response)) return outputAnswer(response, {});
  const fields = fieldsOf(response);
  if (Array.isArray(fields.choices)) return choiceAnswer(fields.choices);
  if (Array.isArray(fields.output)) return outputAnswer(fields.output, fields);
  if (Array.isArray(fields.candidates)) return candidateAnswer(fields.candidates);
  if (fields.type === 'message' || fields.role === 'assistant') return messageAnswer(fields);
  return {};
}

function choiceAnswer(choices: readonly unknown[]): Answer {
  const choice = fieldsOf(choices.find((each) => fieldsOf(each).index === 0) ?? choices[0]);
  const message = fieldsOf(choice.message ?? choice.delta);
  const finishReason = textIn(choice, 'finish_reason');
  return {
    content: unredacted(textOf(message.content) ?? textOf(choice.text)),
    finishReason,
    refused: textIn(message, 'refusal') !== undefined || finishReason === 'content_filter' ? true : undefined,
    ...callsIn(listOf(message.tool_calls)),
    ...(readObject(message.function_call) !== undefined && {
      function_call: fieldsOf(message.function_call),
    }),
  };
}

/** OpenAI's Responses API: what the assistant said stands in items beside its thoughts and its calls of tools. */
function outputAnswer(
  output: readonly unknown[],
  { status, incomplete_details: details }: JsonObject,
): Answer {
  const said = output.map(fieldsOf).filter(({ type, role }) => type === 'message' || role === 'assistant');
  const texts = said.flatMap(({ content }) => textOf(content) ?? []);
  const parts = said.flatMap(({ content }) => (Array.isArray(content) ? content.map(fieldsOf) : []));
  const reason = textIn(fieldsOf(details), 'reason');
  const isRefused = parts.some(({ type }) => type === 'refusal') || reason === 'content_filter';
  return {
    content: texts.length === 0 ? undefined : unredacted(texts.join('\n')),
    finishReason: reason ?? (typeof status === 'string' ? status : undefined),
    refused: isRefused ? true : undefined,
    ...callsIn(output.filter((item) => isCall(fieldsOf(item)))),
  };
}

function messageAnswer(message: JsonObject): Answer {
  const finishReason = textIn(message, 'stop_reason');
  return {
    content: unredacted(textOf(message.content)),
    finishReason,
    refused: finishReason === 'refusal' ? true : undefined,
    ...callsIn(listOf(message.content).filter((part) => isCall(fieldsOf(part)))),
  };
}

const blocked: readonly unknown[] = ['SAFETY', 'PROHIBITED_CONTENT', 'BLOCKLIST', 'SPII'];

function candidateAnswer(candidates: readonly unknown[]): Answer {
  const candidate = fieldsOf(candidates[0]);
  const finishReason = textIn(candidate, 'finishReason');
  const parts = listOf(fieldsOf(candidate.content).parts);
  return {
    content: unredacted(textOf(parts)),
    finishReason,
    refused: blocked.includes(finishReason) ? true : undefined,
    ...callsIn(parts.flatMap((part) => fieldsOf(part).functionCall ?? [])),
  };
}

/** A call of one of the application's own tools, as the Responses API and Anthropic write it. */
function isCall({ type, name }: JsonObject): boolean {
  const types: readonly unknown[] = ['function_call', 'custom_tool_call', 'tool_use'];
  return types.includes(type) && typeof name === 'string';
}

function callsIn(calls: readonly unknown[]): Pick<Answer, 'tool_calls'> {
  return calls.length === 0 ? {} : { tool_calls: calls };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function unredacted(text: string | undefined): string | undefined {
  return text === redacted ? undefined : text;
}
