import * as z from 'zod';
import { hasDoubledKey } from '#core/doubled-key.ts';
import type { Tier } from '#core/judges/prices.ts';
import { type Billable, type JudgeAnswer, unknownBill } from '#core/judging/judge-answer.ts';
import type { TokenUsage } from '#core/judging/token-usage.ts';
import { type JsonObject, readObject } from '#core/record/json-object.ts';
import { readOrigin } from '../openai/answer-origin.ts';
import type { HttpAnswer } from '../openai/bounded-request.ts';

/**
 * Reads an answer of Converse that came with a status of 200. Whatever it is, it was taken and may be billed. A verdict is
 * only what the model says as its own finished words.
 */
export function readConverse({
  text,
  isCut,
  headers,
}: Pick<HttpAnswer, 'text' | 'isCut'> & Partial<Pick<HttpAnswer, 'headers'>>): JudgeAnswer {
  if (isCut) return { kind: 'unreadable', reason: "the judge's answer does not end", paid: unknownBill };
  const answer = parseObject(text);
  const message = readObject(readObject(answer?.output)?.message);
  if (answer === undefined || (message === undefined && answer.stopReason === undefined))
    return {
      kind: 'error',
      error: {
        kind: 'retryable',
        reason: 'what came is no answer of Converse',
        countsAgainstText: true,
      },
      paid: unknownBill,
    };
  if (hasDoubledKey(text))
    return {
      kind: 'unreadable',
      reason: "the provider's answer says one thing twice",
      paid: unknownBill,
    };
  const written = readContent(message?.content);
  const paid: Billable = {
    usage: readUsage(answer.usage, written.characters),
    characters: written.characters,
    ...toldTier(readObject(answer.serviceTier)?.type),
  };
  const stopped = stops.get(String(answer.stopReason));
  if (stopped !== undefined) return { ...stopped, paid };
  if (!finished.has(String(answer.stopReason)))
    return { kind: 'unreadable', reason: 'the judge did not finish its answer', paid };
  if (written.text === '') return { kind: 'unreadable', reason: 'the judge answered nothing', paid };
  const origin = headers === undefined ? undefined : readOrigin(headers, undefined);
  return {
    kind: 'text',
    text: written.text,
    model: undefined,
    ...(origin !== undefined && { origin }),
    paid,
  };
}

const finished: ReadonlySet<string> = new Set(['end_turn', 'stop_sequence']);

const cutOff = { kind: 'unreadable', reason: "the judge's answer was cut off at its token limit" } as const;

interface Stop {
  readonly kind: 'refused' | 'unreadable';
  readonly reason: string;
}

/** What ends an answer before its end. */
const stops: ReadonlyMap<string, Stop> = new Map<string, Stop>([
  ['content_filtered', { kind: 'refused', reason: "the provider's content filter stopped the judge" }],
  ['guardrail_intervened', { kind: 'refused', reason: 'a guardrail of the account stopped the judge' }],
  ['refusal', { kind: 'refused', reason: 'the judge model refused' }],
  ['max_tokens', cutOff],
  ['model_context_window_exceeded', cutOff],
]);

/** The text blocks of a message; what a model thinks is no part of its answer, and was written all the same. */
function readContent(content: unknown): { readonly text: string; readonly characters: number } {
  const blocks = Array.isArray(content) ? content.map(readObject) : [];
  const text = blocks.map((block) => (typeof block?.text === 'string' ? block.text : '')).join('');
  const thoughts = blocks.map(
    (block) => readObject(readObject(block?.reasoningContent)?.reasoningText)?.text,
  );
  const characters = thoughts.reduce<number>(
    (sum, thought) => sum + (typeof thought === 'string' ? thought.length : 0),
    text.length,
  );
  return { text, characters };
}

const tokens = z.int().nonnegative();

const usageSchema = z.looseObject({
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadInputTokens: tokens.nullish(),
  cacheWriteInputTokens: tokens.nullish(),
});

/** The tokens that are billed. Converse counts what was read from or written to the cache beside the input, not in it. */
function readUsage(usage: unknown, characters: number): TokenUsage | undefined {
  const parsed = usageSchema.safeParse(usage);
  if (!parsed.success) return undefined;
  const { inputTokens: fresh, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = parsed.data;
  const cachedInputTokens = cacheReadInputTokens ?? 0;
  const cacheWriteTokens = cacheWriteInputTokens ?? 0;
  const inputTokens = fresh + cachedInputTokens + cacheWriteTokens;
  if (inputTokens === 0 || (outputTokens === 0 && characters > 0)) return undefined;
  return {
    inputTokens,
    cachedInputTokens,
    outputTokens,
    ...(cacheWriteTokens > 0 && { cacheWriteTokens }),
  };
}

/** The tier that an answer names, where it names one that can be priced. */
function toldTier(tier: unknown): { readonly tier?: Tier } {
  if (tier === 'flex') return { tier };
  return tier === 'default' ? { tier: 'standard' } : {};
}

function parseObject(text: string): Readonly<JsonObject> | undefined {
  try {
    return readObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
