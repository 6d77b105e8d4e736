import type { OutboxEntry } from '#adapters/dynamodb/surface-states.ts';
import { findPassedAlarms, type PassedAlarm } from '#core/slo/alarms/catch-up.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { formatInstant } from '#core/slo/words/format.ts';
import { noticeEntry } from './outbox.ts';

/** Cohorts are many: their missed ticks are gone through so much more coarsely. */
export const coarsenessOfCohorts = 3;

/** Alarms of an SLO that began and ended while nothing was evaluated. */
export interface MissedAlarms {
  readonly slo: Slo;
  /** The last tick before. */
  readonly since: number;
  readonly alarms: readonly PassedAlarm[];
}

/** @param histories transitions of the missed ticks and of this one in their order: of the whole, and of its cohorts */
export function findMissedAlarms(
  slo: Slo,
  since: number | undefined,
  histories: readonly (readonly Transition[])[],
): MissedAlarms | undefined {
  const alarms = findPassedAlarms(histories);
  return since === undefined || alarms.length === 0 ? undefined : { slo, since, alarms };
}

/** What was over by the time that it was found is told as past, and rings nowhere. */
export function passedEntry({ slo, since, alarms }: MissedAlarms, now: number): OutboxEntry {
  const name = sloName(slo);
  const lines = alarms.map(
    ({ severity, from, to, reason }) =>
      `- ${severity}, ${formatInstant(from)} to ${formatInstant(to)}. ${reason}`,
  );
  return noticeEntry(slo, `passed#${since}`, {
    subject: `Assay: alarms of ${name} that are over`.slice(0, 100),
    message: [
      `Nothing was evaluated from ${formatInstant(since)} to ${formatInstant(now)}. Meanwhile ${name} (${slo.title}) was in alarm, and is no more:`,
      ...lines,
      '',
      `Owner: ${slo.owner}. Runbook: ${slo.runbook}`,
    ].join('\n'),
  });
}
