import { randomBytes } from 'node:crypto';
import type { JudgeCaller } from '#adapters/judges/judge-caller.ts';
import { largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import type { Judge } from '#core/judges/judge.ts';
import { judgeHost } from '#core/judges/judge-place.ts';
import { pricesOf, type Tier } from '#core/judges/prices.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import type { JudgeError } from '#core/judging/judge-error.ts';
import { judgeFingerprint, judgementName } from '#core/judging/judgement.ts';
import type { TokenUsage } from '#core/judging/token-usage.ts';
import { type JudgePrompt, judgePrompt } from '#core/rubric/prompt.ts';
import { usualPromptForm } from '#core/rubric/prompt-form.ts';
import type { Rubric } from '#core/rubric/rubric.ts';

/** Nobody's words, so that nothing private leaves. */
export const sample = {
  request: { messages: [{ role: 'user', content: 'How many minutes has an hour?' }] },
  response: { content: 'An hour has 60 minutes.' },
  context: 'One hour is 60 minutes.',
};

const timeoutMs = 60_000;

/** Who is asked, and under what. */
export interface AskedJudge {
  readonly judge: Judge;
  readonly rubric: Rubric;
}

/** A call that could be made, and the most that it can cost. US dollars. */
export interface PreparedCall extends AskedJudge {
  readonly prompt: JudgePrompt;
  readonly mostUsd: number;
}

export function prepareCall({ judge, rubric }: AskedJudge): PreparedCall {
  const prompt = judgePrompt(rubric, sample, randomBytes(12).toString('hex'));
  return { judge, rubric, prompt, mostUsd: largestCallUsd(rubric, judge, prompt) };
}

/** What came of a call, and after how long. Milliseconds. */
export interface Answered {
  readonly answer: JudgeAnswer;
  readonly ms: number;
}

/** Makes one call about the sample. Never throws. */
export async function askOnce(ask: JudgeCaller, { judge, rubric, prompt }: PreparedCall): Promise<Answered> {
  const name = judgementName({
    responseId: 'assay-doctor',
    at: new Date().toISOString(),
    surface: 'assay-doctor',
    rubric,
    fingerprint: judgeFingerprint(rubric),
    repeat: 0,
  });
  const started = performance.now();
  const answer = await ask({ rubric, judge, tier: judge.tier, prompt, name, timeoutMs });
  return { answer, ms: Math.round(performance.now() - started) };
}

/** What a call took, as far as the provider says. */
export interface CallBill {
  readonly usage: TokenUsage | undefined;
  /** US dollars. */
  readonly usd: number | undefined;
  readonly tier: Tier;
}

export function billOf({ prices, tier: asked }: Judge, answer: JudgeAnswer): CallBill | undefined {
  if (answer.paid === undefined) return undefined;
  const { usage, tier = asked } = answer.paid;
  const usd = usage === undefined ? undefined : judgeCostUsd(pricesOf(prices, tier), usage);
  return { usage, usd, tier };
}

/** `900 tokens in (800 cached), 50 out, $0.00012 at flex`. */
export function formatBill({ usage, usd, tier }: CallBill): string {
  if (usage === undefined || usd === undefined) return 'no usage told';
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = usage;
  const written = cacheWriteTokens === undefined ? '' : `, ${cacheWriteTokens} written to the cache`;
  return `${inputTokens} tokens in (${cachedInputTokens} cached${written}), ${outputTokens} out, $${usd.toFixed(5)} at ${tier}`;
}

/** `gpt-6-luna at api.openai.com`. */
export function placeOf(judge: Judge): string {
  const { name, model } = judge;
  return `${name === model ? model : `${name} (${model})`} at ${judgeHost(judge)}`;
}

/** `chat-completions, output json-schema, the rubric as system, tier flex`. */
export function formOf({ judge, rubric }: AskedJudge): string {
  const { output, role } = rubric.judge.form ?? usualPromptForm;
  return `${judge.api}, output ${output}, the rubric as ${role}, tier ${judge.tier}`;
}

/** What to do about an error of a judge that was asked a plain sentence. */
export function adviceOf(kind: JudgeError['kind'], { authorisation }: Pick<Judge, 'authorisation'>): string {
  switch (kind) {
    case 'retryable':
      return "wait a minute and ask again; then see the provider's status page and your rate limits there";
    case 'blocking':
      return authorisation === 'role'
        ? 'see whether these credentials may call the model (bedrock:InvokeModel, and bedrock:CallWithBearerToken for the OpenAI form), and whether the account has access to it in this region'
        : "see whether the key is right, the model exists for it and the account has quota; a stack's output JudgeKeyCommand puts a new key in";
    case 'item':
    case 'unknown':
      return 'the provider refuses a plain sentence: see whether the model and its parameters in the rubric fit its API';
  }
}
