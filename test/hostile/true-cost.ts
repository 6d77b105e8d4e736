import { largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import type { JudgeReply, JudgeRequest } from '#local/judges/judge-server.ts';
import { testJudge, testPrices } from '#test/support/judges.ts';
import { testRubric } from '../support/catalogue.ts';

/** The rubric that every call is made for: what the costly one costs fits under no cap. */
const rubric = testRubric();

/** An answer that comes later is waited for by nobody. */
const waitedForMs = 5_000;

/**
 * The least that a call costs, US dollars: nothing unless it is answered with a 200; what the answer says that it used, where
 * it says so and where that is no more than can have been reserved; else the reservation.
 */
export function leastCostOf(request: JudgeRequest, reply: JudgeReply): number {
  if (reply.kind === 'reset' || (reply.afterMs ?? 0) > waitedForMs) return 0;
  if (reply.kind === 'http' && reply.status !== 200) return 0;
  // The server joins the messages by a character that was not sent.
  const reservedUsd = largestCallUsd(rubric, testJudge(), {
    system: request.prompt.replace('\n', ''),
    user: '',
  });
  const usage =
    reply.kind === 'text'
      ? { prompt_tokens: request.prompt.length / 4, completion_tokens: reply.text.length / 4 }
      : (reply.body as { usage?: { prompt_tokens: number; completion_tokens: number } }).usage;
  if (usage === undefined || usage.prompt_tokens + usage.completion_tokens === 0) return reservedUsd;
  const usedUsd = judgeCostUsd(testPrices, {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: 0,
    outputTokens: usage.completion_tokens,
  });
  return Math.min(usedUsd, reservedUsd);
}
