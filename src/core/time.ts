/**
 * Event time in milliseconds since the epoch, cut into the units that keys and windows are made of. All of it UTC.
 */

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Width of the finest bucket of a roll-up. */
export const bucketWidth = 5 * minute;
export const bucketsPerHour = hour / bucketWidth;
export const bucketsPerDay = day / bucketWidth;

/** An hour's verdicts can still change its roll-up for this long after the hour's end; later ones count as late. */
export const freezeAfter = 72 * hour;

/**
 * What begins before this instant is folded: by then every hour of its day is frozen. It moves at midnight UTC, so that
 * whoever reads a day anew folds what whoever kept it has folded.
 */
export function foldBoundary(now: number): number {
  return floorTo(now - freezeAfter, day);
}

/** `2026-11-03T09`: the hour of an instant, in the form that keys carry. Sorts by time. */
export function hourKey(at: number): string {
  return new Date(at).toISOString().slice(0, 13);
}

/** `2026-11-03`: the day of an instant, in the form that keys carry. Sorts by time. */
export function dayKey(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Start of an hour from its key. */
export function hourStart(key: string): number {
  return Date.parse(`${key}:00:00.000Z`);
}

/** Start of a day from its key. */
export function dayStart(key: string): number {
  return Date.parse(`${key}T00:00:00.000Z`);
}

/** Index of the 5-minute bucket within its day, 0 to 287. */
export function bucketOfDay(at: number): number {
  return Math.floor((((at % day) + day) % day) / bucketWidth);
}

/** Start of the unit that holds an instant: `floorTo(at, hour)`. */
export function floorTo(at: number, width: number): number {
  return Math.floor(at / width) * width;
}

/** Rounds an instant up to a multiple of `width` milliseconds. */
export function ceilTo(at: number, width: number): number {
  return Math.ceil(at / width) * width;
}
