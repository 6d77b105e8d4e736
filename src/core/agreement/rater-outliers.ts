import type { RatedResponse } from './rated-response.ts';

/** A rater whose answers stand out from those of the others on the same responses. */
export interface RaterOutlier {
  readonly raterId: string;
  /** Answers of others that theirs were held against. */
  readonly pairs: number;
  /** `distance`: far from the others, who are near each other; `level`: on one side of them. */
  readonly kind: 'distance' | 'level';
  /** Points of the scale: the mean distance from the others, or how much higher (below 0: lower) they rate. */
  readonly points: number;
  /** Points that the others lie from each other without this rater. */
  readonly others: number;
}

/** With fewer answers side by side nobody is named. */
const leastPairs = 20;

/** Less than this is a matter of taste. Points. */
const leastPoints = 0.5;

/** Standard errors: a chance of about 1 in 1,000, shared by all raters. */
const surely = 3.3;

/** Who rates higher by most of the distance is high and not scattered. */
const mostlyLevel = 0.7;

interface Sum {
  count: number;
  total: number;
  squares: number;
}

/**
 * Raters who stand out, by leaving each out in turn: whose distance from the others is larger than that of the others from
 * each other, or who rate higher or lower than all. Of two raters nobody can say which; with fewer than three nobody is named.
 */
export function findOutliers(responses: readonly RatedResponse[]): RaterOutlier[] {
  const all = emptySum();
  const distances = new Map<string, Sum>();
  const levels = new Map<string, Sum>();
  for (const { ratings } of responses)
    for (const [place, one] of ratings.entries())
      for (const other of ratings.slice(place + 1)) {
        const distance = Math.abs(one.score - other.score);
        add(all, distance);
        for (const [rater, against] of [
          [one, other],
          [other, one],
        ] as const) {
          add(sumOf(distances, rater.raterId), distance);
          add(sumOf(levels, rater.raterId), rater.score - against.score);
        }
      }
  if (distances.size < 3) return [];
  return [...distances.keys()].sort().flatMap((raterId): RaterOutlier[] => {
    const own = sumOf(distances, raterId);
    const others = without(all, own);
    if (own.count < leastPairs || others.count < leastPairs) return [];
    const level = meanOf(sumOf(levels, raterId));
    const apart = meanOf(own) - meanOf(others);
    const isFar = apart >= leastPoints && apart >= surely * Math.hypot(errorOf(own), errorOf(others));
    const isAside =
      Math.abs(level) >= leastPoints &&
      Math.abs(level) >= surely * errorOf(sumOf(levels, raterId)) &&
      isAlone(levels, raterId);
    if (!isFar && !isAside) return [];
    const found = { raterId, pairs: own.count, others: meanOf(others) };
    const isLevel = isAside && Math.abs(level) >= mostlyLevel * meanOf(own);
    return [
      isLevel
        ? { ...found, kind: 'level', points: level }
        : { ...found, kind: 'distance', points: meanOf(own) },
    ];
  });
}

/** Whether nobody else lies as far from the others on average: who is between two is not the one. */
function isAlone(levels: ReadonlyMap<string, Sum>, raterId: string): boolean {
  const own = levels.get(raterId);
  if (own === undefined) return false;
  return [...levels].every(
    ([other, sum]) => other === raterId || Math.abs(meanOf(sum)) <= Math.abs(meanOf(own)) * 0.9,
  );
}

function emptySum(): Sum {
  return { count: 0, total: 0, squares: 0 };
}

function sumOf(sums: Map<string, Sum>, name: string): Sum {
  const sum = sums.get(name) ?? emptySum();
  sums.set(name, sum);
  return sum;
}

function add(sum: Sum, value: number): void {
  sum.count += 1;
  sum.total += value;
  sum.squares += value * value;
}

function without(all: Sum, own: Sum): Sum {
  return {
    count: all.count - own.count,
    total: all.total - own.total,
    squares: all.squares - own.squares,
  };
}

function meanOf({ count, total }: Sum): number {
  return total / count;
}

/** The standard error of a mean; never under that of a quarter of a point, for some always agree. */
function errorOf(sum: Sum): number {
  const variance = sum.squares / sum.count - meanOf(sum) ** 2;
  return Math.sqrt(Math.max(1 / 16, variance) / sum.count);
}
