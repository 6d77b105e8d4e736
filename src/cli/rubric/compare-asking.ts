import type { FoundVerdict } from '#adapters/dynamodb/judgement-lookup.ts';
import { createSqs, sendAll } from '#adapters/sqs/queue.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { promptCharacters, promptSize, withCacheWrites } from '#core/cost/judge-prompt-size.ts';
import type { Judge } from '#core/judges/judge.ts';
import { pricesOf } from '#core/judges/prices.ts';
import { comparisonRepeat, type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import { repeatsOf } from '#core/rubric/repeats.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { minute } from '#core/time.ts';
import { findLocalQueues } from '../target/queues.ts';
import type { RatingTarget } from '../target/rating-target.ts';
import { printAside } from '../terminal/print.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { type OldResponse, readNewVerdicts } from './compare-responses.ts';

/** What is to be asked of the new version's judge. */
export interface ComparisonPlan {
  readonly tasks: readonly JudgeTask[];
  /** Responses that it has judged, or could not judge. */
  readonly ended: number;
  /** Responses whose texts have expired, so that it cannot be asked any more. */
  readonly expired: number;
  /** What asking costs by the judge's prices, US dollars; an estimate from the texts' lengths. */
  readonly estimateUsd: number;
}

/** Plans what is left to ask: what has no end yet, as far as its texts are there. */
export async function planComparison(
  { judgements }: RatingTarget,
  { old, rubric, judge }: { readonly old: Rubric; readonly rubric: Rubric; readonly judge: Judge },
  responses: readonly OldResponse[],
  fresh: ReadonlyMap<OldResponse, FoundVerdict>,
  now: number,
): Promise<ComparisonPlan> {
  const open = responses.filter((each) => !hasEnded(fresh.get(each)));
  const texts = await judgements.readManyTexts(
    open.map(({ responseId, surface, at, fingerprint }) => ({
      responseId,
      surface,
      at,
      rubric: old,
      fingerprint,
      repeat: 0,
    })),
  );
  const tasks = open.flatMap((each, index): JudgeTask[] => {
    const stored = texts[index];
    if (stored === undefined) return [];
    return [
      {
        responseId: each.responseId,
        at: new Date(each.at).toISOString(),
        surface: each.surface,
        rubric: { id: rubric.id, version: rubric.version },
        fingerprint: judgeFingerprint(rubric),
        repeat: comparisonRepeat,
        probability: each.probability,
        // Over that of any time before: what was shed for the cap, or ended in the DLQ, is taken up again.
        redrive: Math.floor(now / 1000),
        texts: stored.texts,
      },
    ];
  });
  const prices = pricesOf(judge.prices, judge.tier);
  const estimateUsd = tasks.reduce((sum, task) => {
    const { inputTokens, outputTokens } = promptSize(rubric, promptCharacters(rubric, task.texts));
    const usage = withCacheWrites({ inputTokens, outputTokens, cachedInputTokens: 0 });
    return sum + repeatsOf(rubric) * judgeCostUsd(prices, usage);
  }, 0);
  return { tasks, ended: responses.length - open.length, expired: open.length - tasks.length, estimateUsd };
}

/** An end that this command leaves as it is: what was shed for the cap, or lies in the dead-letter queue, is asked again. */
function hasEnded(verdict: FoundVerdict | undefined): boolean {
  return verdict?.state === 'judged' || verdict?.state === 'unjudgeable';
}

/** How long it waits for a verdict where none comes any more, milliseconds. */
export const longestPause = 5 * minute;

/** Puts judgements into the judge queue of a target. What it does not take is told. */
export async function sendTasks(
  { session, resources }: Pick<RatingTarget, 'session' | 'resources'>,
  tasks: readonly JudgeTask[],
): Promise<void> {
  const queue =
    resources?.queues.JudgeQueue ?? (session === undefined ? '' : findLocalQueues(session.queues).JudgeQueue);
  const sqs = createSqs();
  try {
    const taken = await sendAll(
      sqs,
      queue,
      tasks.map((task) => ({ body: JSON.stringify(task) })),
    );
    const refused = taken.filter((each) => !each).length;
    if (refused > 0)
      printAside(
        `The judge queue did not take ${refused} of ${tasks.length}: give the command again for them.`,
      );
  } finally {
    sqs.destroy();
  }
}

/** Sends what is to be asked to the judge queue, and waits until all of it has ended, or nothing more comes. */
export async function askComparison(
  target: RatingTarget,
  rubric: Rubric,
  { tasks }: ComparisonPlan,
  responses: readonly OldResponse[],
): Promise<void> {
  const { session } = target;
  await sendTasks(target, tasks);
  const nameOf = (each: Pick<JudgeTask, 'surface' | 'responseId'>) => `${each.surface}#${each.responseId}`;
  const asked = new Set(tasks.map(nameOf));
  const waiting = responses.filter((each) => asked.has(nameOf(each)));
  const progress = new ProgressLine('judging', waiting.length);
  let done = 0;
  let seenAt = Date.now();
  for (;;) {
    // A local run that nobody else drives.
    if (session?.stack !== undefined) await session.stack.settle(2_000);
    const fresh = await readNewVerdicts(target, rubric, waiting);
    const ended = [...fresh.values()].filter(({ state }) => state !== 'leased' && state !== 'waiting').length;
    if (ended > done) [done, seenAt] = [ended, Date.now()];
    progress.show(done, `${done} of ${waiting.length}`);
    const isIdle = session?.stack !== undefined && session.stack.parked === 0;
    if (ended >= waiting.length || isIdle || Date.now() - seenAt > longestPause) break;
    if (session?.stack === undefined) await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  progress.end();
}
