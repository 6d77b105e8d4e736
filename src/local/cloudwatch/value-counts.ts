/** Above this many distinct values in one minute they are rounded to a grid of 2% steps. */
const MAX_EXACT_VALUES = 200;

/** Above this many grid steps the minute's percentiles are given up. */
const MAX_GRID_VALUES = 1000;

const GRID_STEP = Math.log(1.02);

/**
 * The values of one minute with their counts, from which percentiles are read. Exact up to 200 distinct values,
 * then rounded to within 1%; `undefined` counts mean that there are too many to keep.
 */
export class ValueCounts {
  counts: Map<number, number> | undefined = new Map();
  private onGrid = false;

  /** Distinct values held. */
  get size(): number {
    return this.counts?.size ?? 0;
  }

  add(value: number, count: number): void {
    if (this.counts === undefined) return;
    const key = this.onGrid ? roundToGrid(value) : value;
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
    if (!this.onGrid && this.counts.size > MAX_EXACT_VALUES) this.moveToGrid();
    if (this.size > MAX_GRID_VALUES) this.giveUp();
  }

  giveUp(): void {
    this.counts = undefined;
  }

  private moveToGrid(): void {
    const exact = this.counts ?? new Map<number, number>();
    this.onGrid = true;
    this.counts = new Map();
    for (const [value, count] of exact) {
      const key = roundToGrid(value);
      this.counts.set(key, (this.counts.get(key) ?? 0) + count);
    }
  }
}

/**
 * Percentile by nearest rank: the smallest value at or under which at least `percentile` percent of the counts lie.
 * `percentile` is 0 to 100. `undefined` when there is nothing to count.
 */
export function findPercentile(counts: ReadonlyMap<number, number>, percentile: number): number | undefined {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const rank = (percentile / 100) * total;
  let reached = 0;
  for (const [value, count] of sorted) {
    reached += count;
    // The tolerance absorbs the rounding of percentile / 100 * total, such as 99 / 100 * 700.
    if (reached >= rank - 1e-9 * total) return value;
  }
  return undefined;
}

function roundToGrid(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / GRID_STEP) * GRID_STEP);
}
