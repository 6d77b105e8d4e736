import { bucketOfDay, bucketsPerHour, dayKey, hourKey } from '../time.ts';

/** Keys of the series table: counters, roll-ups, and how a dirty hour is named. The control partition has its own file. */

/** A slice of a surface's traffic: a cohort, a release, or (roll-ups only) all of it. */
export type Slice = `c:${string}` | `r:${string}` | '*';

/** Cohort of records that name none. */
export const noCohort = '-';

/** Cohort or release of records whose own is one too many. */
export const overflowName = 'other';

/** Under this name the pipeline counts what belongs to no surface: rejected messages. */
export const pipelineSurface = '_pipeline';

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Counters of one slice in one 5-minute bucket. One Query reads an hour of a surface. */
export function countKey(surface: string, at: number, slice: Slice): ItemKey {
  return {
    pk: countPartition(surface, hourKey(at)),
    sk: `${String(bucketOfDay(at) % bucketsPerHour).padStart(2, '0')}#${slice}`,
  };
}

export function countPartition(surface: string, hour: string): string {
  return `count#${surface}#${hour}`;
}

export function readCountSortKey(sk: string): { bucket: number; slice: Slice } {
  return { bucket: Number(sk.slice(0, 2)), slice: sk.slice(3) as Slice };
}

/** What a dirty mark points at: an hour of a surface's counters, or of its verdicts under one rubric version. */
export type DirtyHour =
  | { readonly of: 'counts'; readonly surface: string; readonly hour: string }
  | {
      readonly of: 'verdicts';
      readonly surface: string;
      readonly hour: string;
      readonly rubric: { readonly id: string; readonly version: number };
    };

export function dirtySortKey(dirty: DirtyHour): string {
  const base = `${dirty.hour}#${dirty.surface}#${dirty.of}`;
  return dirty.of === 'counts' ? base : `${base}#${dirty.rubric.id}@${dirty.rubric.version}`;
}

export function readDirtySortKey(sk: string): DirtyHour | undefined {
  const [hour, surface, of, rubric] = sk.split('#');
  if (hour === undefined || surface === undefined) return undefined;
  if (of === 'counts') return { of, surface, hour };
  const [id, version] = rubric?.split('@') ?? [];
  if (of !== 'verdicts' || id === undefined || version === undefined) return undefined;
  return { of, surface, hour, rubric: { id, version: Number(version) } };
}

export function rollupPartition(surface: string): string {
  return `rollup#${surface}`;
}

/** `2026-11-03#c:eu`: a day of a slice. */
export function rollupSortKey(at: number, slice: Slice): string {
  return `${dayKey(at)}#${slice}`;
}

/**
 * Folded days, which an evaluator starts from: of the whole, and of cohorts and releases, of which fewer are read. The
 * days themselves stay as they are, for whoever looks into the past.
 */
export function foldedPartition(surface: string, of: 'whole' | 'parts'): string {
  return `folded#${surface}#${of}`;
}

/** Beside the folded days of the whole: how far a surface is folded. It sorts behind every day. */
export const foldedThroughKey = 'through';

export function feedbackKey(surface: string, id: string): ItemKey {
  return { pk: `feedback#${surface}#${id}`, sk: 'negative' };
}
