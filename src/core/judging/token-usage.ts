/** Tokens of judge calls. Those that the prompt cache served, and those written to it, are parts of the input. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens?: number | undefined;
  readonly outputTokens: number;
}

/** The tokens of several calls; undefined where one of them is not known. */
export function addUsage(usages: readonly (TokenUsage | undefined)[]): TokenUsage | undefined {
  const known = usages.flatMap((usage) => usage ?? []);
  if (known.length < usages.length) return undefined;
  const sum = (of: (usage: TokenUsage) => number) => known.reduce((total, usage) => total + of(usage), 0);
  const cacheWriteTokens = sum((usage) => usage.cacheWriteTokens ?? 0);
  return {
    inputTokens: sum((usage) => usage.inputTokens),
    cachedInputTokens: sum((usage) => usage.cachedInputTokens),
    outputTokens: sum((usage) => usage.outputTokens),
    ...(cacheWriteTokens > 0 && { cacheWriteTokens }),
  };
}
