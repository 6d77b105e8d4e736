/** A figure of a bench. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What was measured, and the aim where there is one. */
  readonly how: string;
}

/** One JSON row a line, as `bench/flow.ts` reads them. */
export function printRows(rows: readonly BenchRow[]): void {
  for (const row of rows) console.log(JSON.stringify(row));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
