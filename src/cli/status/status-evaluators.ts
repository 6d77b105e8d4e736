import { readStates } from '#adapters/dynamodb/surface-states.ts';
import { ticksOfToday } from '#core/series/control.ts';
import { nameShare, shareOf } from '#core/share.ts';
import { second } from '#core/time.ts';
import type { Target } from '../target/target.ts';

/** A surface that the last tick could not evaluate; null where none ever did. */
export interface UnevaluatedSurface {
  readonly surface: string;
  /** ISO 8601. */
  readonly evaluatedAt: string | null;
  /** How long ago that is; in a replayed history, before its last tick. */
  readonly secondsAgo: number | null;
}

/** An evaluator of the stage. */
export interface EvaluatorStatus {
  /** `2/3`; `1/1` where there is one. */
  readonly share: string;
  /** ISO 8601 of its last tick; null before the first. */
  readonly evaluatedAt: string | null;
  /** Surfaces that had to wait for a later tick: there was no room, or no time, for all at once. */
  readonly waiting: number;
  /** Ticks from one turn of a surface to its next, about: 1 where none waits. */
  readonly every: number;
}

export function readEvaluators({ control }: Pick<Target, 'control'>): EvaluatorStatus[] {
  const ticks = ticksOfToday(control);
  return ticks.map((record, index) => ({
    share: nameShare({ number: index + 1, of: ticks.length }),
    evaluatedAt: record === undefined ? null : new Date(record.tick).toISOString(),
    waiting: record?.turns?.waiting ?? 0,
    every: record?.turns?.every ?? 1,
  }));
}

/** Surfaces whose evaluator has been there since without them, though it was their turn. */
export function findUnevaluated({ catalogue, control, age, evaluatedAt }: Target): UnevaluatedSurface[] {
  if (evaluatedAt === undefined) return [];
  const now = evaluatedAt + (age ?? 0);
  const states = readStates(control);
  const ticks = ticksOfToday(control);
  return catalogue.surfaces.flatMap(({ surface }): UnevaluatedSurface[] => {
    const record = ticks[shareOf(surface, ticks.length) - 1];
    if (record === undefined) return [];
    // States from before surfaces had items of their own are the last tick's.
    const tick = control.surfaces.get(surface)?.tick ?? (surface in states ? record.tick : undefined);
    if ((tick ?? 0) >= Math.min(record.tick, record.turns?.since ?? record.tick)) return [];
    if (tick === undefined) return [{ surface, evaluatedAt: null, secondsAgo: null }];
    const secondsAgo = Math.round((now - tick) / second);
    return [{ surface, evaluatedAt: new Date(tick).toISOString(), secondsAgo }];
  });
}
