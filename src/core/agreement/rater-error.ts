import { countOf } from '../count-of.ts';
import type { Computed, Interval } from '../statistics/outcome.ts';
import { notComputable } from '../statistics/outcome.ts';
import { createRandom, type RandomSource } from '../statistics/random.ts';
import { sum } from '../statistics/sums.ts';
import { passShare, type RatedResponse } from './rated-response.ts';

/** A share with its 95% interval, 0 to 1. */
export interface ErrorShare extends Interval {
  readonly estimate: number;
}

/** How raters themselves err, as far as two of them on the same response show it. */
export interface RaterError {
  /** Responses with two raters or more that it rests on. */
  readonly ratedTwice: number;
  /** The share of truly good responses that a rater passes, and of bad ones. */
  readonly passesGood: ErrorShare;
  readonly passesBad: ErrorShare;
  /** People's pass rate: of the calibration where it has one, else of these ratings as they came. */
  readonly given: number;
  /** What that would be without these errors. */
  readonly rate: ErrorShare;
}

/** So many responses must be rated twice before anything is said. */
export const leastRatedTwice = 50;

const resamples = 1_000;
const leastUsable = 0.9;

/** Of one of the judge's verdicts: how likely a rater passes, and how likely two raters of one response do. */
interface Moments {
  readonly one: number;
  readonly both: number;
}

/**
 * The raters' own error, by how two of them agree on what the judge passed and on what it failed: two populations of
 * different quality, in which raters err alike. It has as many unknowns as there are numbers, and takes raters to err
 * independently of each other, which hard cases belie: it is to be shown, and corrects nothing.
 *
 * Source: S. L. Hui and S. D. Walter 1980, Biometrics 36, with one error for all raters; the interval by bootstrap over
 * responses, the same for the same ratings.
 *
 * @param rate people's pass rate, 0 to 1; undefined for that of these ratings
 */
export function estimateRaterError(
  responses: readonly RatedResponse[],
  passMark: number,
  rate: number | undefined,
): Computed<RaterError> {
  const twice = responses.flatMap((response) => {
    const { judge, ratings } = response;
    if (judge?.score === undefined || ratings.length < 2) return [];
    const share = passShare(response, passMark);
    const passes = share * ratings.length;
    const both = (passes * (passes - 1)) / (ratings.length * (ratings.length - 1));
    return [{ judgePass: judge.score >= passMark, one: share, both }];
  });
  if (twice.length < leastRatedTwice)
    return notComputable(
      `${leastRatedTwice} responses with two raters are wanted, ${countOf(twice.length, 'is', 'are')} there: let a second person rate a part of a batch`,
    );
  const [failed, passed] = [false, true].map((pass) =>
    countKinds(twice.filter(({ judgePass }) => judgePass === pass)),
  );
  if (failed === undefined || passed === undefined) return notComputable('there are no verdicts');
  const found = solve(momentsOf(failed), momentsOf(passed));
  if (found === undefined)
    return notComputable(
      'two raters agree on what the judge passed and on what it failed in a way that no independent errors explain',
    );
  const random = createRandom('rater error');
  const samples = Array.from({ length: resamples }, () =>
    solve(momentsOf(resample(failed, random)), momentsOf(resample(passed, random))),
  ).flatMap((sample) => sample ?? []);
  if (samples.length < leastUsable * resamples)
    return notComputable(`${twice.length} responses with two raters are too few of these to tell`);
  const share = (read: (errors: Errors) => number): ErrorShare => {
    const values = samples.map(read).sort((a, b) => a - b);
    const at = (place: number) => values[Math.round(place * (values.length - 1))] ?? Number.NaN;
    return { estimate: read(found), lower: at(0.025), upper: at(0.975) };
  };
  const given = rate ?? sum(twice.map(({ one }) => one)) / twice.length;
  return {
    ok: true,
    ratedTwice: twice.length,
    passesGood: share(({ passesGood }) => passesGood),
    passesBad: share(({ passesBad }) => passesBad),
    given,
    rate: share((errors) => withoutErrors(given, errors)),
  };
}

interface Errors {
  readonly passesGood: number;
  readonly passesBad: number;
}

/**
 * Of each verdict, both = added x one - product, of the two shares added and multiplied: a line through two points.
 * Undefined where it has no roots between 0 and 1.
 */
function solve(failed: Moments | undefined, passed: Moments | undefined): Errors | undefined {
  if (failed === undefined || passed === undefined) return undefined;
  const width = passed.one - failed.one;
  if (Math.abs(width) < 1e-9) return undefined;
  const added = (passed.both - failed.both) / width;
  const product = added * passed.one - passed.both;
  const root = added * added - 4 * product;
  if (root <= 0) return undefined;
  const passesGood = (added + Math.sqrt(root)) / 2;
  const passesBad = (added - Math.sqrt(root)) / 2;
  // Chance puts shares a little over the edge.
  if (passesGood > 1.2 || passesBad < -0.2) return undefined;
  return { passesGood: clip(passesGood), passesBad: clip(passesBad) };
}

function withoutErrors(rate: number, { passesGood, passesBad }: Errors): number {
  return passesGood - passesBad < 0.02 ? rate : clip((rate - passesBad) / (passesGood - passesBad));
}

function clip(share: number): number {
  return Math.max(0, Math.min(1, share));
}

/** Responses on which raters agree alike: there are few kinds of them. */
interface Kind extends Moments {
  readonly count: number;
}

/** In an order that does not depend on that of the responses. */
function countKinds(responses: readonly Moments[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { one, both } of responses) {
    const name = `${one} ${both}`;
    kinds.set(name, { one, both, count: (kinds.get(name)?.count ?? 0) + 1 });
  }
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

function momentsOf(kinds: readonly Kind[]): Moments | undefined {
  const size = sum(kinds.map(({ count }) => count));
  if (size === 0) return undefined;
  const mean = (read: (moments: Moments) => number) =>
    sum(kinds.map((kind) => kind.count * read(kind))) / size;
  return { one: mean(({ one }) => one), both: mean(({ both }) => both) };
}

/** As many responses, drawn from these with replacement. */
function resample(kinds: readonly Kind[], random: RandomSource): Kind[] {
  let left = sum(kinds.map(({ count }) => count));
  let drawn = left;
  return kinds.map((kind) => {
    const count = left === 0 ? 0 : random.binomial(drawn, Math.min(1, kind.count / left));
    left -= kind.count;
    drawn -= count;
    return { ...kind, count };
  });
}
