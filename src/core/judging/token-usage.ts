/** Tokens of judge calls. Those that the prompt cache served, and those written to it, are parts of the input. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens?: number | undefined;
  readonly outputTokens: number;
}
