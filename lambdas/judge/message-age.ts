import type { JudgeTask } from '#core/judging/judgement.ts';
import { freezeAfter, hour } from '#core/time.ts';

export const outlivedReason = `it waited ${freezeAfter / hour} h for the judge and is older than ${freezeAfter / hour} h: it counts in no SLO any more; redrive it to have it judged all the same`;

export interface MessageAge {
  /** When the message was sent, epoch milliseconds. */
  readonly sentAt: number;
  /** Wall clock, epoch milliseconds. */
  readonly now: number;
  /** How far evaluation has come, epoch milliseconds; undefined before the first tick. */
  readonly readLastTick: (now: number) => Promise<number | undefined>;
}

/**
 * Whether a judgement's hour froze while its message waited. Left in the queue it would expire there, in no state. What was
 * sent late, or again by a redrive, has not waited and is judged; a repeat, which stands in no hour, by its wait alone.
 */
export async function hasOutlived(
  { at, repeat }: Pick<JudgeTask, 'at' | 'repeat'>,
  { sentAt, now, readLastTick }: MessageAge,
): Promise<boolean> {
  // In a replay messages live by the time of the records, which is never after the wall's.
  if (now - sentAt < freezeAfter) return false;
  const tick = await readLastTick(now);
  if (tick === undefined) return false;
  const hourEnd = (Math.floor(Date.parse(at) / hour) + 1) * hour;
  return (repeat > 0 ? sentAt : Math.max(hourEnd, sentAt)) + freezeAfter <= tick;
}
