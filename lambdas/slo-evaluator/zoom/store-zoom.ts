import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { SurfaceContent } from '#adapters/dynamodb/surface-states.ts';
import type { Surface } from '#core/catalogue/catalogue.ts';
import type { ControlReading } from '#core/series/control.ts';
import type { Share } from '#core/share.ts';
import { describeZoom } from '#core/slo/alarms/describe-zoom.ts';
import { readZoomState, type ZoomState } from '#core/slo/alarms/zoom-state.ts';
import { hour } from '#core/time.ts';
import type { TickFaults } from '../tick-faults.ts';

/** What is set holds so long without another word of the evaluator. */
const holdsFor = hour;

/** What a tick knows of its surfaces' zoom. */
interface ZoomTick {
  readonly faults: TickFaults;
  readonly before: ReadonlyMap<string, SurfaceContent>;
  readonly control: Pick<ControlReading, 'zooms' | 'surfaces'>;
  readonly now: number;
}

/** A surface that the tick could evaluate. */
interface ZoomedSurface {
  readonly surface: Surface;
  readonly zoom: ZoomState | undefined;
}

interface ZoomDependencies {
  readonly store: Pick<SeriesStore, 'writeZoom'>;
  readonly share: Share;
  readonly warn: (message: string) => void;
}

/**
 * Tells the sampler how much of each surface to take, where that is or was not as usual, and the log what changed.
 *
 * @param surfaces all of this evaluator
 */
export async function storeZoom(
  { store, share, warn }: ZoomDependencies,
  tick: ZoomTick,
  surfaces: readonly Surface[],
  evaluated: readonly ZoomedSurface[],
): Promise<void> {
  for (const { surface, zoom } of evaluated) {
    const change = describeZoomChange(surface.surface, tick.before.get(surface.surface)?.zoom, zoom);
    if (change !== undefined) warn(change);
  }
  const factors = findFactors(tick, surfaces, evaluated);
  const known = tick.control.zooms.get(share.number)?.factors.size ?? 0;
  if (factors.size === 0 && known === 0) return;
  await tick.faults.attempt('zoom', () => store.writeZoom(share, { factors, until: tick.now + holdsFor }));
}

/** Factors over 1. A surface whose turn it was not keeps its own for an hour. */
function findFactors(
  { before, control, now }: ZoomTick,
  surfaces: readonly Surface[],
  evaluated: readonly ZoomedSurface[],
): Map<string, number> {
  const decided = new Map(evaluated.map(({ surface, zoom }) => [surface.surface, zoom]));
  const factors = new Map<string, number>();
  for (const { surface } of surfaces) {
    const isRecent = now - (control.surfaces.get(surface)?.tick ?? 0) < holdsFor;
    const left = isRecent ? readZoomState(before.get(surface)?.zoom) : undefined;
    const { factor = 1 } = (decided.has(surface) ? decided.get(surface) : left) ?? {};
    if (factor > 1) factors.set(surface, factor);
  }
  return factors;
}

/** What is new of a surface's zoom; undefined where nothing is. */
function describeZoomChange(
  surface: string,
  before: unknown,
  after: ZoomState | undefined,
): string | undefined {
  const was = readZoomState(before);
  const isAsBefore =
    (was?.factor ?? 1) === (after?.factor ?? 1) &&
    (after?.spentOn === undefined || was?.spentOn === after.spentOn);
  return isAsBefore ? undefined : `${surface} is ${describeZoom(after) ?? 'sampled as usual again'}`;
}
