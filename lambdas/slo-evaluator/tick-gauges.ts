import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import type { Catalogue, Surface } from '#core/catalogue/catalogue.ts';
import { retirements } from '#core/judges/retirement.ts';
import type { ControlReading, Turns } from '#core/series/control.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import type { AnchorWatch } from './anchor-watch.ts';
import { categoryPoints } from './category-health.ts';
import { driftPoints, surfacePoints, unmeasuredPoint } from './gauges.ts';
import type { OtherSurface } from './other-surfaces.ts';
import { evaluatorPoints, healthPoints } from './pipeline-gauges.ts';
import type { Evaluated } from './store-surfaces.ts';
import type { TickFaults } from './tick-faults.ts';

export interface TickGaugesInput {
  readonly evaluated: readonly Evaluated[];
  /** All other surfaces of the stage; undefined where another evaluator tells of all together. */
  readonly others: readonly OtherSurface[] | undefined;
  /** The evaluator's own. */
  readonly surfaces: readonly Surface[];
  readonly anchors: Pick<AnchorWatch, 'judges' | 'readStatus'>;
  readonly catalogue: Catalogue;
  readonly seriesSet: SeriesSet;
  readonly control: ControlReading;
  /** Of each day; undefined where it could not be read, and then it has no gauges. */
  readonly spending: ControlReading['spending'] | undefined;
  readonly faults: TickFaults;
  /** Verdicts newly found to be too late for their hour. */
  readonly late: number;
  readonly turns: Turns | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Every gauge of a tick but the marks and the heartbeat. */
export function tickPoints(input: TickGaugesInput): Point[] {
  const { evaluated, others, surfaces, anchors, seriesSet, control, spending, faults } = input;
  const { catalogue, late, turns, now } = input;
  const isWell = ({ surface }: OtherSurface) => !faults.has(surface.surface);
  return [
    ...evaluated.flatMap(({ surface, stored }) => surfacePoints(surface, stored, seriesSet, now)),
    ...surfaces.flatMap((surface) => (faults.has(surface.surface) ? unmeasuredPoint(surface, now) : [])),
    ...categoryPoints(evaluated, others?.filter(isWell), now),
    ...evaluatorPoints(late, turns, now),
    ...(others === undefined
      ? []
      : [
          ...driftPoints(anchors, now),
          ...healthPoints(
            { ...control, spending, retiring: retirements(catalogue, control.shutdowns, now) },
            [...evaluated, ...others].flatMap(({ totals }) => totals ?? []),
            now,
          ),
        ]),
  ];
}
