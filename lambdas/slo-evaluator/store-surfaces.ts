import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { SurfaceContent, SurfaceTotals } from '#adapters/dynamodb/surface-states.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Surface } from '#core/catalogue/catalogue.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import type { ZoomState } from '#core/slo/alarms/zoom-state.ts';
import type { SurfaceOutcome } from './evaluate-surface.ts';
import { boundOutbox, deliver, type OutboxDependencies, transitionEntry } from './outbox.ts';
import { passedEntry } from './passed-alarms.ts';
import type { RatingRequestDependencies } from './request-ratings.ts';
import { requestSurfaceRatings } from './request-surface-ratings.ts';
import type { StoredSurface } from './slo-reading.ts';
import type { TickFaults } from './tick-faults.ts';

/** Surfaces that are read or stored at once: a page of folded days is up to 1 MB, and some 6 MB unpacked. */
export const surfacesAtOnce = 6;

export interface StoringDependencies extends RatingRequestDependencies, OutboxDependencies {
  readonly store: Pick<SeriesStore, 'writeSurface'>;
  readonly warn: (message: string) => void;
}

/** A surface that this tick could evaluate. */
export interface Evaluated extends SurfaceOutcome {
  readonly surface: Surface;
  readonly totals: SurfaceTotals;
  /** Undefined of a surface that is never zoomed. */
  readonly zoom: ZoomState | undefined;
}

/** A surface with what is stored of it, and what is on its way. */
export interface StoredOutcome {
  readonly surface: string;
  readonly content: SurfaceContent & { readonly slos: StoredSurface };
}

/** Stores what a tick leaves of each surface, with what is to be announced of it. @returns those that were stored */
export async function storeSurfaces(
  use: StoringDependencies,
  evaluated: readonly Evaluated[],
  tick: {
    readonly seriesSet: SeriesSet;
    readonly before: ReadonlyMap<string, SurfaceContent>;
    readonly faults: TickFaults;
    readonly now: number;
  },
): Promise<StoredOutcome[]> {
  const { seriesSet, before, faults, now } = tick;
  const kept: StoredOutcome[] = [];
  await inParallel(evaluated, surfacesAtOnce, async (outcome) => {
    const { transitions, totals, missed, zoom } = outcome;
    const { surface } = outcome.surface;
    await faults.attemptOf(surface, async () => {
      const { stored, notices } = await requestSurfaceRatings(use, outcome, seriesSet, now);
      const { kept: outbox, givenUp } = boundOutbox([
        ...(before.get(surface)?.outbox ?? []),
        ...transitions.map(transitionEntry),
        ...missed.map((each) => passedEntry(each, now)),
        ...notices,
      ]);
      if (givenUp > 0) faults.noteTick(`${givenUp} old announcements of ${surface} were given up`);
      const content = { slos: stored, outbox, totals, zoom };
      if (await use.store.writeSurface(surface, now, content)) kept.push({ surface, content });
    });
  });
  return kept;
}

/** Announces what is on its way; what was taken is taken off, so that it is told once more only after a crash in between. */
export async function announceOutcomes(
  use: StoringDependencies,
  stored: readonly StoredOutcome[],
  faults: TickFaults,
  now: number,
): Promise<void> {
  const entries = stored.flatMap(({ content }) => content.outbox);
  if (entries.length === 0) return;
  const { left, faults: found } = await deliver(use, entries);
  for (const fault of found) faults.noteTick(fault);
  const waiting = new Set(left.map(({ id }) => id));
  await inParallel(stored, surfacesAtOnce, async ({ surface, content }) => {
    const outbox = content.outbox.filter(({ id }) => waiting.has(id));
    if (outbox.length === content.outbox.length) return;
    await faults.attemptOf(surface, () => use.store.writeSurface(surface, now, { ...content, outbox }));
  });
}
