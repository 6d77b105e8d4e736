import type { Billable } from './judge-answer.ts';

/** No model has read a prompt and begun to answer by then, the way to it included. Milliseconds. */
const soonestStart = 20;

/** Several times what the fastest hardware writes, tokens a millisecond. */
const fastestWriting = 20;

/** Characters of a token, where the provider does not say how many there were. */
const charactersOfToken = 4;

/** Whether an answer came sooner than any model can have written it. */
export function isTooSoon({ usage, characters }: Billable, latencyMs: number): boolean {
  const tokens = usage?.outputTokens ?? characters / charactersOfToken;
  return latencyMs < soonestStart + tokens / fastestWriting;
}
