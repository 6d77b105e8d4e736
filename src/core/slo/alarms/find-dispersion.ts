import type { Tally } from '../../statistics/binomial.ts';
import { type Dispersion, leastEventsOfHour, measureDispersion } from '../../statistics/dispersion.ts';
import { day, floorTo, hour } from '../../time.ts';
import type { CountSeries } from '../rules/count-series.ts';
import type { AlarmsState, DispersionState } from './state.ts';

/** Whole days without an alarm that dispersion is measured on. */
const daysMeasured = 7;

/** How far back they may lie. */
const farthest = 15;

/** Of hours with 5 events or more; with fewer of them the assumed design effect stands. */
export const leastHours = 48;

/**
 * How much more a ratio varies than independent events would, from its own series: of the last 7 whole days without an
 * alarm, found anew each day, held while an alarm stands. An outage is no dispersion: a day in which an alarm stood is
 * left out. What a week shows is uncertain itself, and too small a factor rings falsely: it is taken with one standard
 * error more. Conversations of 10 at 500 events a day ring in a third of the healthy months that they did without it,
 * a drop of plain data is found a tenth later (simulated). Zoomed hours are measured apart: there the factor is another.
 *
 * @param previous the alarms as the tick before left them
 * @returns `factor` is undefined until there are 48 hours to measure
 */
export function findDispersion(
  previous: Pick<AlarmsState, 'alarms' | 'dispersion'> | undefined,
  series: CountSeries,
  now: number,
): DispersionState {
  const today = floorTo(now, day);
  const known = previous?.dispersion;
  const stands = Object.values(previous?.alarms ?? {}).some(({ raisedAt }) => raisedAt !== undefined);
  const alarmDays = (known?.alarmDays ?? []).filter((at) => at >= today - farthest * day && at !== today);
  const kept = { ...known, day: today, alarmDays: stands ? [...alarmDays, today] : (known?.alarmDays ?? []) };
  if (known?.day === today || (stands && known !== undefined)) return kept;
  const quiet: number[] = [];
  for (let back = 1; back <= farthest && quiet.length < daysMeasured; back += 1) {
    const at = today - back * day;
    if (!alarmDays.includes(at)) quiet.push(at);
  }
  const measured = measureHours(series, quiet);
  return { day: today, alarmDays: kept.alarmDays, ...measured };
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
