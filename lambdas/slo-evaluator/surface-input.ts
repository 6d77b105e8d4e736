import type { Calibration } from '#core/calibration/calibration.ts';
import type { Catalogue, Surface } from '#core/catalogue/catalogue.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { ControlReading } from '#core/series/control.ts';
import type { SloMeasurer } from '#core/series/measure-slo.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import type { AnchorStatus } from './anchor-watch.ts';
import type { StoredSurface } from './slo-reading.ts';

/** What the evaluation of a surface at a tick goes by. */
export interface SurfaceInput {
  readonly catalogue: Catalogue;
  readonly surface: Surface;
  readonly seriesSet: SeriesSet;
  readonly measurer: SloMeasurer;
  readonly control: ControlReading;
  readonly calibrations: readonly Calibration[];
  readonly previous: StoredSurface;
  readonly readAnchorStatus: (rubric: Rubric | undefined) => AnchorStatus;
  /** The tick, epoch milliseconds. */
  readonly now: number;
}
