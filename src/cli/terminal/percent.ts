/** A share with as many decimals as wanted: `92.0%`. */
export function formatShare(ratio: number, digits = 1): string {
  return `${(ratio * 100).toFixed(digits)}%`;
}

/** An objective as it was written: `92%`, `99.95%`. */
export function formatObjective(objective: number): string {
  return `${Number((objective * 100).toFixed(4))}%`;
}
