import { findRubric } from '#core/catalogue/catalogue.ts';
import { isEarlierFingerprint, type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import { repeatsOf } from '#core/rubric/repeats.ts';
import { Attempt } from './attempt.ts';
import { type HeldLease, sendToDlqAndMark } from './attempt-end.ts';
import type { Disposal, JudgeDependencies, Timing } from './judge-dependencies.ts';
import { changeOf } from './verdict-change.ts';

/**
 * Works on one judgement: lease, circuit, cap, call, verdict. Whatever happens, the message ends in a state that the
 * design names, and no error becomes a score.
 */
export async function judgeTask(
  dependencies: JudgeDependencies,
  task: JudgeTask,
  timing: Timing,
): Promise<Disposal> {
  const { catalogue, store, now, nonce } = dependencies;
  const started = now();
  const rubric = findRubric(catalogue, task.rubric);
  const repeats = repeatsOf(rubric ?? {});
  const lease = await store.acquire(task, nonce(), started, timing.deadline, timing, repeats);
  switch (lease.kind) {
    case 'held':
      return { kind: 'again', seconds: Math.max(1, (lease.until - started) / 1000) };
    case 'ended':
      if (lease.state === 'dlq' && !lease.sent) await sendToDlqAndMark(dependencies, task, lease.reason);
      return { kind: 'done', ...changeOf(task) };
    case 'other':
      return judgeTask(dependencies, { ...task, apart: true }, timing);
    case 'acquired': {
      const present = presentTask(dependencies, task);
      if (present !== undefined) return takeOver(dependencies, { task, lease, present }, timing);
      return new Attempt(dependencies, task, timing, lease).run();
    }
  }
}

/** A first judgement that was sampled under an earlier form of the prompt, under the present one. */
function presentTask({ catalogue }: JudgeDependencies, task: JudgeTask): JudgeTask | undefined {
  const rubric = findRubric(catalogue, task.rubric);
  if (rubric === undefined || task.repeat > 0 || !isEarlierFingerprint(rubric, task.fingerprint))
    return undefined;
  return { ...task, fingerprint: judgeFingerprint(rubric) };
}

/** Judges it as the present judge's. The lease under its old key holds off copies of the message, and makes way at the end. */
async function takeOver(
  dependencies: JudgeDependencies,
  { task, lease, present }: { task: JudgeTask; lease: HeldLease; present: JudgeTask },
  timing: Timing,
): Promise<Disposal> {
  const { store, now } = dependencies;
  const disposal = await judgeTask(dependencies, present, timing);
  if (disposal.kind === 'again') await store.release(task, lease.owner, lease.tries - 1);
  else await store.abandon(task, lease.owner, now());
  return disposal;
}
