import * as z from 'zod';
import type { TokenUsage } from '#core/judging/token-usage.ts';

const tokens = z.int().nonnegative();

const usageSchema = z.looseObject({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  total_tokens: tokens.nullish().catch(undefined),
  prompt_tokens_details: z
    .looseObject({ cached_tokens: tokens.nullish(), cache_write_tokens: tokens.nullish().catch(undefined) })
    .nullish(),
});

/**
 * The tokens that a provider bills. None where it does not say, or says what cannot be: no answer takes no tokens, and what
 * was cached is a part of what was sent.
 *
 * @param characters that the model wrote, as far as they came
 */
export function readUsage(usage: unknown, characters: number): TokenUsage | undefined {
  const parsed = usageSchema.safeParse(usage);
  if (!parsed.success) return undefined;
  const { prompt_tokens: inputTokens, completion_tokens: written, total_tokens: total } = parsed.data;
  const { cached_tokens, cache_write_tokens } = parsed.data.prompt_tokens_details ?? {};
  const cachedInputTokens = cached_tokens ?? 0;
  if (inputTokens === 0 || cachedInputTokens > inputTokens || (written === 0 && characters > 0))
    return undefined;
  const cacheWriteTokens = Math.min(cache_write_tokens ?? 0, inputTokens - cachedInputTokens);
  return {
    inputTokens,
    cachedInputTokens,
    // Gemini counts its thinking in the total alone.
    outputTokens: Math.max(written, (total ?? 0) - inputTokens),
    ...(cacheWriteTokens > 0 && { cacheWriteTokens }),
  };
}
