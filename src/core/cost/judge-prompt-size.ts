import type { TokenUsage } from '../judging/token-usage.ts';
import { answerJsonSchema } from '../rubric/answer-schema.ts';
import { type JudgedTexts, judgePrompt } from '../rubric/prompt.ts';
import type { Rubric } from '../rubric/rubric.ts';
import { hasSchemaApart } from '../rubric/schema-text.ts';

/** English as GPT models cut it. An estimate: code and other languages take more tokens a character. */
export const charactersPerToken = 4;

/** OpenAI caches prefixes from this many tokens on, in steps; others have other rules. */
export const leastCacheableTokens = 1_024;
const cacheStepTokens = 128;

/** Assumed where no verdict tells: a reason of three sentences and its score, and what a model thinks at low effort. */
export const assumedOutput = { tokensPerCriterion: 90, reasoningTokens: 200 } as const;

/** The prompt of a call in parts, estimated at {@link charactersPerToken}. */
export interface PromptSize {
  /** The same in every call under the rubric version: the answer's schema, the rubric, and the request up to its nonce. */
  readonly prefixTokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const nonces = ['0'.repeat(24), '1'.repeat(24)] as const;

/**
 * A structured answer's schema is a part of the prompt and stands before the system message. None where the rubric's form
 * puts it into that message itself.
 */
export function schemaCharacters(rubric: Rubric, numberEnums = true): number {
  return hasSchemaApart(rubric) ? JSON.stringify(answerJsonSchema(rubric, numberEnums)).length : 0;
}

/** Characters that every call under a rubric version begins with. */
export function prefixCharacters(rubric: Rubric): number {
  const [one, other] = nonces.map((nonce) => judgePrompt(rubric, {}, nonce));
  if (one === undefined || other === undefined) return 0;
  let same = 0;
  while (same < one.user.length && one.user[same] === other.user[same]) same += 1;
  return schemaCharacters(rubric) + one.system.length + same;
}

/** Characters of the whole prompt for a response, its schema included. */
export function promptCharacters(rubric: Rubric, texts: JudgedTexts): number {
  const { system, user } = judgePrompt(rubric, texts, nonces[0]);
  return schemaCharacters(rubric) + system.length + user.length;
}

/** @param characters mean length of the whole prompt, {@link promptCharacters} */
export function promptSize(rubric: Rubric, characters: number): PromptSize {
  return {
    prefixTokens: Math.floor(prefixCharacters(rubric) / charactersPerToken),
    inputTokens: Math.ceil(characters / charactersPerToken),
    outputTokens: assumedOutput.reasoningTokens + assumedOutput.tokensPerCriterion * rubric.criteria.length,
  };
}

/** Tokens of a prefix that OpenAI's cache serves while calls follow each other within minutes. */
export function cacheableTokens(prefixTokens: number): number {
  return prefixTokens < leastCacheableTokens
    ? 0
    : Math.floor(prefixTokens / cacheStepTokens) * cacheStepTokens;
}

/** How long OpenAI's cache keeps a prefix that nobody asks for, at least: minutes. Newer models keep it for longer. */
const cachedMinutes = 5;

/**
 * What a call is billed on average: the prefix from the cache where it reaches the least length and another call came within
 * {@link cachedMinutes} before, at even traffic.
 *
 * @param callsPerDay of all surfaces under the rubric version, for they share the prefix
 */
export function usageOfSize(
  { prefixTokens, inputTokens, outputTokens }: PromptSize,
  callsPerDay: number,
): TokenUsage {
  const held = -Math.expm1((-callsPerDay * cachedMinutes) / (24 * 60));
  const cachedInputTokens = held * Math.min(inputTokens, cacheableTokens(prefixTokens));
  return withCacheWrites({ inputTokens, cachedInputTokens, outputTokens });
}

/** Counts as written to the cache what of a prompt is long enough for it and was not served by it: the most that can be billed. */
export function withCacheWrites(usage: TokenUsage): TokenUsage {
  const cacheWriteTokens = Math.max(0, cacheableTokens(usage.inputTokens) - usage.cachedInputTokens);
  return { ...usage, cacheWriteTokens };
}
