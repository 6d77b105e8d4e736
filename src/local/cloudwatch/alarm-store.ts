import * as z from 'zod';
import { findSuppression } from './action-suppression.ts';
import { readAlarm } from './alarm-reading.ts';
import {
  type AlarmRecord,
  type AlarmSource,
  compileAlarm,
  type StoredAlarm,
  storedAlarm,
} from './alarm-record.ts';
import { type AlarmState, alarmNameOf, alarmStates } from './alarm-rule.ts';
import { resourceNotFound, validationError } from './errors.ts';
import type { MetricStore } from './metric-store.ts';

/** A change of an alarm's state. `at` is ISO 8601. */
const alarmTransition = z.object({
  at: z.string(),
  alarm: z.string(),
  from: z.enum(alarmStates),
  to: z.enum(alarmStates),
  reason: z.string(),
});
export type AlarmTransition = z.infer<typeof alarmTransition>;

/** A transition as one action of the alarm would be told of it; `target` is the action's ARN. */
const alarmNotification = alarmTransition.extend({ target: z.string() });
export type AlarmNotification = z.infer<typeof alarmNotification>;

/** An entry of an alarm's history. `at` is epoch milliseconds, `data` JSON text. */
const historyEntry = z.object({
  alarm: z.string(),
  kind: z.enum(['metric', 'composite']),
  at: z.number(),
  type: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']),
  summary: z.string(),
  data: z.string(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const alarmStoreSnapshot = z.object({
  alarms: z.array(storedAlarm),
  history: z.array(historyEntry),
  notifications: z.array(alarmNotification),
});
export type AlarmStoreSnapshot = z.infer<typeof alarmStoreSnapshot>;

/** The alarms of an account, their states and what happened to them, oldest first. */
export class AlarmStore {
  private readonly records = new Map<string, AlarmRecord>();
  readonly history: HistoryEntry[] = [];
  readonly notifications: AlarmNotification[] = [];

  /**
   * Creates an alarm in INSUFFICIENT_DATA, or changes one and keeps its state until the next evaluation.
   * @throws AwsError `ValidationException` naming what is wrong or not supported.
   */
  put(source: AlarmSource, now: Date): void {
    const name = source.definition.AlarmName;
    const compiled = compileAlarm(source);
    if (!compiled.ok) throw validationError(`alarm ${name}: ${compiled.message}`);
    const { behaviour } = compiled;
    this.checkReferences({ source, behaviour });
    const known = this.records.get(name);
    if (known !== undefined && known.source.kind !== source.kind) {
      throw validationError(`alarm ${name} exists and is a ${known.source.kind} alarm`);
    }
    const at = now.getTime();
    const fresh = {
      state: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      transitionedAt: at,
    } as const;
    const status = { ...(known?.status ?? fresh), configuredAt: at };
    this.records.set(name, { source, behaviour, status });
    const summary = `Alarm "${name}" ${known === undefined ? 'created' : 'updated'}`;
    this.addHistory(name, source.kind, at, 'ConfigurationUpdate', summary, source.definition);
  }

  /** @throws AwsError `ResourceNotFound` when any is unknown; then none is deleted. */
  remove(names: readonly string[]): void {
    for (const name of names) this.get(name);
    for (const name of names) this.records.delete(name);
  }

  /** Sets a state until the next evaluation, with its actions. @throws AwsError `ResourceNotFound` */
  setState(name: string, state: AlarmState, reason: string, reasonData: string | undefined, now: Date): void {
    const record = this.get(name);
    if (record.status.state !== state) this.changeState(record, state, reason, now);
    record.status.reason = reason;
    record.status.reasonData = reasonData;
  }

  /** @throws AwsError `ResourceNotFound` */
  enableActions(names: readonly string[], enabled: boolean): void {
    for (const name of names) {
      const record = this.get(name);
      record.source.definition.ActionsEnabled = enabled;
    }
  }

  /** Alarms by name. */
  list(): AlarmRecord[] {
    const byName = [...this.records].sort(([a], [b]) => (a < b ? -1 : 1));
    return byName.map(([, record]) => record);
  }

  stateOf(name: string): AlarmState {
    return this.records.get(name)?.status.state ?? 'INSUFFICIENT_DATA';
  }

  /** Brings every alarm to its state at `now`, children before the composites that watch them. */
  evaluate(store: MetricStore, now: Date): AlarmTransition[] {
    const transitions: AlarmTransition[] = [];
    const stateOf = (name: string): AlarmState => this.stateOf(name);
    for (const record of this.evaluationOrder()) {
      const { state, reason } = readAlarm(record, store, now, stateOf);
      if (state !== 'retain' && state !== record.status.state) {
        transitions.push(this.changeState(record, state, reason, now));
      } else if (record.source.kind === 'composite') {
        this.releaseHeld(record, now);
      }
    }
    return transitions;
  }

  snapshot(): AlarmStoreSnapshot {
    const alarms = [...this.records.values()].map(storeAlarm);
    return { alarms, history: [...this.history], notifications: [...this.notifications] };
  }

  /** Replaces everything held. @throws Error when an alarm of the snapshot cannot be read any more. */
  restore(snapshot: AlarmStoreSnapshot): void {
    this.records.clear();
    for (const stored of snapshot.alarms) {
      const compiled = compileAlarm(stored);
      const name = stored.definition.AlarmName;
      if (!compiled.ok) throw new Error(`alarm ${name} of the snapshot: ${compiled.message}`);
      const { status, ...source } = stored;
      this.records.set(name, { source, behaviour: compiled.behaviour, status });
    }
    this.history.splice(0, this.history.length, ...snapshot.history);
    this.notifications.splice(0, this.notifications.length, ...snapshot.notifications);
  }

  private get(name: string): AlarmRecord {
    const record = this.records.get(name);
    if (record === undefined) throw resourceNotFound(`alarm ${name} does not exist`);
    return record;
  }

  private checkReferences(record: Pick<AlarmRecord, 'source' | 'behaviour'>): void {
    const name = record.source.definition.AlarmName;
    const named = [...findWatched(record)];
    const unknown = named.filter((alarm) => alarm !== name && !this.records.has(alarm));
    if (unknown.length > 0) {
      throw validationError(
        `Could not save the composite alarm ${name} as alarms [${unknown.join(', ')}] do not exist`,
      );
    }
    if (named.includes(name)) throw validationError(`The composite alarm ${name} watches itself`);
  }

  private evaluationOrder(): Iterable<AlarmRecord> {
    const ordered = new Set<AlarmRecord>();
    const entered = new Set<string>();
    const visit = (name: string): void => {
      const record = this.records.get(name);
      if (record === undefined || entered.has(name)) return;
      entered.add(name);
      for (const watched of findWatched(record)) visit(watched);
      ordered.add(record);
    };
    for (const name of this.records.keys()) visit(name);
    return ordered;
  }

  private changeState(record: AlarmRecord, to: AlarmState, reason: string, now: Date): AlarmTransition {
    const { source, status } = record;
    const name = source.definition.AlarmName;
    const at = now.getTime();
    const transition = { at: now.toISOString(), alarm: name, from: status.state, to, reason };
    const states = {
      oldState: { stateValue: status.state, stateReason: status.reason },
      newState: { stateValue: to, stateReason: reason },
    };
    const summary = `Alarm updated from ${status.state} to ${to}`;
    this.addHistory(name, source.kind, at, 'StateUpdate', summary, { version: '1.0', ...states });
    if (status.state === 'ALARM') status.leftAlarmAt = at;
    Object.assign(status, { state: to, reason, reasonData: undefined, transitionedAt: at });
    const unsent = status.held;
    status.held = undefined;
    status.suppressedBy = undefined;
    // Who was never told of the alarm need not be told that it is over.
    if (unsent?.from === to) return transition;
    this.runActions(record, transition, now);
    return transition;
  }

  /** Runs the actions of a transition now, or holds them while a suppressor says so. */
  private runActions(record: AlarmRecord, transition: AlarmTransition, now: Date): void {
    const { source, status } = record;
    const suppression = this.suppressionOf(record, now);
    status.suppressedBy = suppression;
    if (suppression !== undefined) {
      status.held = { from: transition.from, to: transition.to, reason: transition.reason };
      return;
    }
    if (source.definition.ActionsEnabled === false) return;
    for (const target of actionsOf(source, transition.to)) {
      this.notifications.push({ ...transition, target });
      const summary = `Successfully executed action ${target}`;
      this.addHistory(transition.alarm, source.kind, now.getTime(), 'Action', summary, {
        action: target,
        ...transition,
      });
    }
  }

  private releaseHeld(record: AlarmRecord, now: Date): void {
    const { held } = record.status;
    if (held === undefined) return;
    record.status.held = undefined;
    this.runActions(
      record,
      { at: now.toISOString(), alarm: record.source.definition.AlarmName, ...held },
      now,
    );
  }

  private suppressionOf({ source, status }: AlarmRecord, now: Date): ReturnType<typeof findSuppression> {
    if (source.kind !== 'composite' || source.definition.ActionsSuppressor === undefined) return undefined;
    const suppressor = alarmNameOf(source.definition.ActionsSuppressor);
    return findSuppression({
      suppressorInAlarm: this.stateOf(suppressor) === 'ALARM',
      suppressorLeftAlarmAt: this.records.get(suppressor)?.status.leftAlarmAt,
      enteredAlarmAt: status.state === 'ALARM' ? status.transitionedAt : undefined,
      now: now.getTime(),
      waitSeconds: source.definition.ActionsSuppressorWaitPeriod ?? 0,
      extensionSeconds: source.definition.ActionsSuppressorExtensionPeriod ?? 0,
    });
  }

  private addHistory(
    alarm: string,
    kind: AlarmSource['kind'],
    at: number,
    type: HistoryEntry['type'],
    summary: string,
    data: unknown,
  ): void {
    this.history.push({ alarm, kind, at, type, summary, data: JSON.stringify(data) });
  }
}

/** The alarms whose state a composite alarm looks at, its suppressor among them. */
function findWatched({ source, behaviour }: Pick<AlarmRecord, 'source' | 'behaviour'>): Set<string> {
  const children = behaviour.kind === 'composite' ? behaviour.rule.alarms : [];
  const suppressor = source.kind === 'composite' ? source.definition.ActionsSuppressor : undefined;
  return new Set(suppressor === undefined ? children : [...children, alarmNameOf(suppressor)]);
}

function storeAlarm({ source, status }: AlarmRecord): StoredAlarm {
  return source.kind === 'metric' ? { ...source, status } : { ...source, status };
}

function actionsOf({ definition }: AlarmSource, state: AlarmState): readonly string[] {
  const { AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = definition;
  return state === 'ALARM' ? AlarmActions : state === 'OK' ? OKActions : InsufficientDataActions;
}
