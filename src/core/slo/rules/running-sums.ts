/** Good events out of all of a stretch. */
export interface Sums {
  readonly good: number;
  readonly total: number;
}

/**
 * Good and total counts on a grid of buckets of one width, held as running sums, so that any stretch costs two look-ups.
 * Adding at the end is O(1); changing an older bucket moves the sums after it.
 */
export class RunningSums {
  /** Milliseconds. */
  readonly #width: number;
  #first = 0;
  #length = 0;
  /** Sums of everything before bucket i; one more entry than buckets. */
  #good: Float64Array<ArrayBuffer>;
  #total: Float64Array<ArrayBuffer>;

  /** @param room buckets to make room for beforehand */
  constructor(width: number, room = 0) {
    this.#width = width;
    this.#good = new Float64Array(room + 1);
    this.#total = new Float64Array(room + 1);
  }

  /** Start of the first bucket, epoch milliseconds; undefined while empty. */
  get start(): number | undefined {
    return this.#length === 0 ? undefined : this.#first * this.#width;
  }

  /** End of the last bucket, epoch milliseconds; undefined while empty. */
  get end(): number | undefined {
    return this.#length === 0 ? undefined : (this.#first + this.#length) * this.#width;
  }

  /** Forgets all and keeps the room. Not for sums that have forgotten a part. */
  clear(): void {
    this.#length = 0;
  }

  add(at: number, good: number, total: number): void {
    this.#move(this.#reach(at), good, total);
  }

  set(at: number, good: number, total: number): void {
    const index = this.#reach(at);
    const before = this.#sum(index, index + 1);
    this.#move(index, good - before.good, total - before.total);
  }

  /** Forgets the buckets that start before an instant, once they are as many as `least`: each time moves the rest. */
  forgetBefore(at: number, least: number): void {
    const dropped = Math.min(this.#length, Math.ceil(at / this.#width) - this.#first);
    if (dropped < least) return;
    const [good, total] = [this.#good[dropped] ?? 0, this.#total[dropped] ?? 0];
    this.#good = this.#good.slice(dropped, this.#length + 1).map((sum) => sum - good);
    this.#total = this.#total.slice(dropped, this.#length + 1).map((sum) => sum - total);
    this.#first += dropped;
    this.#length -= dropped;
  }

  /** Counts of the buckets whose start lies in [from, to), epoch milliseconds. */
  between(from: number, to: number): Sums {
    return this.#sum(Math.ceil(from / this.#width) - this.#first, Math.ceil(to / this.#width) - this.#first);
  }

  /** Buckets that hold events, in order of time. */
  *buckets(): IterableIterator<Sums & { readonly at: number }> {
    for (let index = 0; index < this.#length; index += 1) {
      const { good, total } = this.#sum(index, index + 1);
      if (total > 0) yield { at: (this.#first + index) * this.#width, good, total };
    }
  }

  #sum(from: number, to: number): Sums {
    const low = from < 0 ? 0 : from > this.#length ? this.#length : from;
    const high = to < low ? low : to > this.#length ? this.#length : to;
    return {
      good: (this.#good[high] ?? 0) - (this.#good[low] ?? 0),
      total: (this.#total[high] ?? 0) - (this.#total[low] ?? 0),
    };
  }

  /** Index of an instant's bucket, the grid being stretched to hold it. */
  #reach(at: number): number {
    const bucket = Math.floor(at / this.#width);
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
    for (let index = this.#length + 1; index <= length; index += 1) {
      this.#good[index] = good;
      this.#total[index] = total;
    }
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

function enlarged(sums: Float64Array, capacity: number, offset: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(capacity);
  copy.set(sums, offset);
  return copy;
}
