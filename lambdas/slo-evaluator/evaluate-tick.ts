import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import { describeError } from '#adapters/describe-error.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { readAnchorProgress, readStates, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { type Catalogue, type Surface, sloRubric } from '#core/catalogue/catalogue.ts';
import { presentJudgeName } from '#core/judging/judgement.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import type { AnchorWatch } from './anchor-watch.ts';
import { categoryPoints } from './category-health.ts';
import { evaluateSurface, type SurfaceOutcome } from './evaluate-surface.ts';
import { driftPoints, healthPoints, surfacePoints } from './gauges.ts';
import { findMarks, UnsentMarks } from './marks.ts';
import {
  composeRatingsNotice,
  type RatingRequestDependencies,
  requestConfirmation,
} from './request-ratings.ts';
import type { StoredSlo, StoredSurface } from './slo-reading.ts';
import type { SloTransition } from './slo-transitions.ts';
import { TickMemory } from './tick-memory.ts';

export interface EvaluatorDependencies extends RatingRequestDependencies {
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  readonly ratings: Pick<RatingStore, 'readCalibrations' | 'writeBatch'>;
  readonly anchors: AnchorWatch;
  readonly publish: (points: readonly Point[]) => Promise<void>;
  /** Sends alarm transitions out as events. */
  readonly announce: (transitions: readonly SloTransition[]) => Promise<void>;
  readonly warn: (message: string) => void;
  /** Names this function instance; another instance's memory is stale. */
  readonly writer: string;
}

/** One evaluator instance: what it remembers from tick to tick. */
export class Evaluator {
  readonly #use: EvaluatorDependencies;
  #memory: TickMemory | undefined;
  #warned = new Set<string>();
  readonly #unsentMarks = new UnsentMarks();

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
    const [control, incidents] = await Promise.all([store.readControl(), store.readIncidents()]);
    const last = control.tick;
    if (last !== undefined && last.tick >= now) return 'old';
    if (this.#memory === undefined || last?.writer !== writer) {
      this.#memory = await TickMemory.load(catalogue, store, now);
      this.#use.anchors.forget();
    }
    const memory = this.#memory;
    const late = await memory.update(control.marks, store, judgements, now);
    const calibrations = await memory.calibrations(control.calibrationStamp, ratings);
    const previous = readStates(last) as Readonly<Record<string, StoredSurface>>;
    const { anchors } = this.#use;
    await anchors.collect(readAnchorProgress(last), calibrations, warnedJudges(catalogue, previous), now);
    const outcomes = catalogue.surfaces.map((surface) => ({
      surface,
      ...evaluateSurface({
        catalogue,
        surface,
        seriesSet: memory.seriesSet,
        measurer: memory.measurer,
        control,
        calibrations,
        previous: previous[surface.surface] ?? {},
        readAnchorStatus: (rubric) => anchors.readStatus(rubric),
        now,
      }),
    }));
    this.#warnOnce(outcomes.flatMap(({ notes }) => notes));
    const transitions = outcomes.flatMap((outcome) => outcome.transitions);
    // Events before the state that knows of them: a crash in between tells twice, never not at all.
    if (transitions.length > 0) await announce(transitions);
    const warnings = outcomes.flatMap((outcome) => outcome.warnings);
    const [states, progressByJudge] = await Promise.all([
      this.#requestRatings(outcomes, memory.seriesSet, now),
      anchors.send(
        new Set(
          warnings.filter(({ needsAnchors }) => needsAnchors).map(({ rubric }) => presentJudgeName(rubric)),
        ),
        now,
      ),
    ]);
    const marks = findMarks({ catalogue, seriesSet: memory.seriesSet, incidents, now });
    await Promise.all([
      publish([
        ...outcomes.flatMap(({ surface, stored }) => surfacePoints(surface, stored, memory.seriesSet, now)),
        ...categoryPoints(outcomes, now),
        ...driftPoints(anchors, now),
        ...healthPoints(control, catalogue, memory.seriesSet, late, now),
        ...this.#unsentMarks.filter(marks),
      ]),
      store.writeTick(now, writer, { states, anchors: progressByJudge, late: (last?.late ?? 0) + late }),
    ]);
    this.#unsentMarks.markSent(marks);
    return 'evaluated';
  }

  /** Draws batches about warnings where they are due, and asks for ratings. What fails is done by a later tick. */
  async #requestRatings(
    outcomes: readonly (SurfaceOutcome & { readonly surface: Surface })[],
    seriesSet: SeriesSet,
    now: number,
  ): Promise<Record<string, StoredSurface>> {
    const states: Record<string, StoredSurface> = {};
    for (const { surface, stored, warnings, ratingRequests } of outcomes) {
      const own: Record<string, StoredSlo> = { ...stored };
      const attempt = async (slo: Slo, request: (before: StoredSlo) => Promise<StoredSlo>) => {
        const before = own[slo.id];
        if (before === undefined) return;
        try {
          own[slo.id] = await request(before);
        } catch (error) {
          this.#use.warn(`people could not be asked about ${sloName(slo)}: ${describeError(error)}`);
        }
      };
      for (const { slo, why, about } of ratingRequests)
        await attempt(slo, async (before) => {
          await this.#use.notify(composeRatingsNotice(slo, why, this.#use.stage));
          return { ...before, toldOfShift: about };
        });
      for (const warning of warnings)
        await attempt(warning.slo, async (before) => {
          const { confirmation } = before;
          if (confirmation === undefined) return before;
          return {
            ...before,
            confirmation: await requestConfirmation(this.#use, warning, confirmation, seriesSet, now),
          };
        });
      states[surface.surface] = own;
    }
    return states;
  }

  /** Warns of a thing once an instance. */
  #warnOnce(notes: readonly string[]): void {
    for (const message of notes) if (!this.#warned.has(message)) this.#use.warn(message);
    this.#warned = new Set([...this.#warned, ...notes]);
  }
}

/** Judges on whose word a warning stood after the tick before. */
function warnedJudges(
  catalogue: Catalogue,
  previous: Readonly<Record<string, StoredSurface>>,
): ReadonlySet<string> {
  const warned = catalogue.surfaces.flatMap(({ surface, slos }) =>
    slos.flatMap((slo) => {
      const { state, cohorts } = previous[surface]?.[slo.id] ?? {};
      const isWarned = state?.warnedAt !== undefined || cohorts?.warnedAt !== undefined;
      const rubric = isWarned ? sloRubric(catalogue, slo) : undefined;
      return rubric === undefined ? [] : [presentJudgeName(rubric)];
    }),
  );
  return new Set(warned);
}
