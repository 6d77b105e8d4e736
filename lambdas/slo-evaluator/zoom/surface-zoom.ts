import { sloRubric } from '#core/catalogue/catalogue.ts';
import { mostZoom, zoomBudgetUsd } from '#core/catalogue/zoom.ts';
import { presentJudgeName } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { ControlReading } from '#core/series/control.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { weighedVerdicts } from '#core/series/weighed-verdicts.ts';
import { baselinePeriod } from '#core/slo/alarms/baseline.ts';
import { decideZoom, pressureOf, type ZoomedSlo } from '#core/slo/alarms/decide-zoom.ts';
import { measuredEffect } from '#core/slo/alarms/evaluate-slo.ts';
import { readZoomState, type ZoomState } from '#core/slo/alarms/zoom-state.ts';
import { countsOf } from '#core/slo/definition/sli-kinds.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { day, dayKey, floorTo } from '#core/time.ts';
import type { StoredSlo, StoredSurface } from '../slo-reading.ts';
import type { SurfaceInput } from '../surface-input.ts';

/**
 * By how much a surface is sampled more than usual until the next tick.
 *
 * @param stored what this tick leaves of its SLOs
 * @param before what the tick before left of its zoom
 * @param spent by day; undefined where it is not known
 * @returns undefined of a surface that is never zoomed
 */
export function decideSurfaceZoom(
  input: SurfaceInput,
  stored: StoredSurface,
  before: unknown,
  spent: ControlReading['spending'] | undefined,
): ZoomState | undefined {
  const { surface, catalogue, now } = input;
  const most = mostZoom(surface);
  if (!(most > 1)) return undefined;
  const slos = surface.slos.flatMap((slo) => {
    const rubric = sloRubric(catalogue, slo);
    const left = stored[slo.id];
    const isJudged = countsOf(slo.sli) === 'verdicts' && rubric !== undefined && left !== undefined;
    return isJudged ? zoomedSlo(input, slo, rubric, left) : [];
  });
  const usedUsd = spent && (spent.get(dayKey(now))?.zoomedUsd ?? 0);
  const budget = { usedUsd, mayUseUsd: zoomBudgetUsd(catalogue) };
  return decideZoom({ most, slos, budget, previous: readZoomState(before), now });
}

function zoomedSlo(
  { seriesSet, measurer, now }: SurfaceInput,
  slo: Slo,
  rubric: Rubric,
  { state, reading }: StoredSlo,
): ZoomedSlo[] {
  const measurement = measurer.measure(slo, rubric, now, baselinePeriod(slo, undefined, now));
  if (measurement.kind !== 'counts' || slo.objective === null) return [];
  const { surface, id, objective } = slo;
  const judged = () => seriesSet.column(surface, '*', verdictColumn(rubric, 'judged')).keys();
  return [
    {
      id,
      objective,
      judge: presentJudgeName(rubric),
      series: measurement.series,
      designEffect: measuredEffect(state.dispersion),
      readUsual: (from, to) => {
        const days = new Set<number>();
        for (const at of judged()) if (at >= from && at < to) days.add(floorTo(at, day));
        return { ...weighedVerdicts(seriesSet, { surface, rubric, from, to }), days: days.size };
      },
      pressure: pressureOf(slo, reading),
    },
  ];
}
