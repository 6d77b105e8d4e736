import { bucketsPerDay, bucketsPerHour, bucketWidth, day, hour } from '../../time.ts';
import { RunningSums } from './running-sums.ts';

/** Good events out of all; whole numbers, or sums of weights where strata of different sampling rates are pooled. */
export interface Counts {
  readonly good: number;
  readonly total: number;
}

/** Counts of one bucket; `at` is any instant in it, in epoch milliseconds. */
export interface Bucket extends Counts {
  readonly at: number;
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

  /**
   * @param foldedBefore start of the first hour that is held by the bucket, epoch milliseconds
   * @param room buckets to make room for beforehand, where it is known how many will come
   */
  constructor(foldedBefore = Number.NEGATIVE_INFINITY, room = 0) {
    this.#foldedBefore = foldedBefore;
    this.#hours = new RunningSums(hour, Math.ceil(room / bucketsPerHour));
    this.#buckets = new RunningSums(bucketWidth, room);
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
  add({ at, good, total }: Bucket): void {
    requireCounts(at, good, total);
    this.#gridOf(at).add(at, good, total);
  }

  /** Replaces the counts of a bucket: a roll-up made anew. RangeError unless 0 <= good <= total, both finite. */
  set({ at, good, total }: Bucket): void {
    requireCounts(at, good, total);
    this.#gridOf(at).set(at, good, total);
  }

  /**
   * Forgets the buckets that start before an instant. It is done by the day and more, for each time moves the rest.
   */
  forgetBefore(at: number): void {
    this.#hours.forgetBefore(at, day / hour);
    this.#buckets.forgetBefore(at, bucketsPerDay);
  }

  /** Counts of the buckets whose start lies in [from, to), epoch milliseconds. */
  between(from: number, to: number): Counts {
    const buckets = this.#buckets.between(from, to);
    if (this.#hours.start === undefined) return buckets;
    const hours = this.#hours.between(from, to);
    return { good: hours.good + buckets.good, total: hours.total + buckets.total };
  }

  /**
   * Counts of the window of `width` milliseconds that ends at `now`: every bucket that overlaps it, the bucket under way
   * included. On a bucket's edge that is the window exactly; in between it is up to a bucket longer, never shorter, so
   * that a window of 5 minutes never shrinks to a few seconds. Buckets that start at `now` or later are the future's.
   *
   * @param notBefore buckets that start before it do not count
   */
  window(now: number, width: number, notBefore = Number.NEGATIVE_INFINITY): Counts {
    const from = Math.max(
      Math.floor((now - width) / bucketWidth) * bucketWidth,
      Math.ceil(notBefore / bucketWidth) * bucketWidth,
    );
    return this.between(from, Math.ceil(now / bucketWidth) * bucketWidth);
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
