import { maxColumnsPerUpdate } from '#adapters/dynamodb/counter-store.ts';
import { add, type Increments } from '#core/series/count-record.ts';
import { overflowName, type Slice } from '#core/series/keys.ts';
import type { Count } from './batch-plan.ts';
import type { NamesOfDay } from './counted-names.ts';

/** What records of one surface, bucket, cohort and release add up to. */
export interface CountSum {
  readonly surface: string;
  readonly at: number;
  /** The cohort, and the release where there is one. */
  readonly slices: readonly [Slice, ...Slice[]];
  readonly increments: Increments;
  /** The records in it. */
  readonly counts: Count[];
}

export interface CountSums {
  readonly sums: readonly CountSum[];
  /** Records that cannot be counted: Assay fails at them. */
  readonly faulty: readonly Count[];
}

interface OpenSum extends CountSum {
  readonly add: Adding;
  /** What counting failed at in the middle of a record has to be added up anew; from then on each record is tried apart. */
  isWary: boolean;
}

/** The sum that is open of each place. No key is put together, for each record looks for its own. */
class OpenSums {
  readonly #surfaces = new Map<string, Map<number, Map<Slice, Map<Slice | undefined, OpenSum>>>>();

  get(surface: string, at: number, [cohort, release]: CountSum['slices']): OpenSum | undefined {
    return this.#surfaces.get(surface)?.get(at)?.get(cohort)?.get(release);
  }

  set(sum: OpenSum): void {
    const [cohort, release] = sum.slices;
    const buckets = inner(this.#surfaces, sum.surface);
    inner(inner(buckets, sum.at), cohort).set(release, sum);
  }
}

function inner<Key, InnerKey, Value>(outer: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  let found = outer.get(key);
  if (found === undefined) {
    found = new Map();
    outer.set(key, found);
  }
  return found;
}

type Adding = (count: Count, increments: Increments) => void;

/**
 * Adds up records that count alike, as many as one update can add; the sums are then added to each slice. So a record
 * counts in a slice as a whole or not at all. Names that are one too many count as `other`. A record at which counting
 * fails costs itself and nothing else.
 *
 * @param counts whose names are claimed
 * @param takesAway whether a negative feedback is the first of its response
 */
export function sumCounts(counts: readonly Count[], takesAway: (count: Count) => boolean): CountSums {
  const open = new OpenSums();
  const sums: OpenSum[] = [];
  const faulty: Count[] = [];
  for (const count of counts) {
    const { surface, at } = count;
    const slices = countedSlices(count);
    let sum = open.get(surface, at, slices);
    if (sum === undefined) {
      const adding = adderOf(count.names, slices, takesAway);
      sum = { surface, at, slices, increments: new Map(), counts: [], add: adding, isWary: false };
      open.set(sum);
      sums.push(sum);
    }
    const hasRoom = sum.increments.size + count.mostColumns <= maxColumnsPerUpdate;
    const outcome = hasRoom && !sum.isWary ? addAtOnce(sum, count) : addApart(sum, count);
    if (outcome === 'faulty') faulty.push(count);
    if (typeof outcome === 'string') continue;
    const next = { ...sum, increments: outcome, counts: [count] };
    open.set(next);
    sums.push(next);
  }
  return { sums: sums.filter((sum) => sum.counts.length > 0), faulty };
}

function addAtOnce(sum: OpenSum, count: Count): 'added' | 'faulty' {
  try {
    sum.add(count, sum.increments);
  } catch {
    sum.isWary = true;
    sum.increments.clear();
    for (const each of sum.counts) sum.add(each, sum.increments);
    return 'faulty';
  }
  sum.counts.push(count);
  return 'added';
}

/** @returns what the record adds, where the sum has no room for it */
function addApart(sum: OpenSum, count: Count): 'added' | 'faulty' | Increments {
  const own: Increments = new Map();
  try {
    sum.add(count, own);
  } catch {
    return 'faulty';
  }
  if (!fitTogether(sum.increments, own)) return own;
  for (const [column, by] of own) add(sum.increments, column, by);
  sum.counts.push(count);
  return 'added';
}

/** Whether one update can add both. */
export function fitTogether(one: Increments, other: Increments): boolean {
  if (one.size === 0 || one.size + other.size <= maxColumnsPerUpdate) return true;
  let size = one.size;
  for (const column of other.keys()) if (!one.has(column)) size += 1;
  return size <= maxColumnsPerUpdate;
}

/** Where a record counts, once names are claimed; its own slices, the same array, where each has room. */
export function countedSlices({ names, slices }: Count): CountSum['slices'] {
  const [cohort, release] = slices;
  const hasRelease = release === undefined || names.has('release', release);
  if (names.has('cohort', cohort) && hasRelease) return slices;
  const own: Slice = names.has('cohort', cohort) ? cohort : `c:${overflowName}`;
  return release === undefined ? [own] : [own, hasRelease ? release : `r:${overflowName}`];
}

function adderOf(
  names: NamesOfDay,
  [cohort, release]: CountSum['slices'],
  takesAway: (count: Count) => boolean,
): Adding {
  const providerNames = (provider: string) => (names.has('provider', provider) ? provider : overflowName);
  return (count, increments) => {
    count.apply(increments, takesAway(count), providerNames);
    if (count.slices[0] !== cohort) add(increments, 'overflow:cohort', 1);
    if (count.slices[1] !== release) add(increments, 'overflow:release', 1);
  };
}
