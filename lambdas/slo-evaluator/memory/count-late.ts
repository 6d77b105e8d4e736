import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { type EndState, finalStates } from '#core/judging/judgement.ts';
import type { DirtyHour } from '#core/series/keys.ts';
import { type SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { bucketOfDay, day, floorTo, hour, hourStart } from '#core/time.ts';

export interface LateDependencies {
  readonly store: SeriesStore;
}

/**
 * A frozen hour keeps its numbers; what is in the table beyond them is noted as late, in its stored day too.
 *
 * @param verdicts all of the hour
 * @param boundary days before it are stored folded as well
 * @returns what is new of it
 */
export async function countLate(
  { store }: LateDependencies,
  seriesSet: SeriesSet,
  { surface, rubric, hour: key }: Extract<DirtyHour, { of: 'verdicts' }>,
  verdicts: readonly StoredJudgement[],
  boundary: number,
): Promise<number> {
  const stored = verdicts.filter(({ state }) => (finalStates as readonly string[]).includes(state)).length;
  const start = hourStart(key);
  const count = (what: EndState | 'late') =>
    sumColumn(seriesSet.column(surface, '*', verdictColumn(rubric, what)), start, start + hour);
  const late = stored - finalStates.reduce((sum, what) => sum + count(what), 0);
  const known = count('late');
  if (late <= known) return 0;
  const column = verdictColumn(rubric, 'late');
  seriesSet.setValue(surface, '*', column, start, late);
  const at = floorTo(start, day);
  // The day itself is finer than what is held of it here: only what is new is put in.
  const before = (await store.readDay(surface, at, '*')) ?? {};
  const others = (before[column] ?? []).filter(([bucket]) => bucket !== bucketOfDay(start));
  await store.writeDay(surface, at, '*', { ...before, [column]: [...others, [bucketOfDay(start), late]] });
  if (at < boundary)
    await store.writeFolded(
      surface,
      [{ at, slice: '*', packed: seriesSet.packDay(surface, '*', at) }],
      undefined,
    );
  return late - known;
}
