import { countedEnd, type JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import type { VerdictChange } from '#adapters/dynamodb/verdict-journal.ts';
import type { EndWithoutVerdict, JudgeTask } from '#core/judging/judgement.ts';
import type { DirtyHour } from '#core/series/keys.ts';
import { hourKey } from '#core/time.ts';

/**
 * What a first judgement's end changes. Repeats compare the judge with itself and stand in no roll-up.
 *
 * @param end undefined where it was found ended and nobody looked how
 */
export function changeOf(
  task: JudgeTask,
  end?: JudgedVerdict | EndWithoutVerdict,
): { change?: VerdictChange } {
  const { surface, at, rubric, repeat } = task;
  if (repeat > 0) return {};
  const hour: DirtyHour = { of: 'verdicts', surface, hour: hourKey(Date.parse(at)), rubric };
  return { change: { hour, verdict: end === undefined ? undefined : countedEnd(task, end) } };
}
