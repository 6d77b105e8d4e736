import type { Tally } from '../../statistics/binomial.ts';
import { type Dispersion, leastEventsOfHour, measureDispersion } from '../../statistics/dispersion.ts';
import { day, floorTo, hour } from '../../time.ts';
import { dispersionLooksBack } from '../definition/slo.ts';
import type { CountSeries } from '../rules/count-series.ts';
import { earlyDispersion } from './early-dispersion.ts';
import type { AlarmsState, DispersionState } from './state.ts';

/** Whole days without an alarm that dispersion is measured on. */
const daysMeasured = 14;

/** How far back they may lie. */
const farthest = dispersionLooksBack / day;

/** Of hours with 5 events or more; with fewer of them an early look stands. */
const leastHours = 48;

/**
 * How much more a ratio varies than independent events would, from its own series: of the last 14 whole days without an
 * alarm, found anew each day, held while an alarm stands. An outage is no dispersion: a day in which an alarm stood is
 * left out. What is measured is uncertain itself, and too small a factor rings falsely, so it is taken larger the more surely it
 * exceeds 1 ({@link Dispersion.upper}). With half of the excess more a judge's page of conversations of 10 at 500 a day rang falsely in
 * .011 of healthy months, with this in .004 (simulated, 1,200), and a drop of plain data to .80 takes 23 h as before. Zoomed hours are measured apart: there the factor is another.
 * Until there are 48 hours to measure, it is looked at anew each hour, as {@link earlyDispersion} has it.
 *
 * @param previous the alarms as the tick before left them, and when that was
 * @param assumed what conversations are taken to make of it, at least 1
 */
export function findDispersion(
  previous: Pick<AlarmsState, 'alarms' | 'dispersion' | 'at'> | undefined,
  series: CountSeries,
  now: number,
  assumed = 1,
): DispersionState {
  const today = floorTo(now, day);
  const known = previous?.dispersion;
  const stands = Object.values(previous?.alarms ?? {}).some(({ raisedAt }) => raisedAt !== undefined);
  const alarmDays = (known?.alarmDays ?? []).filter((at) => at >= today - farthest * day && at !== today);
  const kept = { ...known, day: today, alarmDays: stands ? [...alarmDays, today] : (known?.alarmDays ?? []) };
  const isDue = known === undefined || previous === undefined || now >= measuredUntil(known, previous.at);
  if (known !== undefined && (stands || !isDue)) return kept;
  const quiet: number[] = [];
  for (let back = 1; back <= farthest && quiet.length < daysMeasured; back += 1) {
    const at = today - back * day;
    if (!alarmDays.includes(at)) quiet.push(at);
  }
  const found = { day: today, alarmDays: kept.alarmDays, ...measureHours(series, quiet) };
  if (found.factor !== undefined) return found;
  const sofar = [...quiet.toReversed(), ...(kept.alarmDays.includes(today) ? [] : [today])];
  return { ...found, ...earlyDispersion(usualHours(series, sofar, now), { assumed, below: leastHours }) };
}

/** Until when a look at it serves, that was taken at an instant: the next day, or the next hour where it was an early one. */
export function measuredUntil(dispersion: DispersionState, at: number): number {
  return isEarly(dispersion) ? floorTo(at, hour) + hour : dispersion.day + day;
}

/** Whether more of it is assumed than measured. */
export function isEarly({ factor, hours = leastHours }: DispersionState): boolean {
  return factor === undefined || hours < leastHours;
}

/** The hours of some days that are over and were not zoomed. */
function usualHours(series: CountSeries, days: readonly number[], now: number): Tally[] {
  const hours: Tally[] = [];
  for (const start of days)
    for (let at = start; at < start + day && at + hour <= now; at += hour) {
      const { good, total, zoom } = series.weighed(at, at + hour);
      if (zoom === undefined) hours.push({ passes: Math.min(good, total), events: total });
    }
  return hours;
}

type Measured = Partial<Pick<Dispersion, 'factor' | 'hours'>> & Pick<DispersionState, 'zoomed'>;

function measureHours(series: CountSeries, days: readonly number[]): Measured {
  const usual: Tally[] = [];
  const zoomed: Tally[] = [];
  let factors = 0;
  for (const start of days)
    for (let at = start; at < start + day; at += hour) {
      const weighed = series.weighed(at, at + hour);
      const { zoom } = weighed;
      const { good, total } = zoom === undefined ? weighed : series.between(at, at + hour);
      if (zoom !== undefined && total >= leastEventsOfHour) factors += zoom.factor;
      (zoom === undefined ? usual : zoomed).push({ passes: Math.min(good, total), events: total });
    }
  const own = measure(zoomed);
  const factor = own?.hours === undefined ? 1 : factors / own.hours;
  return {
    ...measure(usual),
    ...(own?.hours !== undefined && factor > 1 && { zoomed: { ...own, atFactor: factor } }),
  };
}

function measure(hours: readonly Tally[]): { factor: number; hours?: number } | undefined {
  const found = measureDispersion(hours);
  // Hours that are all alike vary no more than chance has it.
  if (!found.ok)
    return hours.filter(({ events }) => events >= leastEventsOfHour).length >= leastHours
      ? { factor: 1 }
      : undefined;
  return found.hours >= leastHours ? { factor: found.upper, hours: found.hours } : undefined;
}
