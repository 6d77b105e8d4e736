import type { TokenUsage } from '#core/judging/token-usage.ts';
import { fieldsOf, readObject } from '#core/record/json-object.ts';

/**
 * The tokens that a provider bills. None where it does not say, or says what cannot be: no answer takes no tokens, and what
 * was cached is a part of what was sent.
 *
 * @param characters that the model wrote, as far as they came
 */
export function readUsage(usage: unknown, characters: number): TokenUsage | undefined {
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details } = fieldsOf(usage);
  const [inputTokens, written] = [countIn(prompt_tokens), countIn(completion_tokens)];
  const details = readObject(prompt_tokens_details ?? {});
  const cachedInputTokens = countIn(details?.cached_tokens ?? 0);
  if (inputTokens === undefined || written === undefined) return undefined;
  if (details === undefined || cachedInputTokens === undefined) return undefined;
  if (inputTokens === 0 || cachedInputTokens > inputTokens || (written === 0 && characters > 0))
    return undefined;
  const cacheWriteTokens = Math.min(
    countIn(details.cache_write_tokens) ?? 0,
    inputTokens - cachedInputTokens,
  );
  return {
    inputTokens,
    cachedInputTokens,
    // Gemini counts its thinking in the total alone.
    outputTokens: Math.max(written, (countIn(total_tokens) ?? 0) - inputTokens),
    ...(cacheWriteTokens > 0 && { cacheWriteTokens }),
  };
}

/** A number of tokens. */
function countIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
