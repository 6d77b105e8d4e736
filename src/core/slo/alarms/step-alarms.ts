import { type Severity, severities } from '../../names.ts';
import { minute } from '../../time.ts';
import type { Slo } from '../definition/slo.ts';
import type { Candidate, Candidates } from '../rules/candidate.ts';
import { formatDuration } from '../words/format.ts';
import type { Transition } from './evaluation.ts';
import type { RollbackEnd } from './find-rollback-end.ts';
import type { Hold, Holds } from './hold-severities.ts';
import type { AlarmState, AlarmsState } from './state.ts';

/** A standing alarm clears when its pressure has been under this for {@link clearAfter}. */
export const clearUnder = 0.8;
export const clearAfter = 10 * minute;

/** A rollback stands at least this long, unless a new release or a command ends it. */
export const rollbackLatch = 30 * minute;

/** A masked severity's gauge shows at most this. */
export const mostMasked = 0.99;

export interface AlarmStep {
  readonly slo: Slo;
  readonly previous: AlarmsState | undefined;
  readonly candidates: Candidates;
  readonly holds: Holds;
  readonly rollbackEnd: RollbackEnd | undefined;
  readonly now: number;
}

export interface AlarmsAfter {
  readonly alarms: Partial<Record<Severity, AlarmState>>;
  readonly transitions: readonly Transition[];
  /** From where rows count, once an alarm that was on has ended by a recovery. */
  readonly recoveredFrom: number | undefined;
}

/**
 * One tick of an SLO's alarms, from the most severe down: each rises at a pressure of 1, clears after 10 minutes under
 * .8, or of recent events that show it over, holds while it cannot be measured, and is masked while a more severe one
 * fires. One that comes out from under a more severe one, which has recovered, is over as well, unless that recovery is
 * still as bad as the lower one asks.
 */
export function stepAlarms(step: AlarmStep): AlarmsAfter {
  const { slo, previous, candidates, now } = step;
  const alarms: Partial<Record<Severity, AlarmState>> = {};
  const transitions: Transition[] = [];
  let masking: Severity | undefined;
  let recovery: Recovery | undefined;
  for (const severity of severities) {
    const candidate = candidates[severity];
    if (candidate === undefined) continue;
    const before = previous?.alarms[severity];
    const moved = moveAlarm(step, severity, candidate, before);
    const isTold = recovery !== undefined && masking === undefined && isOverWith(recovery, candidate, before);
    const after: AlarmMove = isTold ? {} : moved;
    const { raisedAt, belowSince, cohort, byPeople, cleared } = after;
    if (moved.recoveredSince !== undefined && before?.firing === true)
      recovery ??= { since: moved.recoveredSince, failShare: candidate.recent?.failShare };
    const firing = raisedAt !== undefined && masking === undefined;
    const alarm: AlarmState = { firing, pressure: gaugeOf(candidate.pressure, firing) };
    if (raisedAt !== undefined) alarm.raisedAt = raisedAt;
    if (belowSince !== undefined) alarm.belowSince = belowSince;
    if (cohort !== undefined) alarm.cohort = cohort;
    if (byPeople === true) alarm.byPeople = true;
    alarms[severity] = alarm;
    if (firing !== (before?.firing ?? false)) {
      transitions.push({
        at: now,
        slo: slo.id,
        surface: slo.surface,
        severity,
        from: firing ? 'OK' : 'ALARM',
        to: firing ? 'ALARM' : 'OK',
        reason: firing
          ? before?.raisedAt === undefined
            ? candidate.describe()
            : `No longer masked, and it still stands. ${candidate.describe()}`
          : raisedAt !== undefined
            ? describeMasked(masking ?? 'page')
            : (cleared ?? 'Cleared.'),
      });
    }
    if (firing) masking = severity;
  }
  return { alarms, transitions, recoveredFrom: recovery?.since ?? previous?.recoveredFrom };
}

/** Of an alarm that a more severe one of its SLO stands for: it is on, though it rings nowhere. */
export function describeMasked(by: Severity): string {
  return `Masked by the ${by}: the ${by} alarm of the same SLO stands for it, and it has not ended.`;
}

/** The end of an alarm that was on. */
interface Recovery {
  readonly since: number;
  /** Of its recent window. */
  readonly failShare: number | undefined;
}

/** Whether an alarm that was masked is told and over with the one that masked it. */
function isOverWith({ failShare }: Recovery, { recent }: Candidate, before: AlarmState | undefined): boolean {
  if (before?.raisedAt === undefined || before.firing) return false;
  return failShare === undefined || recent === undefined || failShare < recent.failShareAtBound;
}

interface AlarmMove {
  readonly raisedAt?: number | undefined;
  readonly belowSince?: number | undefined;
  readonly cohort?: string | undefined;
  readonly byPeople?: boolean | undefined;
  /** Since when its recent events have been good, where that cleared it. */
  readonly recoveredSince?: number | undefined;
  /** Why it cleared, where it did. */
  readonly cleared?: string | undefined;
}

function moveAlarm(
  step: AlarmStep,
  severity: Severity,
  candidate: Candidate,
  before: AlarmState | undefined,
): AlarmMove {
  const { now, rollbackEnd } = step;
  const hold = candidate.confirmed && severity === 'page' ? undefined : step.holds[severity];
  if (before?.raisedAt === undefined) {
    const starts = candidate.measured && candidate.pressure >= 1 && hold === undefined;
    return starts
      ? { raisedAt: now, cohort: candidate.cohort, byPeople: candidate.confirmed && severity === 'page' }
      : {};
  }
  if (before.byPeople === true) return moveConfirmedPage(step, candidate, before, hold);
  if (severity === 'rollback' && rollbackEnd !== undefined) return { cleared: rollbackEnd.reason };
  const { raisedAt, belowSince, cohort } = before;
  if (hold?.kind === 'hold' || !candidate.measured) return { raisedAt, belowSince, cohort };
  const stands = candidate.standing >= clearUnder && candidate.recent?.recovered !== true;
  if (stands) return { raisedAt, cohort };
  const since = belowSince ?? now;
  const latched = severity === 'rollback' && now - raisedAt < rollbackLatch;
  if (latched || now - since < clearAfter) return { raisedAt, belowSince: since, cohort };
  return {
    recoveredSince: since,
    cleared: `Recovered: ${candidate.recent?.recovered === true ? 'the last events have been good' : 'it has been clearly under what fires it'} for ${formatDuration(now - since)}. ${candidate.describe()}`,
  };
}

/**
 * A page that people confirmed clears when the warning has calmed down, whatever is thought of the judge meanwhile:
 * what holds the judge's word holds neither theirs nor its end. Where the judge's own rule pages by then, it stands.
 */
function moveConfirmedPage(
  { now }: AlarmStep,
  candidate: Candidate,
  { raisedAt, belowSince }: AlarmState,
  hold: Hold | undefined,
): AlarmMove {
  const isJudges = hold === undefined && candidate.measured && candidate.standing >= clearUnder;
  if (candidate.confirmed || candidate.warns === true || isJudges) return { raisedAt, byPeople: true };
  const since = belowSince ?? now;
  if (now - since < clearAfter) return { raisedAt, belowSince: since, byPeople: true };
  return { cleared: 'Recovered: the warning that people confirmed has calmed down.' };
}

/** What is published, so that an alarm at 1 fires exactly when this severity does. */
function gaugeOf(pressure: number, firing: boolean): number {
  return firing ? Math.max(1, pressure) : Math.min(mostMasked, pressure);
}

/** Why severities do not do as their rules say, for the evaluation. */
export function describeHolds(candidates: Candidates, holds: Holds): Partial<Record<Severity, string>> {
  const held: Partial<Record<Severity, string>> = {};
  for (const severity of severities) {
    const candidate = candidates[severity];
    if (candidate === undefined) continue;
    const hold: Hold | undefined = candidate.confirmed && severity === 'page' ? undefined : holds[severity];
    if (hold !== undefined) held[severity] = hold.reason;
    else if (!candidate.measured) held[severity] = 'no new events: it keeps its state';
  }
  return held;
}
