import type { JudgeTask } from '#core/judging/judgement.ts';
import { Attempt } from './attempt.ts';
import { sendToDlqAndMark } from './attempt-end.ts';
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
  const { store, now, nonce } = dependencies;
  const started = now();
  const lease = await store.acquire(task, nonce(), started, timing.deadline, timing);
  switch (lease.kind) {
    case 'held':
      return { kind: 'again', seconds: Math.max(1, (lease.until - started) / 1000) };
    case 'ended':
      if (lease.state === 'dlq' && !lease.sent) await sendToDlqAndMark(dependencies, task, lease.reason);
      return { kind: 'done', ...changeOf(task) };
    case 'other':
      return judgeTask(dependencies, { ...task, apart: true }, timing);
    case 'acquired':
      return new Attempt(dependencies, task, timing, lease).run();
  }
}
