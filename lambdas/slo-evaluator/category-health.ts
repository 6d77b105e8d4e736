import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import type { Surface } from '#core/catalogue/catalogue.ts';
import { type Category, categories, dimension, metric } from '#core/names.ts';
import { type Health, healthLevels, healthOf, worstHealth } from '#core/slo/alarms/health.ts';
import type { StoredSurface } from './slo-reading.ts';

/** A surface with what this tick found of its SLOs. */
export interface EvaluatedSurface {
  readonly surface: Surface;
  readonly stored: StoredSurface;
}

/**
 * The health of each category, of each surface and of all together: what a dashboard colours.
 *
 * @param others surfaces that count in what is told of all together, which others evaluated, or another tick; undefined
 *   where somebody else tells of all
 */
export function categoryPoints(
  evaluated: readonly EvaluatedSurface[],
  others: readonly EvaluatedSurface[] | undefined,
  now: number,
): Point[] {
  const gauge = (dimensions: Point['dimensions'], all: readonly Health[]): Point => ({
    name: metric.health,
    dimensions,
    values: [healthLevels[worstHealth(all)]],
    at: now,
  });
  return categories.flatMap((category) => {
    const own = evaluated
      .map((each) => ({ name: each.surface.surface, healths: healthsOf(each, category) }))
      .filter(({ healths }) => healths.length > 0);
    const all = [
      ...own.flatMap(({ healths }) => healths),
      ...(others ?? []).flatMap((each) => healthsOf(each, category)),
    ];
    return [
      ...(others === undefined || all.length === 0 ? [] : [gauge({ [dimension.category]: category }, all)]),
      ...own.map(({ name, healths }) =>
        gauge({ [dimension.surface]: name, [dimension.category]: category }, healths),
      ),
    ];
  });
}

function healthsOf({ surface, stored }: EvaluatedSurface, category: Category): Health[] {
  return surface.slos
    .filter((slo) => slo.category === category)
    .map(({ id }) => healthOf(stored[id]?.reading));
}
