import * as z from 'zod';
import {
  type AlarmWatch,
  type CompositeAlarmDefinition,
  compileCompositeAlarm,
  compileMetricAlarm,
  compositeAlarmDefinition,
  type MetricAlarmDefinition,
  metricAlarmDefinition,
} from './alarm-definition.ts';
import { type AlarmRule, alarmStates } from './alarm-rule.ts';
import type { ThresholdRule } from './threshold.ts';

/** What was put: by PutMetricAlarm or by PutCompositeAlarm. */
export type AlarmSource =
  | { readonly kind: 'metric'; readonly definition: MetricAlarmDefinition }
  | { readonly kind: 'composite'; readonly definition: CompositeAlarmDefinition };

/** The state of an alarm, as JSON. Times are epoch milliseconds. */
export const alarmStatus = z.object({
  state: z.enum(alarmStates),
  reason: z.string(),
  reasonData: z.string().optional(),
  configuredAt: z.number(),
  transitionedAt: z.number(),
  /** When it last went from ALARM to another state: a suppressor's extension period runs from there. */
  leftAlarmAt: z.number().optional(),
  suppressedBy: z.enum(['Alarm', 'WaitPeriod', 'ExtensionPeriod']).optional(),
  /** A transition whose actions a suppressor holds back. */
  held: z.object({ from: z.enum(alarmStates), to: z.enum(alarmStates), reason: z.string() }).optional(),
});
export type AlarmStatus = z.infer<typeof alarmStatus>;

/** An alarm as JSON. */
export const storedAlarm = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('metric'), definition: metricAlarmDefinition, status: alarmStatus }),
  z.object({ kind: z.literal('composite'), definition: compositeAlarmDefinition, status: alarmStatus }),
]);
export type StoredAlarm = z.infer<typeof storedAlarm>;

/** What an alarm goes by to come to its state. */
export type AlarmBehaviour =
  | { readonly kind: 'metric'; readonly rule: ThresholdRule; readonly watch: AlarmWatch }
  | { readonly kind: 'composite'; readonly rule: AlarmRule };

/** An alarm at work. */
export interface AlarmRecord {
  source: AlarmSource;
  behaviour: AlarmBehaviour;
  status: AlarmStatus;
}

export type CompiledAlarm =
  | { readonly ok: true; readonly behaviour: AlarmBehaviour }
  | { readonly ok: false; readonly message: string };

/** Makes a definition ready to be evaluated, or says what is wrong with it. */
export function compileAlarm(source: AlarmSource): CompiledAlarm {
  if (source.kind === 'metric') {
    const compiled = compileMetricAlarm(source.definition);
    if (!compiled.ok) return compiled;
    return { ok: true, behaviour: { kind: 'metric', rule: compiled.rule, watch: compiled.watch } };
  }
  const compiled = compileCompositeAlarm(source.definition);
  return compiled.ok ? { ok: true, behaviour: { kind: 'composite', rule: compiled.rule } } : compiled;
}
