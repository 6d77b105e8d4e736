import { type ScoreCounts, scoreShift } from '#core/calibration/score-shift.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { usualCount } from '#core/series/weighed-verdicts.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { formatDuration, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { day, hour } from '#core/time.ts';
import type { SurfaceInput } from '../surface-input.ts';

/** The last hours are held against the rated time; a day of them where traffic is thin. */
const recent = [6 * hour, day];

/**
 * Says, where it is so, that the judge's scores are distributed otherwise than when people rated them. That asks for
 * ratings and changes no state: a real regression moves the scores as well.
 */
export function describeScoreShift(
  { seriesSet, surface, now }: SurfaceInput,
  rubric: Rubric | undefined,
  calibration: SloCalibration | undefined,
  designEffect: number,
): string | undefined {
  const rated = calibration?.rated;
  if (rubric === undefined || calibration?.state !== 'valid' || rated === undefined) return undefined;
  const scores = (from: number, to: number) => countScores(seriesSet, surface.surface, rubric, from, to);
  const before = scores(rated.from, rated.to);
  for (const width of recent) {
    const shift = scoreShift(before, scores(now - width, now), designEffect);
    if (shift === undefined) continue;
    const { index, threshold, moved } = shift;
    // Of one score on both sides there is nothing to compare.
    if (!(index > threshold)) return undefined;
    return (
      `the judge's scores are distributed otherwise than when people rated them: score ${moved.score} was given to ` +
      `${formatPercent(moved.before)} of the responses then and to ${formatPercent(moved.now)} over the last ${formatDuration(width)} ` +
      `(stability index ${formatNumber(index)}; chance makes ${formatNumber(threshold)} in 1 of 1,000): draw and rate a new batch`
    );
  }
  return undefined;
}

function countScores(
  seriesSet: SeriesSet,
  surface: string,
  rubric: Rubric,
  from: number,
  to: number,
): ScoreCounts {
  const prefix = verdictColumn(rubric, 'score0').slice(0, -1);
  const counts = new Map<number, number>();
  const stretch = { surface, rubric, from, to };
  for (const name of seriesSet.slices(surface).get('*')?.keys() ?? []) {
    if (!name.startsWith(prefix)) continue;
    const score = Number(name.slice(prefix.length));
    const count = usualCount(seriesSet, stretch, `score${score}`);
    if (count > 0) counts.set(score, count);
  }
  return counts;
}
