import type { OutboxEntry } from '#adapters/dynamodb/surface-states.ts';
import { findPassedAlarms, type PassedAlarm } from '#core/slo/alarms/catch-up.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { formatInstant } from '#core/slo/words/format.ts';
import { noticeEntry } from './outbox.ts';

/** Cohorts are many: their missed ticks are gone through so much more coarsely. */
export const coarsenessOfCohorts = 3;

/** Alarms of an SLO that began and ended while nothing was evaluated, or nothing had come that could be. */
export interface MissedAlarms {
  readonly slo: Slo;
  /** The last tick before, or the last one with events. */
  readonly since: number;
  /** The evaluator was away, or the events came late. */
  readonly why: 'away' | 'late';
  readonly alarms: readonly PassedAlarm[];
}

/**
 * @param before the last tick, and since when events had not come until now
 * @param histories transitions of the missed ticks and of this one in their order: of the whole, and of its cohorts
 */
export function findMissedAlarms(
  slo: Slo,
  { last, backlog }: { readonly last: number | undefined; readonly backlog: number | undefined },
  histories: readonly (readonly Transition[])[],
): MissedAlarms | undefined {
  const alarms = findPassedAlarms(histories);
  if (last === undefined || alarms.length === 0) return undefined;
  return backlog === undefined
    ? { slo, since: last, why: 'away', alarms }
    : { slo, since: backlog, why: 'late', alarms };
}

const whyMissed = {
  away: (time: string, slo: string) =>
    `Nothing was evaluated ${time}. Meanwhile ${slo} was in alarm, and is no more:`,
  late: (time: string, slo: string) =>
    `What happened ${time} came in late. By it ${slo} was in alarm then, and is no more:`,
} satisfies Record<MissedAlarms['why'], (time: string, slo: string) => string>;

/** What was over by the time that it was found is told as past, and rings nowhere. */
export function passedEntry({ slo, since, why, alarms }: MissedAlarms, now: number): OutboxEntry {
  const name = sloName(slo);
  const lines = alarms.map(
    ({ severity, from, to, reason }) =>
      `- ${severity}, ${formatInstant(from)} to ${formatInstant(to)}. ${reason.replace('\n', '\n  ')}`,
  );
  return noticeEntry(slo, `passed#${since}`, {
    subject: `Assay: alarms of ${name} that are over`.slice(0, 100),
    message: [
      whyMissed[why](`from ${formatInstant(since)} to ${formatInstant(now)}`, `${name} (${slo.title})`),
      ...lines,
      '',
      `Owner: ${slo.owner}. Runbook: ${slo.runbook}`,
    ].join('\n'),
  });
}
