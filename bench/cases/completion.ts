import { z } from 'zod';
import { largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import { mostRefusals } from '#core/judging/refusal-history.ts';
import { fieldsOf } from '#core/record/json-object.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { anyOf, type CaseKind, compare, type Outcome } from './case-kind.ts';
import { type JudgeWorld, type Standing, startJudgeWorld, triedId, triedTexts } from './judge-world.ts';

const ends = ['judged', 'unreadable', 'refused', 'moment', 'item', 'everybody', 'history'] as const;
type End = (typeof ends)[number];

const schema = z.object({
  /** What a judge's server answers: `body` is a JSON value, or a text. */
  http: z.object({
    status: z.int(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown(),
  }),
  want: z.object({
    ends: anyOf(z.enum(ends)),
    billed: anyOf(z.enum(['usage', 'reservation', 'nothing'])).optional(),
    score: anyOf(z.number()).optional(),
  }),
});

type CompletionCase = z.infer<typeof schema>;

/** What becomes of a judgement that a judge's server answers so, and what it costs. */
export const completion: CaseKind<typeof schema> = { schema, run, close };

let world: Promise<JudgeWorld> | undefined;

async function run({ http, want }: CompletionCase): Promise<Outcome> {
  world ??= startJudgeWorld();
  const judge = await world;
  judge.answer({ kind: 'http', status: http.status, body: http.body, headers: http.headers });
  const alone = await tryAlone(judge);
  const end = endOf(alone) ?? (await endBesideOthers(judge));
  const { state, score, reason } = alone.after;
  return compare(want, { ends: end, billed: billOf(alone, http.body), score, state, reason });
}

async function close(): Promise<void> {
  await (await world)?.close();
  world = undefined;
}

interface Trial {
  readonly rubric: Rubric;
  readonly after: Standing;
  readonly asked: number;
  readonly spentUsd: number;
}

/** The text is the first that its judge is asked about. */
async function tryAlone(judge: JudgeWorld): Promise<Trial> {
  const rubric = rubricOf(judge);
  // Another judge's text tells how things stood before.
  const before = await judge.handle(rubricOf(judge), 'well');
  const after = await judge.handle(rubric, triedId);
  return {
    rubric,
    after,
    asked: after.asked - before.asked,
    spentUsd: after.spentUsd - before.spentUsd,
  };
}

/** How the first answer ended it; undefined where the circuit opened, which history may have done. */
function endOf({ after, asked, spentUsd }: Trial): End | undefined {
  if (after.state === 'judged') return 'judged';
  if (after.state === 'unjudgeable') {
    if (asked > 1) return 'unreadable';
    return spentUsd > 0 ? 'refused' : 'item';
  }
  return after.isBlocked ? undefined : 'moment';
}

/** Whether the circuit opens as well where others are judged, or this text ends by itself. */
async function endBesideOthers(judge: JudgeWorld): Promise<End | string> {
  const rubric = rubricOf(judge);
  await judge.handle(rubric, 'well');
  for (let tries = 0; tries < mostRefusals + 2; tries += 1) {
    const { state, isBlocked } = await judge.handle(rubric, triedId);
    if (isBlocked) return 'everybody';
    if (state === 'unjudgeable') return 'history';
    if (state !== 'waiting') return `${state}, though nothing gets through without others`;
  }
  return 'comes again without end beside others';
}

function billOf({ rubric, asked, spentUsd }: Trial, body: unknown): string {
  const usd = spentUsd / Math.max(1, asked);
  if (Math.abs(usd) < 1e-12) return 'nothing';
  if (
    Math.abs(
      usd - largestCallUsd(rubric, judgeOf({}, rubric), judgePrompt(rubric, triedTexts, '0'.repeat(24))),
    ) < 1e-12
  )
    return 'reservation';
  const {
    prompt_tokens: input,
    completion_tokens: output,
    prompt_tokens_details: details,
  } = fieldsOf(fieldsOf(body).usage);
  const said = judgeCostUsd(judgeOf({}, rubric).prices.standard, {
    inputTokens: Number(input),
    cachedInputTokens: Number(fieldsOf(details).cached_tokens ?? 0),
    outputTokens: Number(output),
  });
  // What the texts weigh can be more than what is said.
  return usd >= said - 1e-12 ? 'usage' : `$${usd}, less than the $${said} that is said`;
}

function rubricOf(judge: JudgeWorld): Rubric {
  const rubric = judge.nextRubric();
  if (rubric === undefined) throw new Error('wanted fewer cases in one run; split the file');
  return rubric;
}
