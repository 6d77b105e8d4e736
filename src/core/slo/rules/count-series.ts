import { bucketsPerDay, bucketWidth } from '../../time.ts';

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
 * Good and total counts on a grid of 5-minute buckets, held as running sums, so that any window costs two look-ups.
 * Buckets that were never given count 0. Adding at the end is O(1); changing an older bucket moves the sums after it.
 */
export class CountSeries {
  #first = 0;
  #length = 0;
  /** Sums of everything before bucket i; one more entry than buckets. */
  #good = new Float64Array(1);
  #total = new Float64Array(1);

  /** Start of the first bucket, epoch milliseconds; undefined while empty. */
  get start(): number | undefined {
    return this.#length === 0 ? undefined : this.#first * bucketWidth;
  }

  /** End of the last bucket, epoch milliseconds; undefined while empty. */
  get end(): number | undefined {
    return this.#length === 0 ? undefined : (this.#first + this.#length) * bucketWidth;
  }

  /** Adds events to the bucket of an instant. RangeError unless 0 <= good <= total, both finite. */
  add({ at, good, total }: Bucket): void {
    requireCounts(at, good, total);
    this.#move(this.#reach(at), good, total);
  }

  /** Replaces the counts of a bucket: a roll-up made anew. RangeError unless 0 <= good <= total, both finite. */
  set({ at, good, total }: Bucket): void {
    requireCounts(at, good, total);
    const index = this.#reach(at);
    const before = this.#sum(index, index + 1);
    this.#move(index, good - before.good, total - before.total);
  }

  /**
   * Forgets the buckets that start before an instant. It is done by the day and more, for each time moves the rest.
   */
  forgetBefore(at: number): void {
    const dropped = Math.min(this.#length, Math.ceil(at / bucketWidth) - this.#first);
    if (dropped < bucketsPerDay) return;
    const [good, total] = [this.#good[dropped] ?? 0, this.#total[dropped] ?? 0];
    this.#good = this.#good.slice(dropped, this.#length + 1).map((sum) => sum - good);
    this.#total = this.#total.slice(dropped, this.#length + 1).map((sum) => sum - total);
    this.#first += dropped;
    this.#length -= dropped;
  }

  /** Counts of the buckets whose start lies in [from, to), epoch milliseconds. */
  between(from: number, to: number): Counts {
    return this.#sum(Math.ceil(from / bucketWidth) - this.#first, Math.ceil(to / bucketWidth) - this.#first);
  }

  /**
   * Counts of the window of `width` milliseconds that ends at `now`: every bucket that overlaps it, the bucket under way
   * included. On a bucket's edge that is the window exactly; in between it is up to a bucket longer, never shorter, so
   * that a window of 5 minutes never shrinks to a few seconds. Buckets that start at `now` or later are the future's.
   *
   * @param notBefore buckets that start before it do not count
   */
  window(now: number, width: number, notBefore = Number.NEGATIVE_INFINITY): Counts {
    const from = Math.max(Math.floor((now - width) / bucketWidth), Math.ceil(notBefore / bucketWidth));
    return this.#sum(from - this.#first, Math.ceil(now / bucketWidth) - this.#first);
  }

  /** Buckets that hold events, in order of time. */
  *buckets(): IterableIterator<Bucket> {
    for (let index = 0; index < this.#length; index += 1) {
      const { good, total } = this.#sum(index, index + 1);
      if (total > 0) yield { at: (this.#first + index) * bucketWidth, good, total };
    }
  }

  #sum(from: number, to: number): Counts {
    const low = from < 0 ? 0 : from > this.#length ? this.#length : from;
    const high = to < low ? low : to > this.#length ? this.#length : to;
    return {
      good: (this.#good[high] ?? 0) - (this.#good[low] ?? 0),
      total: (this.#total[high] ?? 0) - (this.#total[low] ?? 0),
    };
  }

  /** Index of an instant's bucket, the grid being stretched to hold it. */
  #reach(at: number): number {
    const bucket = Math.floor(at / bucketWidth);
    if (this.#length === 0) this.#first = bucket;
    if (bucket < this.#first) this.#stretchBack(this.#first - bucket);
    const index = bucket - this.#first;
    if (index >= this.#length) this.#stretchTo(index + 1);
    return index;
  }

  #stretchTo(length: number): void {
    if (length + 1 > this.#good.length) {
      const capacity = Math.max(length + 1, Math.ceil(1.25 * this.#good.length), 64);
      this.#good = enlarged(this.#good, capacity, 0);
      this.#total = enlarged(this.#total, capacity, 0);
    }
    const good = this.#good[this.#length] ?? 0;
    const total = this.#total[this.#length] ?? 0;
    this.#good.fill(good, this.#length + 1, length + 1);
    this.#total.fill(total, this.#length + 1, length + 1);
    this.#length = length;
  }

  #stretchBack(by: number): void {
    this.#good = enlarged(this.#good, this.#good.length + by, by);
    this.#total = enlarged(this.#total, this.#total.length + by, by);
    this.#first -= by;
    this.#length += by;
  }

  #move(index: number, good: number, total: number): void {
    for (let after = index + 1; after <= this.#length; after += 1) {
      this.#good[after] = (this.#good[after] ?? 0) + good;
      this.#total[after] = (this.#total[after] ?? 0) + total;
    }
  }
}

/** Builds a series of sparse buckets, in any order; buckets given twice are added up. */
export function buildSeries(buckets: Iterable<Bucket>): CountSeries {
  const series = new CountSeries();
  const ordered = [...buckets].sort((first, second) => first.at - second.at);
  for (const bucket of ordered) series.add(bucket);
  return series;
}

function enlarged(sums: Float64Array, capacity: number, offset: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(capacity);
  copy.set(sums, offset);
  return copy;
}

function requireCounts(at: number, good: number, total: number): void {
  if (!(Number.isFinite(at) && good >= 0 && good <= total && Number.isFinite(total))) {
    throw new RangeError(
      `a bucket wants an instant and 0 <= good <= total, but came with at ${at}, good ${good}, total ${total}: count good events among all`,
    );
  }
}
