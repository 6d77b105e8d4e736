import type { Point } from '#adapters/cloudwatch/metrics.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { readStates, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { evaluateSurface } from './evaluate-surface.ts';
import { healthPoints, surfacePoints } from './gauges.ts';
import type { StoredSurface } from './slo-reading.ts';
import type { SloTransition } from './slo-transitions.ts';
import { TickMemory } from './tick-memory.ts';

export interface EvaluatorDependencies {
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  readonly ratings: Pick<RatingStore, 'readCalibrations'>;
  readonly publish: (points: readonly Point[]) => Promise<void>;
  /** Sends alarm transitions out as events. */
  readonly announce: (transitions: readonly SloTransition[]) => Promise<void>;
  readonly note: (message: string) => void;
  /** Names this function instance; another instance's memory is stale. */
  readonly writer: string;
}

/** One evaluator instance: what it remembers from tick to tick. */
export class Evaluator {
  readonly #use: EvaluatorDependencies;
  #memory: TickMemory | undefined;
  #noted = new Set<string>();

  constructor(use: EvaluatorDependencies) {
    this.#use = use;
  }

  /**
   * Evaluates every SLO at a tick, publishes the gauges and announces what changed. A tick that was finished before,
   * or is older than one that was, changes nothing.
   *
   * @param now the tick's scheduled time, epoch milliseconds
   */
  async tick(now: number): Promise<'evaluated' | 'old'> {
    const { store, judgements, ratings, catalogue, publish, announce, writer } = this.#use;
    const control = await store.readControl();
    const last = control.tick;
    if (last !== undefined && last.tick >= now) return 'old';
    if (this.#memory === undefined || last?.writer !== writer)
      this.#memory = await TickMemory.load(catalogue, store, now);
    const memory = this.#memory;
    const late = await memory.absorb(control.marks, store, judgements, now);
    const calibrations = await memory.calibrations(control.calibrationStamp, ratings);
    const previous = readStates(last);
    const outcomes = catalogue.surfaces.map((surface) => ({
      surface,
      ...evaluateSurface({
        catalogue,
        surface,
        book: memory.book,
        measurer: memory.measurer,
        control,
        calibrations,
        previous: (previous[surface.surface] ?? {}) as StoredSurface,
        now,
      }),
    }));
    this.#note(outcomes.flatMap(({ notes }) => notes));
    const transitions = outcomes.flatMap((outcome) => outcome.transitions);
    // Events before the state that knows of them: a crash in between tells twice, never not at all.
    if (transitions.length > 0) await announce(transitions);
    await Promise.all([
      publish([
        ...outcomes.flatMap(({ surface, stored }) => surfacePoints(surface, stored, memory.book, now)),
        ...healthPoints(control, catalogue, memory.book, late, now),
      ]),
      store.writeTick(
        now,
        writer,
        Object.fromEntries(outcomes.map(({ surface, stored }) => [surface.surface, stored])),
        (last?.late ?? 0) + late,
      ),
    ]);
    return 'evaluated';
  }

  /** Says a thing once an instance. */
  #note(notes: readonly string[]): void {
    for (const message of notes) if (!this.#noted.has(message)) this.#use.note(message);
    this.#noted = new Set([...this.#noted, ...notes]);
  }
}
