import { day, minute } from '#core/time.ts';
import type { AlarmTransition, LocalStack } from '../stack/local-stack.ts';
import type { InputRecord } from './input-records.ts';

export interface ReplayOptions {
  readonly stack: LocalStack;
  /** In time order. */
  readonly records: readonly InputRecord[];
  /** Simulated milliseconds between ticks. */
  readonly tickMs: number;
  /** Called after each tick; `sent` of all records are in. */
  readonly onTick?: (
    at: number,
    sent: number,
    transitions: readonly AlarmTransition[],
  ) => void | Promise<void>;
  /** Ends the replay early when it says so. */
  readonly stopped?: () => boolean;
}

/**
 * Ticks of a replay where nobody says, by how long its records are. Of those further apart than 15 minutes the evaluator goes
 * through the ones that it missed by itself (`catchUp`), so that alarms are dated as closely and CloudWatch looks more rarely.
 */
const tickLengths: readonly { readonly upTo: number; readonly tick: number }[] = [
  { upTo: 2 * day, tick: 5 * minute },
  { upTo: 4 * day, tick: 15 * minute },
];
const longestTick = 30 * minute;

/**
 * How far apart the ticks of a replay are where nobody says: the longer it is, the further.
 *
 * @param records in time order
 * @returns milliseconds
 */
export function tickLengthOf(records: readonly InputRecord[]): number {
  const span = (records.at(-1)?.at ?? 0) - (records[0]?.at ?? 0);
  return tickLengths.find(({ upTo }) => span <= upTo)?.tick ?? longestTick;
}

/** Waiting messages may take this long, wall clock, to end after the last record. */
const longestSettleMs = 45_000;

/**
 * Replays records by their own time. Each tick stands behind a barrier: all records up to it are judged, or wait for
 * a retry, before the evaluator looks.
 *
 * @returns messages that still wait at the end
 */
export async function replay({
  stack,
  records,
  tickMs,
  onTick,
  stopped,
}: ReplayOptions): Promise<{ transitions: AlarmTransition[]; waiting: number }> {
  const transitions: AlarmTransition[] = [];
  const first = records[0]?.at;
  const last = records.at(-1)?.at;
  if (first === undefined || last === undefined) return { transitions, waiting: 0 };
  // CloudWatch's look at a tick overlaps the next tick's records; it is over before that tick's gauges are published.
  let evaluation: Promise<void> = Promise.resolve();
  const tick = async (at: number, sent: number) => {
    await evaluation;
    await stack.tick(at);
    evaluation = stack.evaluateAlarms(at).then(async (changed) => {
      transitions.push(...changed);
      await onTick?.(at, sent, changed);
    });
  };
  let next = 0;
  const sendUntil = async (end: number): Promise<void> => {
    stack.clock.set(end);
    const due: string[] = [];
    for (let record = records[next]; record !== undefined && record.at < end; record = records[++next])
      due.push(record.body);
    if (due.length > 0) await stack.send(due);
  };
  let at = Math.ceil((first + 1) / tickMs) * tickMs;
  await sendUntil(at);
  for (let handled = 0, goesOn = true; goesOn; at += tickMs) {
    const sent = next;
    if (sent > handled || stack.parked > 0) await stack.drain();
    handled = sent;
    goesOn = next < records.length && stopped?.() !== true;
    // Nothing handles the next tick's records before this one is over.
    await Promise.all([tick(at, sent), goesOn && sendUntil(at + tickMs)]);
  }
  const waiting = stopped?.() === true ? stack.parked : await stack.settle(longestSettleMs);
  stack.clock.set(at);
  await tick(at, next);
  await evaluation;
  return { transitions, waiting };
}
