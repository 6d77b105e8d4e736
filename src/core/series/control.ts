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

/** The last tick that was finished, and by which function instance. */
export interface TickRecord {
  /** Epoch milliseconds of the tick. */
  readonly tick: number;
  readonly writer: string;
}

/** US dollars of a UTC day: reserved or spent, spent for certain; and judgements that the cap shed. */
export interface Spending {
  readonly spentUsd: number;
  readonly settledUsd: number;
  readonly shed: number;
}

export interface ControlReading {
  readonly tick: TickRecord | undefined;
  readonly circuits: readonly Circuit[];
  readonly marks: readonly DirtyMark[];
  /** By day, `2026-11-03`. */
  readonly spending: ReadonlyMap<string, Spending>;
}

/** Sorts the items of the partition. Items of other kinds are passed over. */
export function readControl(items: readonly Readonly<Record<string, unknown>>[]): ControlReading {
  let tick: TickRecord | undefined;
  const circuits: Circuit[] = [];
  const marks: DirtyMark[] = [];
  const spending = new Map<string, Spending>();
  for (const item of items) {
    const [kind, ...rest] = String(item['sk']).split('#');
    const name = rest.join('#');
    if (kind === 'tick') tick = { tick: Number(item['tick']), writer: String(item['writer']) };
    else if (kind === 'circuit') circuits.push({ model: name, reason: String(item['reason']), openedAt: Number(item['openedAt']) });
    else if (kind === 'spend') {
      spending.set(name, { spentUsd: Number(item['spentUsd'] ?? 0), settledUsd: Number(item['settledUsd'] ?? 0), shed: Number(item['shed'] ?? 0) });
    } else if (kind === 'dirty') {
      const dirty = readDirtySortKey(name);
      if (dirty !== undefined) marks.push({ dirty, stamp: String(item['stamp']) });
    }
  }
  return { tick, circuits, marks, spending };
}
