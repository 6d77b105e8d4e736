import { formatInstant } from './words.js';

/**
 * A line in words: where it began, where it is, its lowest and highest, and what it is held against.
 *
 * @param {string} what
 * @param {readonly number[]} times
 * @param {readonly (number | null)[]} values
 * @param {(value: number) => string} format
 * @param {string} against
 */
export function formatLine(what, times, values, format, against) {
  /** @type {{ at: number, value: number }[]} */
  const points = [];
  for (const [index, value] of values.entries()) {
    const at = times[index];
    if (typeof value === 'number' && at !== undefined) points.push({ at, value });
  }
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return `${what}: no data yet. ${against}`.trim();
  const low = points.reduce((best, point) => (point.value < best.value ? point : best));
  const high = points.reduce((best, point) => (point.value > best.value ? point : best));
  return `${what}: ${format(last.value)} at ${formatInstant(last.at)}, from ${format(first.value)} at ${formatInstant(first.at)}; lowest ${format(low.value)} at ${formatInstant(low.at)}, highest ${format(high.value)}. ${against}`.trim();
}
