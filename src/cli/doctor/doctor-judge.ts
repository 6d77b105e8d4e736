import { randomBytes } from 'node:crypto';
import type { JudgeCaller } from '#adapters/judges/judge-caller.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import type { Judge } from '#core/judges/judge.ts';
import { judgeHost } from '#core/judges/judge-place.ts';
import { pricesOf } from '#core/judges/prices.ts';
import type { JudgeAnswer } from '#core/judging/judge-answer.ts';
import type { JudgeError } from '#core/judging/judge-error.ts';
import { judgeFingerprint, judgementName } from '#core/judging/judgement.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { readVerdict } from '#core/rubric/verdict.ts';
import { type Check, fault, ok, warning } from './doctor-check.ts';

export interface JudgeOption {
  /** False with `--no-judge`. */
  readonly judge: boolean;
}

/** How judges are asked. */
export interface JudgeAccess {
  readonly ask: JudgeCaller;
  readonly kind: 'real' | 'simulated' | 'recorded';
}

/** Nobody's words, so that nothing private leaves. */
const sample = {
  request: { messages: [{ role: 'user', content: 'How many minutes has an hour?' }] },
  response: { content: 'An hour has 60 minutes.' },
  context: 'One hour is 60 minutes.',
};

const timeoutMs = 60_000;

/** One real call to each judge of an active rubric: from the prompt to a verdict that can be read. */
export async function checkJudges(
  access: JudgeAccess,
  catalogue: Catalogue,
  tell: (line: string) => void,
): Promise<readonly Check[]> {
  const active = catalogue.rubrics.filter(({ state }) => state === 'active');
  if (active.length === 0)
    return [
      fault('judge', {
        wanted: 'an active rubric to ask under',
        found: 'none',
        action: 'set the state of a rubric to "active", then "npx assay rubric check"',
      }),
    ];
  const asked = new Map(active.map((rubric) => [judgeOf(catalogue, rubric), rubric]));
  const checks: Check[] = [];
  for (const [judge, rubric] of asked) checks.push(await checkJudge(access, { judge, rubric }, tell));
  return checks;
}

async function checkJudge(
  access: JudgeAccess,
  { judge, rubric }: { readonly judge: Judge; readonly rubric: Rubric },
  tell: (line: string) => void,
): Promise<Check> {
  const prompt = judgePrompt(rubric, sample, randomBytes(12).toString('hex'));
  if (access.kind === 'real')
    tell(
      `Asking ${placeOf(judge)} about one sentence: at most $${largestCallUsd(rubric, judge, prompt).toFixed(4)}, usually a tenth of it. (--no-judge leaves it out.)`,
    );
  const started = performance.now();
  const answer = await access.ask({
    rubric,
    judge,
    tier: judge.tier,
    prompt,
    name: judgementName({
      responseId: 'assay-doctor',
      at: new Date().toISOString(),
      surface: 'assay-doctor',
      rubric,
      fingerprint: judgeFingerprint(rubric),
      repeat: 0,
    }),
    timeoutMs,
  });
  return readAnswer(answer, { rubric, judge }, access, Math.round(performance.now() - started));
}

/** `gpt-6-luna at api.openai.com`. */
export function placeOf(judge: Judge): string {
  const { name, model } = judge;
  return `${name === model ? model : `${name} (${model})`} at ${judgeHost(judge)}`;
}

function readAnswer(
  answer: JudgeAnswer,
  { rubric, judge }: { readonly rubric: Rubric; readonly judge: Judge },
  { kind }: JudgeAccess,
  ms: number,
): Check {
  const where = placeOf(judge);
  const wanted = `a verdict of ${where} under ${rubricName(rubric)}`;
  if (answer.kind === 'error') {
    const { error } = answer;
    return fault('judge', {
      wanted,
      found: `${error.reason} (${error.kind}) after ${ms} ms`,
      action: adviceOf(error.kind),
    });
  }
  if (answer.kind !== 'text')
    return fault('judge', {
      wanted,
      found: `${answer.reason} after ${ms} ms`,
      action: 'ask again; if it stays so, raise maxOutputTokens of the rubric or choose another model',
    });
  const { usage, tier = judge.tier } = answer.paid;
  const tokens =
    usage === undefined
      ? 'no usage told'
      : `${usage.inputTokens} tokens in (${usage.cachedInputTokens} cached), ${usage.outputTokens} out, $${judgeCostUsd(pricesOf(judge.prices, tier), usage).toFixed(5)} at ${tier}`;
  const reading = readVerdict(rubric, answer.text);
  if (reading.ok && answer.origin === 'cache')
    return warning('judge', {
      wanted: `an answer that ${where} gives now`,
      found: `one that a cache on the way kept, by its own word, after ${ms} ms`,
      action:
        "let the gateway pass the judge's calls by its cache: an answer that was kept says nothing of today's judge, and anchors count none",
    });
  if (reading.ok)
    return ok(
      'judge',
      `${kind === 'real' ? '' : `${kind.toUpperCase()}; `}${where}: score ${reading.verdict.score} in ${ms} ms; ${tokens}`,
    );
  if (kind === 'recorded')
    return ok(
      'judge',
      `RECORDED; its server answers in ${ms} ms, and has no verdict of the doctor's sentence`,
    );
  return warning('judge', {
    wanted: `an answer in the form that was asked for, from ${where}`,
    found: `${reading.reason} after ${ms} ms; ${tokens}`,
    action: 'ask again; if it stays so, choose a model that keeps to strict structured output',
  });
}

function adviceOf(kind: JudgeError['kind']): string {
  switch (kind) {
    case 'retryable':
      return "wait a minute and ask again; then see the provider's status page and your rate limits there";
    case 'blocking':
      return "see whether the key is right, the model exists for it and the account has quota; a stack's output JudgeKeyCommand puts a new key in";
    case 'item':
    case 'unknown':
      return 'the provider refuses a plain sentence: see whether the model and its parameters in the rubric fit its API';
  }
}
