import { smallest } from '../extremes.ts';
import { dayKey } from '../time.ts';
import { type DirtyHour, type ItemKey, readDirtySortKey } from './keys.ts';

/**
 * The control partition: small items that steer the pipeline and that the evaluator reads with one Query a tick: the
 * last tick, open circuits, the day's spending, dirty marks.
 */
export const controlPartition = 'control';

/** The last tick of an evaluator, by the number of its share. */
export function tickKey(share = 1): ItemKey {
  return { pk: controlPartition, sk: share === 1 ? 'tick' : `share-tick#${share}` };
}

export function circuitKey(model: string): ItemKey {
  return { pk: controlPartition, sk: `circuit#${model}` };
}

/** What was seen of a judge model of late: by it an unknown refusal is told from a text's own fault. */
export function judgeHistoryKey(model: string): ItemKey {
  return { pk: controlPartition, sk: `judge-history#${model}` };
}

/** How long a judge is still there, as its provider tells. */
export function judgeLifeKey(judge: string): ItemKey {
  return { pk: controlPartition, sk: `judge-life#${judge}` };
}

export function spendKey(at: number): ItemKey {
  return { pk: controlPartition, sk: `spend#${dayKey(at)}` };
}

/** Changes whenever a calibration was made, so that the evaluator reads calibrations only then. */
export function calibrationStampKey(): ItemKey {
  return { pk: controlPartition, sk: 'calibrated' };
}

/** What an evaluator, by the number of its share, multiplies the sampling rates of its surfaces by. */
export function zoomKey(share = 1): ItemKey {
  return { pk: controlPartition, sk: `${zoomPrefix}${share}` };
}

/** Sort keys of every evaluator's factors. */
export const zoomPrefix = 'zoom#';

/** Factors over 1, by surface, and until when they hold: an evaluator that is gone leaves nothing zoomed. */
export interface ZoomFactors {
  readonly factors: ReadonlyMap<string, number>;
  /** Epoch milliseconds, in the time of the messages. */
  readonly until: number;
}

/** Reads an item of {@link zoomKey}. What is no factor is none. */
export function readZoomFactors(item: Readonly<Record<string, unknown>>): ZoomFactors {
  const factors = Object.entries((item.factors ?? {}) as Record<string, unknown>).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 1,
  );
  return { factors: new Map(factors), until: Number(item.until ?? 0) };
}

/** What the evaluator remembers of a surface. Where it takes more than one item, the others are its parts. */
export function stateKey(surface: string): ItemKey {
  return { pk: controlPartition, sk: `state#${surface}` };
}

/** A part of a surface's state, of the tick that wrote it. */
export function statePartKey(surface: string, tick: number, part: number): ItemKey {
  return { pk: controlPartition, sk: `state-part#${surface}#${tick}#${part}` };
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
  /** Of an hour of verdicts. */
  readonly place?: MarkPlace | undefined;
}

/** How far a mark is: its changes are counted from when it was made until it is taken away. */
export interface MarkPlace {
  /** New each time a mark is made. */
  readonly life: string;
  /** From 1 on. */
  readonly changes: number;
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
  /** States of all surfaces, packed, as they were stored before each had an item of its own. */
  readonly states?: Uint8Array | undefined;
  /** Where the scoring of each judge's anchors stands, packed. */
  readonly anchors?: Uint8Array | undefined;
  /** Verdicts that came too late for their hour, since the beginning. */
  readonly late: number;
  /** How many evaluators share the surfaces. */
  readonly shares: number;
  /** Present where not every surface had its turn. */
  readonly turns?: Turns | undefined;
}

/** Surfaces that are taken in turn. */
export interface Turns {
  /** How many had to wait for a later tick. */
  readonly waiting: number;
  /** Ticks from one turn of a surface to its next, about. */
  readonly every: number;
  /** The oldest tick at which one of them was evaluated last, epoch milliseconds; 0 where one never was. */
  readonly since: number;
}

/** A UTC day: US dollars spent or reserved for calls, and judgements that the cap shed. */
export interface Spending {
  readonly spentUsd: number;
  readonly shed: number;
  /** What of it judged more than the usual sample; absent where nothing was zoomed. */
  readonly zoomedUsd?: number | undefined;
  /** What of it judged stored responses under another version; absent where nothing was rescored. */
  readonly rescoredUsd?: number | undefined;
}

/** What the evaluator remembers of a surface, packed, and the tick that left it. */
export interface SurfaceRecord {
  /** Epoch milliseconds. */
  readonly tick: number;
  readonly packed: Uint8Array;
}

export interface ControlReading {
  /** The last tick of the only evaluator, or of the first of several. */
  readonly tick: TickRecord | undefined;
  /** The same of each evaluator that ever was, by the number of its share. */
  readonly ticks: ReadonlyMap<number, TickRecord>;
  readonly surfaces: ReadonlyMap<string, SurfaceRecord>;
  /** By evaluator, by the number of its share. */
  readonly zooms: ReadonlyMap<number, ZoomFactors>;
  readonly circuits: readonly Circuit[];
  /** By judge the day on which its provider shuts it down, `2026-12-11`. */
  readonly shutdowns: ReadonlyMap<string, string>;
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
  const ticks = new Map<number, TickRecord>();
  const zooms = new Map<number, ZoomFactors>();
  const circuits: Circuit[] = [];
  const shutdowns = new Map<string, string>();
  const marks: DirtyMark[] = [];
  const spending = new Map<string, Spending>();
  const rollbackClears = new Map<string, number>();
  const states: Readonly<Record<string, unknown>>[] = [];
  const parts = new Map<string, Uint8Array>();
  let calibrationStamp = '';
  for (const item of items) {
    const [kind, ...rest] = String(item.sk).split('#');
    const name = rest.join('#');
    if (kind === 'tick') ticks.set(1, readTick(item));
    else if (kind === 'share-tick') ticks.set(Number(name), readTick(item));
    else if (kind === 'zoom') zooms.set(Number(name), readZoomFactors(item));
    else if (kind === 'circuit')
      circuits.push({ model: name, reason: String(item.reason), openedAt: Number(item.openedAt) });
    else if (kind === 'judge-life') {
      if (!Number.isNaN(Date.parse(String(item.shutdown)))) shutdowns.set(name, String(item.shutdown));
    } else if (kind === 'spend') {
      spending.set(name, { spentUsd: Number(item.spentUsd ?? 0), shed: Number(item.shed ?? 0) });
    } else if (kind === 'calibrated') calibrationStamp = String(item.stamp);
    else if (kind === 'rollback-clear') rollbackClears.set(name, Number(item.at));
    else if (kind === 'state') states.push(item);
    else if (kind === 'state-part') parts.set(name, item.packed as Uint8Array);
    else if (kind === 'dirty') {
      const dirty = readDirtySortKey(name);
      if (dirty !== undefined) marks.push({ dirty, stamp: String(item.stamp), place: readMarkPlace(item) });
    }
  }
  const surfaces = new Map(states.flatMap((item) => joinParts(item, parts)));
  const tick = ticks.get(1);
  return {
    tick,
    ticks,
    surfaces,
    zooms,
    circuits,
    shutdowns,
    marks,
    spending,
    rollbackClears,
    calibrationStamp,
  };
}

function readTick(item: Readonly<Record<string, unknown>>): TickRecord {
  return {
    tick: Number(item.tick),
    writer: String(item.writer),
    ...(item.states instanceof Uint8Array && { states: item.states }),
    ...(item.anchors instanceof Uint8Array && { anchors: item.anchors }),
    late: Number(item.late ?? 0),
    shares: Number(item.shares ?? 1),
    ...(item.turns !== undefined && { turns: item.turns as Turns }),
  };
}

/** The last tick of every evaluator of today, by the number of its share; undefined of one that has not ticked. */
export function ticksOfToday({ tick, ticks }: ControlReading): (TickRecord | undefined)[] {
  return Array.from({ length: tick?.shares ?? 1 }, (_, index) => ticks.get(index + 1));
}

/** Up to when all evaluators have come that have ticked, epoch milliseconds; undefined before the first. */
export function evaluatedUpTo(control: ControlReading): number | undefined {
  const ticks = ticksOfToday(control).flatMap((record) => record?.tick ?? []);
  return ticks.length === 0 ? undefined : smallest(ticks);
}

/** Undefined for a mark that was made before changes were counted. */
export function readMarkPlace({ life, changes }: Readonly<Record<string, unknown>>): MarkPlace | undefined {
  return life === undefined ? undefined : { life: String(life), changes: Number(changes) };
}

/** A surface's record; none where a part of it is not there, for it was being written. */
function joinParts(
  { sk, tick, packed, parts: count }: Readonly<Record<string, unknown>>,
  parts: ReadonlyMap<string, Uint8Array>,
): [string, SurfaceRecord][] {
  const surface = String(sk).slice('state#'.length);
  const rest = Array.from({ length: Number(count ?? 0) }, (_, part) =>
    parts.get(`${surface}#${tick}#${part}`),
  );
  if (!rest.every((part) => part !== undefined)) return [];
  const all = [packed as Uint8Array, ...rest];
  const joined = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    joined.set(part, at);
    at += part.length;
  }
  return [[surface, { tick: Number(tick), packed: joined }]];
}
