import { dayKey } from '../time.ts';
import { type DirtyHour, type ItemKey, readDirtySortKey } from './keys.ts';

/**
 * The control partition: small items that steer the pipeline and that the evaluator reads with one Query a tick: the
 * last tick, open circuits, the day's spending, dirty marks.
 */
export const controlPartition = 'control';

export function tickKey(): ItemKey {
  return { pk: controlPartition, sk: 'tick' };
}

export function circuitKey(model: string): ItemKey {
  return { pk: controlPartition, sk: `circuit#${model}` };
}

export function spendKey(at: number): ItemKey {
  return { pk: controlPartition, sk: `spend#${dayKey(at)}` };
}

/** Changes whenever a calibration was made, so that the evaluator reads calibrations only then. */
export function calibrationStampKey(): ItemKey {
  return { pk: controlPartition, sk: 'calibrated' };
}

/** Where `assay rollback clear` leaves its word. `slo` is `surface/id`. */
export function rollbackClearKey(slo: string): ItemKey {
  return { pk: controlPartition, sk: `rollback-clear#${slo}` };
}

export function dirtyKey(sortKey: string): ItemKey {
  return { pk: controlPartition, sk: `dirty#${sortKey}` };
}

export interface DirtyMark {
  readonly dirty: DirtyHour;
  /** New each time the hour is marked. */
  readonly stamp: string;
}

/** The circuit of a judge model that nobody can use until somebody acts. */
export interface Circuit {
  readonly model: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly openedAt: number;
}

/** The last tick that was finished, by which function instance, and the SLO states it left. */
export interface TickRecord {
  /** Epoch milliseconds of the tick. */
  readonly tick: number;
  readonly writer: string;
  /** By surface, packed; a few hundred bytes an SLO. */
  readonly states: Uint8Array;
  /** Where the scoring of each judge's anchors stands, packed. */
  readonly anchors?: Uint8Array | undefined;
  /** Verdicts that came too late for their hour, since the beginning. */
  readonly late: number;
}

/** A UTC day: US dollars spent or reserved for calls, and judgements that the cap shed. */
export interface Spending {
  readonly spentUsd: number;
  readonly shed: number;
}

export interface ControlReading {
  readonly tick: TickRecord | undefined;
  readonly circuits: readonly Circuit[];
  readonly marks: readonly DirtyMark[];
  /** By day, `2026-11-03`. */
  readonly spending: ReadonlyMap<string, Spending>;
  /** When a rollback was last cleared by command, by `surface/id`; epoch milliseconds. */
  readonly rollbackClears: ReadonlyMap<string, number>;
  /** New with every calibration; empty before the first. */
  readonly calibrationStamp: string;
}

/** Sorts the items of the partition. Items of other kinds are passed over. */
export function readControl(items: readonly Readonly<Record<string, unknown>>[]): ControlReading {
  let tick: TickRecord | undefined;
  const circuits: Circuit[] = [];
  const marks: DirtyMark[] = [];
  const spending = new Map<string, Spending>();
  const rollbackClears = new Map<string, number>();
  let calibrationStamp = '';
  for (const item of items) {
    const [kind, ...rest] = String(item.sk).split('#');
    const name = rest.join('#');
    if (kind === 'tick')
      tick = {
        tick: Number(item.tick),
        writer: String(item.writer),
        states: item.states as Uint8Array,
        ...(item.anchors instanceof Uint8Array && { anchors: item.anchors }),
        late: Number(item.late ?? 0),
      };
    else if (kind === 'circuit')
      circuits.push({ model: name, reason: String(item.reason), openedAt: Number(item.openedAt) });
    else if (kind === 'spend') {
      spending.set(name, { spentUsd: Number(item.spentUsd ?? 0), shed: Number(item.shed ?? 0) });
    } else if (kind === 'calibrated') calibrationStamp = String(item.stamp);
    else if (kind === 'rollback-clear') rollbackClears.set(name, Number(item.at));
    else if (kind === 'dirty') {
      const dirty = readDirtySortKey(name);
      if (dirty !== undefined) marks.push({ dirty, stamp: String(item.stamp) });
    }
  }
  return { tick, circuits, marks, spending, rollbackClears, calibrationStamp };
}
