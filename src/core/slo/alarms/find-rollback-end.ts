import type { SloContext } from '../rules/slo-context.ts';
import type { AlarmsState } from './state.ts';

/** Why a standing rollback ends now, whatever its pressure. */
export interface RollbackEnd {
  readonly reason: string;
}

export interface RollbackProgress {
  /** Why a standing rollback ends at this tick; undefined where it goes on, or none stands. */
  readonly end: RollbackEnd | undefined;
  /** From where its row counts, after one has ended: what the old release did is no case against the new one. */
  readonly from: number | undefined;
}

/** Whether a command or a new release ends a standing rollback at this tick. */
export function findRollbackEnd(
  previous: AlarmsState | undefined,
  { release, rollbackClearedAt }: SloContext,
  now: number,
): RollbackProgress {
  const raisedAt = previous?.alarms.rollback?.raisedAt;
  const from = previous?.rollbackFrom;
  if (raisedAt === undefined) return { end: undefined, from };
  const endsAt = (at: number | undefined): at is number => at !== undefined && at > raisedAt && at <= now;
  if (endsAt(rollbackClearedAt)) {
    return { end: { reason: 'Cleared by `assay rollback clear`.' }, from: rollbackClearedAt };
  }
  if (release !== undefined && endsAt(release.at)) {
    return { end: { reason: `Cleared by the new release "${release.id}".` }, from: release.at };
  }
  return { end: undefined, from };
}
