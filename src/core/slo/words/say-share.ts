import { capitalised } from '../../first-letter.ts';
import { day, hour, minute } from '../../time.ts';
import { formatNumber, formatPercent } from './format.ts';

/** Shares and times as people say them: what the plain sentence of an alarm is made of. */

/** What is counted and what it is to be a bad one: `answer`, `answers`, `was bad`, `were bad`. */
export interface BadWords {
  readonly one: string;
  readonly many: string;
  readonly was: string;
  readonly were: string;
}

interface Fraction {
  readonly top: number;
  readonly bottom: number;
}

/** A fraction is near enough that is off by so much of the share itself. */
const nearEnough = 0.07;

/** Bottoms of fractions that people say: two in seven is none of them. */
const bottoms = [2, 3, 4, 5, 6, 7, 8, 9, 10];
const bottomsOfMany = [3, 4, 5, 10];

/**
 * `One answer in three was bad`; `two answers in five were bad`; `35% of answers were bad` where no small fraction is near;
 * `no answer was bad`.
 *
 * @param share in [0, 1]
 */
export function sayRate(share: number, words: BadWords): string {
  if (!(share > 0)) return `No ${words.one} ${words.was}`;
  if (share >= 1) return `All ${words.many} ${words.were}`;
  const fraction = findFraction(share);
  if (fraction === undefined) return `${formatShareRounded(share)} of ${words.many} ${words.were}`;
  const { top, bottom } = fraction;
  return capitalised(
    top === 1
      ? `one ${words.one} in ${sayNumber(bottom)} ${words.was}`
      : `${sayNumber(top)} ${words.many} in ${sayNumber(bottom)} ${words.were}`,
  );
}

/** `one in eighteen`, `35%`, `none`, `all`. @param share in [0, 1] */
export function sayShare(share: number): string {
  if (!(share > 0)) return 'none';
  if (share >= 1) return 'all';
  const fraction = findFraction(share);
  if (fraction === undefined) return formatShareRounded(share);
  return `${sayNumber(fraction.top)} in ${sayNumber(fraction.bottom)}`;
}

/** `six hours`, `30 minutes`, `day`, `seven days`: what stands after "the last". */
export function sayDuration(milliseconds: number): string {
  if (milliseconds === day) return '24 hours';
  if (milliseconds >= 2 * day) return sayCount(milliseconds / day, 'day');
  if (milliseconds >= hour) return sayCount(milliseconds / hour, 'hour');
  return sayCount(milliseconds / minute, 'minute');
}

/** `in the last hour`, `in the last six hours`. */
export function sayLast(milliseconds: number): string {
  return `in the last ${sayDuration(milliseconds).replace(/^one /, '')}`;
}

function sayCount(value: number, unit: string): string {
  const rounded = Number(value.toFixed(1));
  return `${sayNumber(rounded)} ${unit}${rounded === 1 ? '' : 's'}`;
}

const names =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );

/** `six`; `30` over twenty. */
export function sayNumber(value: number): string {
  return names[value] ?? formatNumber(value);
}

function findFraction(share: number): Fraction | undefined {
  const alone = 1 / share;
  // Rare ones are said alone, in round numbers: one in 40, one in 1,200.
  if (alone > 10)
    return { top: 1, bottom: alone < 20 ? Math.round(alone - 0.01) : Number(alone.toPrecision(2)) };
  const candidates = [
    ...bottoms.map((bottom) => ({ top: 1, bottom })),
    ...bottomsOfMany.map((bottom) => ({ top: Math.round(share * bottom), bottom })),
  ];
  return candidates.find(
    ({ top, bottom }) =>
      top > 0 && top < bottom && Math.abs(top / bottom - share) <= nearEnough * Math.min(share, 1 - share),
  );
}

/** Whole per cent, as long as that says neither none nor all. */
function formatShareRounded(share: number): string {
  return share > 0.99 || share < 0.01 ? formatPercent(share) : `${Math.round(100 * share)}%`;
}
