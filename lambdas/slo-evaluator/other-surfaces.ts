import type { SurfaceContent, SurfaceTotals } from '#adapters/dynamodb/surface-states.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import type { ControlReading } from '#core/series/control.ts';
import { hour } from '#core/time.ts';
import type { EvaluatedSurface } from './category-health.ts';
import type { StoredSurface } from './slo-reading.ts';

/** What was found of a surface longer ago says nothing of now. */
const longestBelieved = hour;

/** A surface that another tick, or another evaluator, evaluated last. */
export interface OtherSurface extends EvaluatedSurface {
  readonly totals: SurfaceTotals | undefined;
}

/**
 * The surfaces of a stage that a tick does not evaluate, as they were left by those that did; what was left too long ago
 * is unmeasured.
 *
 * @param before what the last ticks left, by surface
 * @param isEvaluated whether the tick evaluates a surface itself
 */
export function findOthers(
  { surfaces }: Catalogue,
  control: ControlReading,
  before: ReadonlyMap<string, SurfaceContent>,
  isEvaluated: (surface: string) => boolean,
  now: number,
): OtherSurface[] {
  return surfaces.flatMap((surface) => {
    const name = surface.surface;
    if (isEvaluated(name)) return [];
    const content = before.get(name);
    const isFresh = (control.surfaces.get(name)?.tick ?? 0) > now - longestBelieved;
    if (content === undefined || !isFresh) return [{ surface, stored: {}, totals: undefined }];
    return [{ surface, stored: content.slos as StoredSurface, totals: content.totals }];
  });
}
