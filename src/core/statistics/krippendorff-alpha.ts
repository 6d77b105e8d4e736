import { requireFinite } from './checks.ts';
import { type ErrorInterval, jackknifeInterval, type LeftOut } from './jackknife.ts';
import { type Computed, notComputable } from './outcome.ts';

/** What the ratings' scale means: names, an order, or distances. */
export type MeasurementLevel = 'nominal' | 'ordinal' | 'interval';

/** Krippendorff's alpha, over the units that at least two people rated. */
export interface KrippendorffAlpha {
  estimate: number;
  units: number;
  ratings: number;
  /** By jackknife over units. */
  interval: Computed<ErrorInterval>;
}

interface UnitPattern {
  /** Place of each value used, and how often. */
  counts: [place: number, count: number][];
  ratings: number;
  units: number;
}

interface Coincidences {
  values: number[];
  /** Coincidences of two values within units, by place; the diagonal is left 0, for it never counts. */
  pairs: number[][];
  /** Ratings of each value. */
  totals: number[];
}

/**
 * Krippendorff's alpha: reliability of any number of raters with missing ratings; 1 at best, 0 for chance.
 *
 * `ratingsByUnit`: for each unit (response) the ratings it has, in any order; units with fewer than two are left out.
 * Ratings are finite numbers (RangeError). Not computable without such a unit or where all ratings are one value.
 * Sources: K. Krippendorff 2011, "Computing Krippendorff's alpha-reliability"; for the interval the jackknife.
 * `krippendorffAlpha([[1, 1], [2, 2], [1, 2]], 'nominal', 0.95)` has estimate 1 - 5 x 2 / 18 = .4444.
 */
export function krippendorffAlpha(
  ratingsByUnit: readonly (readonly number[])[],
  level: MeasurementLevel,
  confidence: number,
): Computed<KrippendorffAlpha> {
  const pairable = ratingsByUnit.filter((ratings) => ratings.length >= 2);
  for (const ratings of pairable) requireFinite('ratings of a unit', ratings);
  if (pairable.length === 0) return notComputable('no unit was rated by two people');
  const values = [...new Set(pairable.flat())].sort((first, second) => first - second);
  const patterns = findPatterns(pairable, values);
  const all: Coincidences = {
    values,
    pairs: values.map(() => values.map(() => 0)),
    totals: values.map(() => 0),
  };
  for (const pattern of patterns) addUnits(all, pattern, pattern.units);
  const estimate = alphaOf(all, level);
  if (estimate === undefined) return notComputable('all ratings are the same value');
  return {
    ok: true,
    estimate,
    units: pairable.length,
    ratings: pairable.reduce((count, ratings) => count + ratings.length, 0),
    interval: intervalOf(all, patterns, level, estimate, confidence),
  };
}

function intervalOf(
  all: Coincidences,
  patterns: readonly UnitPattern[],
  level: MeasurementLevel,
  estimate: number,
  confidence: number,
): Computed<ErrorInterval> {
  const leftOut: LeftOut[] = [];
  for (const pattern of patterns) {
    addUnits(all, pattern, -1);
    const value = alphaOf(all, level);
    addUnits(all, pattern, 1);
    if (value === undefined) return notComputable('without one of the units all ratings are the same value');
    leftOut.push({ value, count: pattern.units });
  }
  return jackknifeInterval(estimate, leftOut, confidence, { lower: -1, upper: 1 });
}

/** Units with the same ratings are one pattern: a scale of five has few, however many units there are. */
function findPatterns(
  ratingsByUnit: readonly (readonly number[])[],
  values: readonly number[],
): UnitPattern[] {
  const places = new Map(values.map((value, place) => [value, place]));
  const patterns = new Map<string, UnitPattern>();
  for (const ratings of ratingsByUnit) {
    const sorted = ratings.map((rating) => places.get(rating) ?? 0).sort((first, second) => first - second);
    const key = sorted.join();
    const known = patterns.get(key);
    if (known !== undefined) {
      known.units += 1;
      continue;
    }
    const counts = new Map<number, number>();
    for (const place of sorted) counts.set(place, (counts.get(place) ?? 0) + 1);
    patterns.set(key, { counts: [...counts], ratings: ratings.length, units: 1 });
  }
  return [...patterns.values()];
}

/** Adds units of a pattern to the coincidences, or takes them away where `units` is negative. */
function addUnits({ pairs, totals }: Coincidences, { counts, ratings }: UnitPattern, units: number): void {
  for (const [place, count] of counts) {
    totals[place] = (totals[place] ?? 0) + units * count;
    const row = pairs[place] ?? [];
    for (const [other, otherCount] of counts) {
      if (other !== place) row[other] = (row[other] ?? 0) + (units * count * otherCount) / (ratings - 1);
    }
  }
}

/** Alpha, or undefined where only one value is left. */
function alphaOf({ values, pairs, totals }: Coincidences, level: MeasurementLevel): number | undefined {
  const ratings = totals.reduce((total, count) => total + count, 0);
  let observed = 0;
  let expected = 0;
  for (const [place, count] of totals.entries()) {
    if (count === 0) continue;
    let between = 0;
    for (let other = place + 1; other < totals.length; other += 1) {
      const otherCount = totals[other] ?? 0;
      if (otherCount === 0) continue;
      const squared = squaredDistance(
        level,
        count,
        otherCount,
        between,
        (values[other] ?? 0) - (values[place] ?? 0),
      );
      observed += squared * (pairs[place]?.[other] ?? 0);
      expected += squared * count * otherCount;
      between += otherCount;
    }
  }
  return expected === 0 ? undefined : 1 - ((ratings - 1) * observed) / expected;
}

/** Ordinal: ratings between two values, half of their own included. Interval: the distance itself. */
function squaredDistance(
  level: MeasurementLevel,
  count: number,
  otherCount: number,
  between: number,
  distance: number,
): number {
  if (level === 'nominal') return 1;
  return level === 'ordinal' ? ((count + otherCount) / 2 + between) ** 2 : distance ** 2;
}
