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
  readonly add: (count: Count, increments: Increments) => void;
  isSpoilt: boolean;
}

/**
 * Adds up records that count alike; the sums are then added to each slice. Names that are one too many count as
 * `other`. A record at which counting fails costs itself and nothing else.
 *
 * @param counts whose names are claimed
 * @param takesAway whether a negative feedback is the first of its response
 */
export function sumCounts(counts: readonly Count[], takesAway: (count: Count) => boolean): CountSums {
  const open = new Map<string, OpenSum>();
  for (const count of counts) {
    const { surface, at } = count;
    const slices = countedSlices(count);
    const name = `${surface}#${at}#${slices.join('#')}`;
    let sum = open.get(name);
    if (sum === undefined) {
      const adding = adderOf(count.names, slices, takesAway);
      sum = { surface, at, slices, increments: new Map(), counts: [], add: adding, isSpoilt: false };
      open.set(name, sum);
    }
    sum.counts.push(count);
    try {
      if (!sum.isSpoilt) sum.add(count, sum.increments);
    } catch {
      sum.isSpoilt = true;
    }
  }
  const faulty: Count[] = [];
  for (const sum of open.values()) if (sum.isSpoilt) faulty.push(...addOneByOne(sum));
  return { sums: [...open.values()].filter((sum) => sum.counts.length > 0), faulty };
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
): OpenSum['add'] {
  const providerNames = (provider: string) => (names.has('provider', provider) ? provider : overflowName);
  return (count, increments) => {
    count.apply(increments, takesAway(count), providerNames);
    if (count.slices[0] !== cohort) add(increments, 'overflow:cohort', 1);
    if (count.slices[1] !== release) add(increments, 'overflow:release', 1);
  };
}

/** Adds up anew what a fault has left half added. @returns the records at which counting fails, which are left out */
function addOneByOne(sum: OpenSum): Count[] {
  const { increments, counts } = sum;
  increments.clear();
  const faulty: Count[] = [];
  for (const count of counts.splice(0)) {
    const own: Increments = new Map();
    try {
      sum.add(count, own);
    } catch {
      faulty.push(count);
      continue;
    }
    for (const [column, by] of own) add(increments, column, by);
    counts.push(count);
  }
  return faulty;
}
