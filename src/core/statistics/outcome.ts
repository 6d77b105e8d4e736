/** A closed interval of a statistic; whether it is clipped to the statistic's range is said where it is made. */
export interface Interval {
  lower: number;
  upper: number;
}

/** A statistic that its input does not determine, and why, in words for a person. */
export interface NotComputable {
  ok: false;
  reason: string;
}

/** A statistic, or the reason why there is none. No statistic here is ever NaN. */
export type Computed<Value extends object> = ({ ok: true } & Value) | NotComputable;

/** Makes the refusal half of a {@link Computed}. */
export function notComputable(reason: string): NotComputable {
  return { ok: false, reason };
}

/** Moves a ratio into [0, 1]. `clipToUnit(1.02)` is 1. */
export function clipToUnit(ratio: number): number {
  return Math.min(1, Math.max(0, ratio));
}
