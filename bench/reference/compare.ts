import type { Fields } from './family.ts';
import type { ReferenceCase } from './reference-file.ts';

/** A few dozen roundings of a double: large values cannot agree more closely than this, whatever the tolerance says. */
const rounding = 64 * Number.EPSILON;

/** Below this p-values lose their digits: they are as good as equal. */
const smallestP = 1e-300;

/** P-values are compared relatively, and whatever the case's note names so ("relative tolerance 1e-9 on p"). */
export function isRelative(field: string, { note }: ReferenceCase): boolean {
  if (/^p(_|$)/.test(field)) return !/absolute/.test(note);
  const named = /relative tolerance(?: \S+)? on (\w+)/.exec(note);
  return named === null ? /relative/.test(note) : named[1] === field;
}

function isNear(expected: number, got: number, tolerance: number, relative: boolean): boolean {
  const distance = Math.abs(expected - got);
  if (distance <= rounding * Math.abs(expected)) return true;
  if (!relative) return distance <= tolerance;
  return (
    distance <= tolerance * Math.abs(expected) || Math.max(Math.abs(expected), Math.abs(got)) < smallestP
  );
}

/** Whether a value is the expected one within a tolerance, fields and entries one by one. */
export function matches(expected: unknown, got: unknown, tolerance: number, relative: boolean): boolean {
  if (typeof expected === 'number' && typeof got === 'number')
    return isNear(expected, got, tolerance, relative);
  if (Array.isArray(expected) && Array.isArray(got)) {
    return (
      expected.length === got.length &&
      expected.every((entry, i) => matches(entry, got[i], tolerance, relative))
    );
  }
  if (isFields(expected) && isFields(got)) {
    return Object.keys(expected).every((key) => matches(expected[key], got[key], tolerance, relative));
  }
  return expected === got;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
