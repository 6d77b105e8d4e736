import type { CounterStore } from '#adapters/dynamodb/counter-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { retryUntil } from '#adapters/retry-until.ts';
import { add, type Increments } from '#core/series/count-record.ts';
import { countKey, type DirtyHour, type ItemKey, overflowName, type Slice } from '#core/series/keys.ts';
import { hourKey } from '#core/time.ts';
import { type CountSum, fitTogether } from './sum-counts.ts';

/** Updates of counters under way at once. */
const writeWidth = 32;

/** What became of a batch's sums. */
export interface WrittenSums {
  /** Messages that must come again. */
  readonly failed: ReadonlySet<string>;
  /** How many of them were counted in part, and so count twice in it when they come again. */
  readonly recounted: number;
}

/** Sums of one counter item, as many as one update can add. */
interface SliceGroup {
  readonly key: ItemKey;
  readonly spare: ItemKey | undefined;
  readonly surface: string;
  readonly at: number;
  readonly increments: Increments;
  readonly sums: CountSum[];
}

/**
 * Adds sums to their slices, one update each, and marks their hours. Cohorts go first, for the whole is made of them:
 * where that fails nothing of those records was counted, and they alone come again. What follows it (their releases,
 * marks) is tried again in place until `end`, for by then they are counted.
 *
 * @param end epoch milliseconds
 */
export async function writeSums(
  counters: CounterStore,
  sums: readonly CountSum[],
  stamp: string,
  end: number,
): Promise<WrittenSums> {
  const failed = new Set<CountSum>();
  let recounted = 0;
  const fail = (group: SliceGroup, isCounted: boolean) => {
    for (const sum of group.sums) {
      if (failed.has(sum)) continue;
      failed.add(sum);
      if (isCounted) recounted += sum.counts.length;
    }
  };
  const addGroup = ({ key, at, increments, spare }: SliceGroup) => counters.add(key, at, increments, spare);

  await inParallel(groupBySlice(sums, 0), writeWidth, async (group) => {
    // Beyond the end there is no time to see it through: those records come again untouched.
    if (Date.now() >= end) return fail(group, false);
    await addGroup(group).catch(() => fail(group, false));
  });
  const counted = sums.filter((sum) => !failed.has(sum));
  await inParallel(groupBySlice(counted, 1), writeWidth, (group) =>
    retryUntil(end, () => addGroup(group)).catch(() => fail(group, true)),
  );
  const ids = new Set([...failed].flatMap(idsOf));
  for (const id of await markHours(counters, sums, failed, stamp, end)) {
    ids.add(id);
    recounted += 1;
  }
  return { failed: ids, recounted };
}

/**
 * Marks the hours of what was counted. A mark that is lost would leave its hour as it was until another record of it
 * comes, perhaps never; so where the table takes none until `end`, one record of each hour comes again and brings it.
 *
 * @returns the messages of these records
 */
async function markHours(
  counters: CounterStore,
  sums: readonly CountSum[],
  failed: ReadonlySet<CountSum>,
  stamp: string,
  end: number,
): Promise<string[]> {
  const hours = new Map<string, { readonly dirty: DirtyHour; id: string | undefined }>();
  for (const sum of sums) {
    const dirty: DirtyHour = { of: 'counts', surface: sum.surface, hour: hourKey(sum.at) };
    const name = `${dirty.surface}#${dirty.hour}`;
    const hour = hours.get(name) ?? { dirty, id: idsOf(sum)[0] };
    hours.set(name, hour);
    // One that comes again anyway brings the mark.
    if (failed.has(sum)) hour.id = undefined;
  }
  if (sums.every((sum) => failed.has(sum))) return [];
  try {
    const marks = [...hours.values()].map(({ dirty }) => dirty);
    await retryUntil(end, () => counters.markDirty(marks, stamp));
    return [];
  } catch {
    return [...hours.values()].flatMap(({ id }) => id ?? []);
  }
}

/** @param index of the slice in a sum: 0 its cohort, 1 its release */
function groupBySlice(sums: readonly CountSum[], index: 0 | 1): SliceGroup[] {
  const open = new Map<string, SliceGroup>();
  const groups: SliceGroup[] = [];
  for (const sum of sums) {
    const slice = sum.slices[index];
    if (slice === undefined) continue;
    const { surface, at } = sum;
    const key = countKey(surface, at, slice);
    const name = `${key.pk}/${key.sk}`;
    let group = open.get(name);
    if (group === undefined || !fitTogether(group.increments, sum.increments)) {
      group = { key, spare: spareOf(sum, slice), surface, at, increments: new Map(), sums: [] };
      open.set(name, group);
      groups.push(group);
    }
    group.sums.push(sum);
    for (const [column, by] of sum.increments) add(group.increments, column, by);
  }
  return groups;
}

/** Where a slice's records count when its own item is full. */
function spareOf({ surface, at }: CountSum, slice: Slice): ItemKey | undefined {
  const other: Slice = slice.startsWith('c:') ? `c:${overflowName}` : `r:${overflowName}`;
  return slice === other ? undefined : countKey(surface, at, other);
}

function idsOf({ counts }: CountSum): string[] {
  return counts.map(({ message }) => message.messageId);
}
