import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { minute } from '#core/time.ts';
import { testRubric } from './catalogue.ts';

/** A judgement to make of a response of `chat`, under the test rubric unless told otherwise; what differs is laid over it. */
export function judgeTask(
  responseId: string,
  at: number,
  {
    rubric = testRubric(),
    ...overrides
  }: Partial<Omit<JudgeTask, 'rubric'>> & { readonly rubric?: Rubric } = {},
): JudgeTask {
  return {
    responseId,
    at: new Date(at).toISOString(),
    surface: 'chat',
    rubric: { id: rubric.id, version: rubric.version },
    fingerprint: judgeFingerprint(rubric),
    repeat: 0,
    probability: 1,
    redrive: 0,
    texts: { request: { messages: [] }, response: { content: 'Like this.' } },
    ...overrides,
  };
}

/** A verdict that gives every criterion one score, for one reason. */
export function judgedVerdict(
  score: number,
  {
    rubric = testRubric(),
    reason = 'So it is.',
    ...overrides
  }: Partial<JudgedVerdict> & {
    readonly rubric?: Rubric;
    readonly reason?: string;
  } = {},
): JudgedVerdict {
  return {
    criteria: Object.fromEntries(rubric.criteria.map(({ id }) => [id, { reason, score }])),
    score,
    pass: score >= rubric.passMark,
    returnedModel: undefined,
    usage: undefined,
    costUsd: 0,
    latencyMs: 1,
    cut: false,
    ...overrides,
  };
}

/** Stores a judgement's end as the judge function does: a verdict, or why there is none. */
export async function endJudgement(
  store: JudgementStore,
  task: JudgeTask,
  end: JudgedVerdict | { readonly state: 'unjudgeable' | 'shed' | 'dlq'; readonly reason: string },
): Promise<void> {
  const owner = `test ${task.redrive}`;
  const now = Date.now();
  await store.acquire(task, owner, now, now + minute);
  if ('state' in end) await store.end(task, owner, end.state, end.reason);
  else await store.storeVerdict(task, owner, end);
}
