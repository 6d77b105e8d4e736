/** What a part of the bench found: lines of its table, the same as data, and whether it keeps what is asked of it. */
export interface PartResult {
  readonly lines: readonly string[];
  readonly found: unknown;
  readonly kept: boolean;
}

/** Tells how far it is, on stderr. */
export function tell(progress: string): void {
  process.stderr.write(`\r\u001b[2K${progress}`);
}

/** The Monte Carlo standard error of a share. */
export function shareError(share: number, repetitions: number): number {
  return Math.sqrt((share * (1 - share)) / repetitions);
}
