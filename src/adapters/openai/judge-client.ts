import OpenAI, { APIConnectionTimeoutError, APIError } from 'openai';
import { z } from 'zod';
import type { TokenUsage } from '#core/cost/judge-cost.ts';
import { classifyFailure, type JudgeError, type ProviderFailure } from '#core/judging/judge-error.ts';
import type { JudgePrompt } from '#core/rubric/prompt.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { answerJsonSchema } from '#core/rubric/verdict.ts';

/** What came of one call to the judge model. `usage` is absent where the provider did not say. */
export type JudgeAnswer =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly model: string | undefined;
      readonly usage: TokenUsage | undefined;
    }
  | { readonly kind: 'refused'; readonly reason: string; readonly usage: TokenUsage | undefined }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly usage: TokenUsage | undefined }
  | {
      readonly kind: 'error';
      readonly error: JudgeError;
      /** The call was given up while the provider may have been at work on it, and may bill it. */
      readonly mayBeBilled?: true;
    };

export interface JudgeCall {
  readonly rubric: Rubric;
  readonly prompt: JudgePrompt;
  /** The judgement's key, sent as `X-Client-Request-Id`. */
  readonly name: string;
  readonly timeoutMs: number;
}

const tokens = z.number().int().nonnegative();

/** What is read of a chat completion; a provider that is only almost compatible is not trusted with the rest. */
const completionSchema = z.looseObject({
  model: z.string().optional(),
  choices: z.array(
    z.looseObject({
      finish_reason: z.string().nullish(),
      message: z.looseObject({ content: z.string().nullish(), refusal: z.string().nullish() }),
    }),
  ),
  // A usage that cannot be read is none: the answer is paid for and may be a good one.
  usage: z
    .looseObject({
      prompt_tokens: tokens,
      completion_tokens: tokens,
      prompt_tokens_details: z.looseObject({ cached_tokens: tokens.nullish() }).nullish(),
    })
    .nullish()
    .catch(undefined),
});

/** Asks a judge over the OpenAI chat completions API. One call, no retries of its own. Never throws. */
export async function askJudge(client: OpenAI, call: JudgeCall): Promise<JudgeAnswer> {
  const { judge } = call.rubric;
  const timeout = Math.max(1, Math.floor(call.timeoutMs));
  // The client's own time-out ends with the headers; a body that stalls needs this one.
  const deadline = AbortSignal.timeout(timeout);
  let completion: unknown;
  try {
    completion = await client.chat.completions.create(
      {
        ...judge.parameters,
        model: judge.model,
        max_completion_tokens: judge.maxOutputTokens,
        messages: [
          { role: 'system', content: call.prompt.system },
          { role: 'user', content: call.prompt.user },
        ],
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'verdict', strict: true, schema: answerJsonSchema(call.rubric) },
        },
      },
      { headers: { 'X-Client-Request-Id': call.name }, timeout, signal: deadline, maxRetries: 0 },
    );
  } catch (error) {
    if (deadline.aborted || error instanceof APIConnectionTimeoutError)
      return { ...failedWith({ cause: 'the judge did not answer in time' }), mayBeBilled: true };
    return failedWith(failureOf(error));
  }
  return readCompletion(completion);
}

function failedWith(failure: ProviderFailure): JudgeAnswer & { kind: 'error' } {
  return { kind: 'error', error: classifyFailure(failure) };
}

function readCompletion(completion: unknown): JudgeAnswer {
  const parsed = completionSchema.safeParse(completion);
  // No judge has spoken: a gateway's page or another API. It says nothing of this response, so the try is spent, not the item.
  if (!parsed.success) return failedWith({ cause: 'what came is no chat completion' });
  const { choices, model } = parsed.data;
  const usage = usageOf(parsed.data.usage);
  const choice = choices[0];
  if (choice === undefined)
    return { kind: 'unreadable', reason: 'the provider sent a completion without a choice', usage };
  const { content, refusal } = choice.message;
  if (typeof refusal === 'string' && refusal !== '')
    return { kind: 'refused', reason: 'the judge model refused', usage };
  if (choice.finish_reason === 'content_filter')
    return { kind: 'refused', reason: "the provider's content filter stopped the judge", usage };
  if (choice.finish_reason === 'length')
    return { kind: 'unreadable', reason: "the judge's answer was cut off at its token limit", usage };
  if (typeof content !== 'string' || content === '')
    return { kind: 'unreadable', reason: 'the judge answered nothing', usage };
  return { kind: 'text', text: content, model, usage };
}

function usageOf(usage: z.infer<typeof completionSchema>['usage']): TokenUsage | undefined {
  if (usage == null) return undefined;
  return {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    outputTokens: usage.completion_tokens,
  };
}

function failureOf(error: unknown): ProviderFailure {
  if (error instanceof APIError && typeof error.status === 'number') {
    return {
      status: error.status,
      code: shortCode(error.code),
      type: shortCode(error.type),
      parameter: error.param ?? undefined,
      retryAfterSeconds: retryAfter(error.headers),
    };
  }
  if (error instanceof APIError) return { cause: 'the connection to the judge failed' };
  return { cause: 'the answer of the judge could not be read' };
}

/** Codes are the provider's words; only ones that look like codes are passed on. */
function shortCode(code: string | null | undefined): string | undefined {
  return typeof code === 'string' && /^[a-z0-9_.-]{1,60}$/i.test(code) ? code : undefined;
}

/** Seconds of a retry-after header, given in seconds or as an HTTP date. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (value == null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

/** A client for a key and, where the provider is not OpenAI itself, its base address. */
export function createJudgeClient(apiKey: string, baseURL: string | undefined): OpenAI {
  return new OpenAI({ apiKey, maxRetries: 0, ...(baseURL !== undefined && { baseURL }) });
}
