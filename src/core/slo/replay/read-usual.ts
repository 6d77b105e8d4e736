import { day } from '../../time.ts';
import type { CountSeries, Counts } from '../rules/count-series.ts';

/** Good events out of all of whole days, weighted, and on how many of them there were any: what is usual for a series. */
export function readUsual(series: CountSeries, from: number, to: number): Counts & { readonly days: number } {
  let days = 0;
  for (let at = from; at < to; at += day) if (series.between(at, at + day).total > 0) days += 1;
  return { ...series.weighed(from, to), days };
}
