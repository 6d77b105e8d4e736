import * as z from 'zod';
import { severities } from '../../names.ts';
import { memorySchema } from '../rules/memory.ts';

/** What is remembered from tick to tick: plain JSON, a few hundred bytes an SLO. */

const alarmSchema = z.strictObject({
  /** When its rule fired; absent while it does not stand. */
  raisedAt: z.number().optional(),
  /** Since when its pressure is under the clearing value. */
  belowSince: z.number().optional(),
  /** What is published: it stands and no higher severity masks it. */
  firing: z.boolean(),
  /** The gauge. */
  pressure: z.number(),
  /** People's confirmation raised it. */
  byPeople: z.boolean().optional(),
  /** The cohort that raised it, where cohorts are watched as one. */
  cohort: z.string().optional(),
});

const dispersionSchema = z.strictObject({
  /** Start of the day in which it was looked at, epoch milliseconds. */
  day: z.number(),
  /** Variance over that of independent events, at least 1; absent until there is enough to measure. */
  factor: z.number().optional(),
  hours: z.number().optional(),
  /** The same of zoomed hours, and the mean factor of their sampling; absent until there are as many of them. */
  zoomed: z
    .strictObject({ factor: z.number(), hours: z.number().optional(), atFactor: z.number() })
    .optional(),
  /** Starts of the last days in which an alarm stood. */
  alarmDays: z.array(z.number()),
});

const alarmsSchema = z.strictObject({
  version: z.literal(1),
  /** The last tick that was evaluated. */
  at: z.number(),
  alarms: z.partialRecord(z.enum(severities), alarmSchema),
  /** Since when a warning stands, where people and anchors are asked. */
  warnedAt: z.number().optional(),
  /** The rollback row counts events from here on: a release or a command has ended an earlier rollback. */
  rollbackFrom: z.number().optional(),
  /** Rows count events from here on: what was before an alarm's end is told. */
  recoveredFrom: z.number().optional(),
  dispersion: dispersionSchema.optional(),
});

const sloStateSchema = alarmsSchema.extend({ memory: memorySchema });
const cohortStateSchema = alarmsSchema.extend({ cohorts: z.record(z.string(), memorySchema) });

export type AlarmState = z.infer<typeof alarmSchema>;
export type DispersionState = z.infer<typeof dispersionSchema>;
export type AlarmsState = z.infer<typeof alarmsSchema>;
export type SloState = z.infer<typeof sloStateSchema>;
/** The state of an SLO's cohorts, watched as one. */
export type CohortState = z.infer<typeof cohortStateSchema>;

export const stateVersion = 1;

export type StateReading<State> =
  | { readonly ok: true; readonly state: State }
  | { readonly ok: false; readonly reason: string };

/** Reads a stored state. One that does not fit starts anew; the reason says which field and what to do. */
export function readSloState(stored: unknown): StateReading<SloState> {
  return readState(sloStateSchema, stored);
}

/** {@link readSloState} for cohorts watched as one. */
export function readCohortState(stored: unknown): StateReading<CohortState> {
  return readState(cohortStateSchema, stored);
}

function readState<State>(schema: z.ZodType<State>, stored: unknown): StateReading<State> {
  const parsed = schema.safeParse(stored);
  if (parsed.success) return { ok: true, state: parsed.data };
  const issue = parsed.error.issues[0];
  const where = issue?.path.map(String).join('.') || 'the whole';
  return {
    ok: false,
    reason: `wanted an SLO state of version ${stateVersion}, but ${where} does not fit (${issue?.message ?? 'unreadable'}); leave it out, and the SLO starts anew with its alarms at OK`,
  };
}

/**
 * A state with its evidence rounded to 6 significant digits, for storing: some 100 cohorts of 12 SLOs then fit into one
 * DynamoDB item. Rounding moves pressures by less than a millionth.
 */
export function compactState<State extends SloState | CohortState>(state: State): State {
  return JSON.parse(JSON.stringify(state, roundEvidence)) as State;
}

function roundEvidence(key: string, value: unknown): unknown {
  if (key !== 'evidence' || !Array.isArray(value)) return value;
  return value.map((item) => (typeof item === 'number' ? Number(item.toPrecision(6)) : item));
}
