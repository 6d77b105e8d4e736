import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import type { Surface } from '#core/catalogue/catalogue.ts';
import { byEndState, endStates } from '#core/judging/judgement.ts';
import { dimension, metric } from '#core/names.ts';
import { type SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { endStateOf, rescoredEndOf } from '#core/series/verdict-sums.ts';
import { countsOf, isSliced, mayHaveNoEvents } from '#core/slo/definition/sli-kinds.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { day, hour } from '#core/time.ts';
import type { AnchorWatch } from './anchor-watch.ts';
import type { SloReading, StoredSurface } from './slo-reading.ts';

/** Below this many expected samples a share off its rate may be chance. */
const leastExpectedSamples = 400;

/** Over which ends without a verdict are looked at, and how many ends tell anything. */
const endsWindow = 6 * hour;
const leastEnds = 50;

/** Every gauge of a surface at a tick. */
export function surfacePoints(
  surface: Surface,
  stored: StoredSurface,
  seriesSet: SeriesSet,
  now: number,
): Point[] {
  const points = surface.slos.flatMap((slo) => {
    const reading = stored[slo.id]?.reading;
    return reading === undefined ? [] : sloPoints(slo, reading, now);
  });
  const where = { [dimension.surface]: surface.surface };
  // What every response is counted for has events while there is traffic: its silence means that data is missing.
  const silent = surface.slos.filter(
    ({ id, sli }) => isSliced(sli) && !mayHaveNoEvents(sli) && stored[id]?.reading.measured === false,
  );
  // A surface that has never sent anything is not silent, it is not there yet.
  const begun = (seriesSet.slices(surface.surface).get('*')?.size ?? 0) > 0;
  points.push({
    name: metric.unmeasuredSlos,
    dimensions: where,
    values: [begun ? silent.length : 0],
    at: now,
  });
  if (surface.slos.some(({ sli }) => countsOf(sli) === 'verdicts'))
    points.push({
      name: metric.unjudgedShare,
      dimensions: where,
      values: [unjudgedShare(surface, seriesSet, now)],
      at: now,
    });
  const share = sampledShare(surface, seriesSet, now);
  if (share !== undefined)
    points.push({ name: metric.sampledShare, dimensions: where, values: [share], at: now });
  return points;
}

function sloPoints(slo: Slo, reading: SloReading, now: number): Point[] {
  const where = { [dimension.surface]: slo.surface, [dimension.slo]: slo.id };
  const points: Point[] = slo.severities.map((severity) => ({
    name: metric.pressure,
    dimensions: { ...where, [dimension.severity]: severity },
    values: [reading.pressure[severity]],
    at: now,
  }));
  const gauge = (name: string, value: number | null | undefined) => {
    if (value !== null && value !== undefined)
      points.push({ name, dimensions: where, values: [value], at: now });
  };
  const value = reading.calibrated?.value ?? reading.raw.value;
  gauge(metric.events, reading.raw.total);
  gauge(metric.sli, value);
  // Where nothing is corrected, the raw SLI is the SLI.
  if (slo.calibration === 'required') gauge(metric.sliRaw, reading.raw.value);
  gauge(metric.sliLower, reading.calibrated?.lower);
  gauge(metric.sliUpper, reading.calibrated?.upper);
  gauge(metric.budgetLeft, reading.budgetLeft);
  gauge(metric.burnRate, reading.burn);
  // Raw against raw: the week before has no calibration of its own.
  const { value: raw } = reading.raw;
  gauge(metric.sliChange, raw === null || reading.weekBefore === null ? null : raw - reading.weekBefore);
  if (slo.calibration === 'required')
    gauge(metric.calibrationValid, reading.calibration.state === 'valid' ? 1 : 0);
  return points;
}

/** Share of judgeable responses that were sampled, zoomed ones by their weight, over the surface's rate, for the last day; undefined for thin traffic. */
function sampledShare(surface: Surface, seriesSet: SeriesSet, now: number): number | undefined {
  const total = (name: string) => sumColumn(seriesSet.column(surface.surface, '*', name), now - day, now);
  const expected = total('judgeable') * surface.sampleRate;
  const sampled = total('sampled') - total('less:sampled');
  return expected < leastExpectedSamples ? undefined : sampled / expected;
}

/** Share of the judgements that ended in the last 6 hours that ended without a verdict; 0 for too few to tell. */
function unjudgedShare({ surface }: Surface, seriesSet: SeriesSet, now: number): number {
  const ended = byEndState(() => 0);
  for (const [name, column] of seriesSet.slices(surface).get('*') ?? []) {
    const state = endStateOf(name);
    if (state !== undefined) ended[state] += sumColumn(column, now - endsWindow, now);
    const rescored = rescoredEndOf(name);
    if (rescored !== undefined) ended[rescored] -= sumColumn(column, now - endsWindow, now);
  }
  const total = endStates.reduce((sum, state) => sum + ended[state], 0);
  return total < leastEnds ? 0 : (total - ended.judged) / total;
}

/** How far each judge's anchors are from saying that it moved: 1 and over says so. 0 while nothing is known. */
export function driftPoints(anchors: Pick<AnchorWatch, 'judges' | 'readStatus'>, now: number): Point[] {
  return [...anchors.judges.values()].map((rubric) => {
    const { context, reading } = anchors.readStatus(rubric);
    const pressure = reading?.pressure ?? 0;
    const value = context?.state === 'moved' ? Math.max(1, pressure) : Math.min(0.99, pressure);
    return {
      name: metric.judgeDrift,
      dimensions: { [dimension.rubric]: rubric.id },
      values: [value],
      at: now,
    };
  });
}

/** Of a surface that could not be evaluated: all its SLOs are unmeasured, and their alarms hold. */
export function unmeasuredPoint({ surface, slos }: Surface, now: number): Point[] {
  if (slos.length === 0) return [];
  return [
    {
      name: metric.unmeasuredSlos,
      dimensions: { [dimension.surface]: surface },
      values: [slos.length],
      at: now,
    },
  ];
}
