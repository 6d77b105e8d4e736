import type { Rubric } from '../rubric/rubric.ts';
import type { SeriesSet } from '../series/series-set.ts';
import { weighedVerdicts } from '../series/weighed-verdicts.ts';
import { buildSeries, type CountSeries } from '../slo/rules/count-series.ts';
import { humanRate } from '../slo/rules/human-rate.ts';
import type { RatedTimes } from '../slo/rules/slo-calibration.ts';
import { day, dayStart } from '../time.ts';

/**
 * The rated responses as a series, a bucket a day at its end: as many events as the day's ratings are worth, of which
 * the post-stratified share is good. Days where a verdict has no rating are left out.
 */
export function ratedSeries(
  calibration: RatedTimes,
  seriesSet: SeriesSet,
  surface: string,
  rubric: Rubric | undefined,
): CountSeries {
  if (rubric === undefined) return buildSeries([]);
  const buckets = Object.keys(calibration.days).flatMap((key) => {
    const from = dayStart(key);
    const to = from + day;
    const { good, total } = weighedVerdicts(seriesSet, { surface, rubric, from, to });
    const rate = total === 0 ? null : humanRate(calibration, { from, to, judged: total, judgePassed: good });
    return rate === null ? [] : [{ at: to - 1, good: rate.value * rate.ratings, total: rate.ratings }];
  });
  return buildSeries(buckets);
}
