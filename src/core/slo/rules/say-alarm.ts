import { lowered } from '../../first-letter.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import { ceilTo, floorTo, hour } from '../../time.ts';
import { badWordsOf } from '../definition/sli-kinds.ts';
import { looksBack, normalLooksBack, type Slo } from '../definition/slo.ts';
import { sayDuration, sayLast, sayRate, sayShare } from '../words/say-share.ts';
import type { AlarmWindow, AlarmWindowInput } from './alarm-window.ts';
import { effectOn } from './design-effect.ts';
import { reportRate } from './reported-rate.ts';
import type { CalibrationState } from './slo-calibration.ts';

/** What an alarm is about, for somebody who never heard of a burn. */
export interface SaidAlarm {
  readonly slo: Slo;
  readonly window: AlarmWindow;
  /** How long ago its oldest event may be, milliseconds: less than the window where counting began anew. */
  readonly width: number;
  /** Bad share of the time before the alarm's window, 0 to 1; undefined where too little is known of it. */
  readonly normal: number | undefined;
  readonly cohort: string | undefined;
  /** `lasting`: found by what adds up over time. `spent`: a long budget is used up. `rate`: the rate of its window. */
  readonly kind: 'rate' | 'lasting' | 'spent';
  /** What nobody has checked is said to be so. */
  readonly unchecked: string | undefined;
}

/**
 * `One answer in three was bad in the last six hours; normal is one in eighteen.` Of the rate that is shown beside the alarm:
 * corrected by people where it can be.
 */
export function sayAlarm({ slo, window, width, normal, cohort, kind, unchecked }: SaidAlarm): string {
  const where = cohort === undefined ? '' : `In "${cohort}": `;
  const words = badWordsOf(slo.sli);
  if (words === undefined || !(window.total > 0))
    return `${where}${kind === 'spent' ? 'The budget is spent' : 'It went wrong before'}, and nothing came ${sayLast(width)}.`;
  const bad = badShareOf(window);
  const rate = `${sayRate(bad, words)} ${sayLast(width)}`;
  const opening = {
    rate: '',
    lasting: 'A lasting drop: ',
    spent: `The error budget of ${sayDuration(window.width)} is spent: `,
  }[kind];
  const lead = `${where}${opening}`;
  return `${lead}${lead === '' ? rate : lowered(rate)}; ${sayNormal(slo, bad, normal)}.${unchecked === undefined ? '' : ` ${unchecked}`}`;
}

/** As people would count them, where ratings tell. */
export function badShareOf({
  good,
  total,
  calibrated,
}: Pick<AlarmWindow, 'good' | 'total' | 'calibrated'>): number {
  return 1 - (calibrated?.value ?? good / total);
}

/**
 * The bad share of the 14 days before an alarm's window, as it is shown: what is normal. In whole hours, as older counts are held.
 *
 * @param width of that window, milliseconds
 * @param raisedAt when the alarm began, so that what it is about does not become normal
 * @returns 0 to 1; undefined of fewer than 50 events
 */
export function readNormal(
  { slo, series, calibration, designEffect, now }: AlarmWindowInput & { readonly slo: Slo },
  width: number,
  raisedAt: number,
): number | undefined {
  const to = floorTo(raisedAt - width, hour);
  const from = Math.max(to - normalLooksBack, ceilTo(now - looksBack(slo), hour));
  const counts = series.weighed(from, to);
  const { good, total } = counts;
  if (!(total >= leastEvents)) return undefined;
  const effect = effectOn(designEffect, counts);
  const calibrated = reportRate(calibration, {
    good,
    total,
    from,
    to,
    designEffect: effect,
  });
  return badShareOf({ good, total, calibrated });
}

/** Why a judge's own counts are no more than that. */
export function describeUnchecked(state: CalibrationState | 'none' = 'missing'): string {
  return state === 'missing'
    ? 'That is by the judge alone: nobody has checked the judge yet.'
    : 'That is by the judge alone: what people checked of it does not hold now.';
}

/** What was usual before, where that is better and can be told from now; else what is allowed. */
function sayNormal(slo: Slo, bad: number, normal: number | undefined): string {
  if (normal !== undefined && normal < bad && sayShare(normal) !== sayShare(bad))
    return `normal is ${sayShare(normal)}`;
  return `the objective allows ${sayShare(1 - (slo.objective ?? 1))}`;
}
