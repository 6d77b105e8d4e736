import { bucketsPerDay, bucketsPerHour, bucketWidth, day, hour } from '../../time.ts';
import { RunningSums } from './running-sums.ts';

/** Good events out of all; whole numbers, or sums of weights where strata of different sampling rates are pooled. */
export interface Counts {
  readonly good: number;
  readonly total: number;
}

/**
 * What zoomed events count for less: their weight is 1 over the factor at which they were sampled, that of all others 1.
 * Sums over a bucket's events, 0 where none was zoomed.
 */
export interface Thinned {
  /** Of good events, the sum of 1 - weight. */
  readonly good: number;
  /** Of all events, the sum of 1 - weight. */
  readonly total: number;
  /** Of all events, the sum of 1 - weight^2. */
  readonly squares: number;
}

/** Counts of one bucket; `at` is any instant in it, in epoch milliseconds. */
export interface Bucket extends Counts {
  readonly at: number;
  /** Absent where no event was zoomed. */
  readonly thinned?: Thinned | undefined;
  /** What of them was judged afterwards, for the history: no news to a detector. Absent where nothing was. */
  readonly rescored?: Counts | undefined;
}

/**
 * Counts of a stretch as evidence: as many events as independent ones of equal weight would tell as much (Kish's
 * effective size), of which the weighted share is good. Without zoom they are the events themselves.
 */
export interface WeighedCounts extends Counts {
  /** Present where some were zoomed. */
  readonly zoom?:
    | {
        /** The factor at which as many events would weigh as much: sum of weights over sum of their squares, over 1. */
        readonly factor: number;
        /** Events as they were counted. */
        readonly events: number;
      }
    | undefined;
}

/**
 * Good and total counts in buckets of 5 minutes, so that any window costs a few look-ups. Buckets that were never given
 * count 0. What lies before `foldedBefore` is held by the hour, each hour's counts at its start, as roll-ups keep it: a
 * series of a month then takes some 40 KB.
 */
export class CountSeries {
  readonly #foldedBefore: number;
  readonly #hours: RunningSums;
  readonly #buckets: RunningSums;
  /** Only where events were zoomed. */
  #thinned: ThinnedSeries | undefined;
  /** Only where events were rescored. */
  #rescored: CountSeries | undefined;

  /**
   * @param foldedBefore start of the first hour that is held by the bucket, epoch milliseconds
   * @param room buckets to make room for beforehand, where it is known how many will come
   */
  constructor(foldedBefore = Number.NEGATIVE_INFINITY, room = 0) {
    this.#foldedBefore = foldedBefore;
    this.#hours = new RunningSums(hour, Math.ceil(room / bucketsPerHour));
    this.#buckets = new RunningSums(bucketWidth, room);
  }

  /** Makes it empty again, with the room that it has: for simulations of very many series. */
  clear(): void {
    this.#hours.clear();
    this.#buckets.clear();
    this.#thinned = undefined;
    this.#rescored = undefined;
  }

  /** Start of the first bucket, epoch milliseconds; undefined while empty. */
  get start(): number | undefined {
    return this.#hours.start ?? this.#buckets.start;
  }

  /** End of the last bucket, epoch milliseconds; undefined while empty. */
  get end(): number | undefined {
    return this.#buckets.end ?? this.#hours.end;
  }

  /** Adds events to the bucket of an instant. RangeError unless 0 <= good <= total, both finite. */
  add({ at, good, total, thinned }: Bucket): void {
    requireCounts(at, good, total);
    this.#gridOf(at).add(at, good, total);
    if (thinned === undefined) return;
    this.#thinned ??= new ThinnedSeries(this.#foldedBefore);
    this.#thinned.add(at, thinned);
  }

  /** Replaces the counts of a bucket: a roll-up made anew. RangeError unless 0 <= good <= total, both finite. */
  set({ at, good, total, thinned, rescored }: Bucket): void {
    requireCounts(at, good, total);
    this.#gridOf(at).set(at, good, total);
    if (rescored !== undefined || this.#rescored !== undefined) {
      this.#rescored ??= new CountSeries(this.#foldedBefore);
      this.#rescored.set({ at, ...(rescored ?? { good: 0, total: 0 }) });
    }
    if (thinned === undefined && this.#thinned === undefined) return;
    this.#thinned ??= new ThinnedSeries(this.#foldedBefore);
    this.#thinned.set(at, thinned ?? notThinned);
  }

  /**
   * Forgets the buckets that start before an instant. It is done by the day and more, for each time moves the rest.
   */
  forgetBefore(at: number): void {
    this.#hours.forgetBefore(at, day / hour);
    this.#buckets.forgetBefore(at, bucketsPerDay);
    this.#thinned?.forgetBefore(at);
    this.#rescored?.forgetBefore(at);
  }

  /** Events of the buckets whose start lies in [from, to), epoch milliseconds, as they were counted. */
  between(from: number, to: number): Counts {
    const buckets = this.#buckets.between(from, to);
    if (this.#hours.start === undefined) return buckets;
    const hours = this.#hours.between(from, to);
    return { good: hours.good + buckets.good, total: hours.total + buckets.total };
  }

  /** The same without what was rescored: as it came in its time. */
  inTime(from: number, to: number): Counts {
    const { good, total } = this.between(from, to);
    const back = this.#rescored?.between(from, to);
    if (back === undefined) return { good, total };
    const rest = Math.max(0, total - back.total);
    return { good: Math.min(rest, Math.max(0, good - back.good)), total: rest };
  }

  /** The same as evidence, see {@link WeighedCounts}. */
  weighed(from: number, to: number): WeighedCounts {
    const counts = this.between(from, to);
    const thinned = this.#thinned?.between(from, to);
    return thinned === undefined ? counts : weigh(counts, thinned);
  }

  /** Events as the usual sampling rate would have found them: zoomed ones count for less. */
  usual(from: number, to: number): Counts {
    const { good, total } = this.between(from, to);
    const thinned = this.#thinned?.between(from, to);
    if (thinned === undefined) return { good, total };
    return { good: Math.max(0, good - thinned.good), total: total - thinned.total };
  }

  /** Whether events of the bucket that starts at an instant were zoomed, or rescored. */
  isMarked(bucket: number): boolean {
    const back = this.#rescored?.between(bucket, bucket + bucketWidth);
    return this.#thinned?.between(bucket, bucket + bucketWidth) !== undefined || (back?.total ?? 0) > 0;
  }

  /**
   * Counts, as evidence, of the window of `width` milliseconds that ends at `now`: every bucket that overlaps it, the bucket under way
   * included. On a bucket's edge that is the window exactly; in between it is up to a bucket longer, never shorter, so
   * that a window of 5 minutes never shrinks to a few seconds. Buckets that start at `now` or later are the future's.
   *
   * @param notBefore buckets that start before it do not count
   */
  window(now: number, width: number, notBefore = Number.NEGATIVE_INFINITY): WeighedCounts {
    const from = Math.max(
      Math.floor((now - width) / bucketWidth) * bucketWidth,
      Math.ceil(notBefore / bucketWidth) * bucketWidth,
    );
    return this.weighed(from, Math.ceil(now / bucketWidth) * bucketWidth);
  }

  /** Buckets that hold events, in order of time. */
  *buckets(): IterableIterator<Bucket> {
    yield* this.#hours.buckets();
    yield* this.#buckets.buckets();
  }

  #gridOf(at: number): RunningSums {
    return at < this.#foldedBefore ? this.#hours : this.#buckets;
  }
}

const notThinned: Thinned = { good: 0, total: 0, squares: 0 };

/** Running sums leave rounding behind: less than a millionth of an event is none. */
const roundedOff = 1e-6;

/** {@link Thinned} by bucket, held as the counts are. */
class ThinnedSeries {
  readonly #sums: CountSeries;
  readonly #squares: CountSeries;

  constructor(foldedBefore: number) {
    this.#sums = new CountSeries(foldedBefore);
    this.#squares = new CountSeries(foldedBefore);
  }

  add(at: number, { good, total, squares }: Thinned): void {
    this.#sums.add({ at, good, total });
    this.#squares.add({ at, good: 0, total: squares });
  }

  set(at: number, { good, total, squares }: Thinned): void {
    this.#sums.set({ at, good, total });
    this.#squares.set({ at, good: 0, total: squares });
  }

  forgetBefore(at: number): void {
    this.#sums.forgetBefore(at);
    this.#squares.forgetBefore(at);
  }

  between(from: number, to: number): Thinned | undefined {
    const { good, total } = this.#sums.between(from, to);
    return total < roundedOff ? undefined : { good, total, squares: this.#squares.between(from, to).total };
  }
}

/** Counts of which some events weigh less, as evidence. */
export function weigh({ good, total }: Counts, thinned: Thinned): WeighedCounts {
  const weight = total - thinned.total;
  const squares = total - thinned.squares;
  if (!(weight > 0 && squares > 0)) return { good, total };
  const size = Math.min(total, weight ** 2 / squares);
  const share = Math.min(1, Math.max(0, (good - thinned.good) / weight));
  return { good: size * share, total: size, zoom: { factor: Math.max(1, weight / squares), events: total } };
}

/** What counts count for less that were all sampled at a factor of the usual rate; undefined at a factor of 1. */
export function thinnedBy({ good, total }: Counts, factor: number): Thinned | undefined {
  if (!(factor > 1)) return undefined;
  const less = 1 - 1 / factor;
  return { good: good * less, total: total * less, squares: total * (1 - 1 / factor ** 2) };
}

/** As many events as were counted, of which the weighted share is good: what is shown of a stretch. */
export function shownCounts(counts: WeighedCounts): Counts {
  const { good, total, zoom } = counts;
  if (zoom === undefined) return counts;
  return { good: total > 0 ? (zoom.events * good) / total : 0, total: zoom.events };
}

/** Builds a series of sparse buckets, in any order; buckets given twice are added up. */
export function buildSeries(buckets: Iterable<Bucket>): CountSeries {
  const series = new CountSeries();
  const ordered = [...buckets].sort((first, second) => first.at - second.at);
  for (const bucket of ordered) series.add(bucket);
  return series;
}

function requireCounts(at: number, good: number, total: number): void {
  if (!(Number.isFinite(at) && good >= 0 && good <= total && Number.isFinite(total))) {
    throw new RangeError(
      `a bucket wants an instant and 0 <= good <= total, but came with at ${at}, good ${good}, total ${total}: count good events among all`,
    );
  }
}
