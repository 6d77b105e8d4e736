import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import { describeError } from '#adapters/describe-error.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { readAnchorProgress, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { type OutboxEntry, readSurfaces } from '#adapters/dynamodb/surface-states.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { Catalogue, Surface } from '#core/catalogue/catalogue.ts';
import { presentJudgeName } from '#core/judging/judgement.ts';
import { baselineColumns } from '#core/series/baseline-columns.ts';
import type { ControlReading } from '#core/series/control.ts';
import { pipelineSurface } from '#core/series/keys.ts';
import type { AnchorWatch } from './anchor-watch.ts';
import { categoryPoints } from './category-health.ts';
import { evaluateSurface, type SurfaceOutcome } from './evaluate-surface.ts';
import { driftPoints, healthPoints, heartbeat, surfacePoints, unmeasuredPoint } from './gauges.ts';
import { findMarks, UnsentMarks } from './marks.ts';
import { boundOutbox, deliver, type OutboxDependencies, transitionEntry } from './outbox.ts';
import type { RecentVerdictsDependencies } from './recent-verdicts.ts';
import type { RatingRequestDependencies } from './request-ratings.ts';
import { requestSurfaceRatings } from './request-surface-ratings.ts';
import type { StoredSurface } from './slo-reading.ts';
import { TickFaults } from './tick-faults.ts';
import { TickMemory } from './tick-memory.ts';
import { findWarnedJudges } from './warned-judges.ts';

/** Surfaces that are read or stored at once: a page of folded days is up to 1 MB, and some 6 MB unpacked. */
const surfacesAtOnce = 6;

export interface EvaluatorDependencies
  extends RatingRequestDependencies,
    OutboxDependencies,
    RecentVerdictsDependencies {
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  readonly ratings: Pick<RatingStore, 'readCalibrations' | 'writeBatch'>;
  readonly anchors: AnchorWatch;
  readonly publish: (points: readonly Point[]) => Promise<void>;
  readonly warn: (message: string) => void;
  /** Names this function instance; another instance's memory is stale. */
  readonly writer: string;
}

/** A surface that this tick could evaluate. */
interface Evaluated extends SurfaceOutcome {
  readonly surface: Surface;
}

/** A surface with what is to be stored of it, and what is on its way. */
interface Pending {
  readonly surface: Surface;
  readonly stored: StoredSurface;
  readonly outbox: readonly OutboxEntry[];
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
   * Evaluates every SLO at a tick, publishes the gauges, stores the states and then announces what changed, in this
   * order: a gauge never waits for what comes after it, and nothing is announced that a later tick would not know of. A
   * surface in trouble is held as unmeasured, and the others go on. A tick that was finished before, or is older than one
   * that was, changes nothing.
   *
   * @param now the tick's scheduled time, epoch milliseconds
   * @throws Error that says what of the tick itself failed, after all the rest was done
   */
  async tick(now: number): Promise<'evaluated' | 'old'> {
    const { store, catalogue, anchors, writer } = this.#use;
    const [control, incidents] = await Promise.all([store.readControl(), store.readIncidents()]);
    const last = control.tick;
    if (last !== undefined && last.tick >= now) return 'old';
    const memory = this.#remember(last?.writer === writer);
    memory.advance(now);
    const faults = new TickFaults();
    await faults.attempt('recent verdicts', () => memory.readRecent(control.marks));
    const late = await this.#update(memory, control, faults, now);
    const before = readSurfaces(control);
    const previous = Object.fromEntries([...before].map(([name, { slos }]) => [name, slos as StoredSurface]));
    const calibrations = await faults.attempt('calibrations', () =>
      memory.calibrations(control.calibrationStamp, this.#use.ratings),
    );
    const progress = readAnchorProgress(last);
    await faults.attempt('anchors', () =>
      anchors.collect(progress, calibrations ?? [], findWarnedJudges(catalogue, previous), now),
    );
    const evaluated = this.#evaluate({ memory, control, calibrations, previous, now }, faults);
    const marks = this.#unsentMarks.filter(
      findMarks({ catalogue, seriesSet: memory.seriesSet, incidents, now }),
    );
    await faults.attempt('gauges', async () => {
      await this.#use.publish([
        ...evaluated.flatMap(({ surface, stored }) => surfacePoints(surface, stored, memory.seriesSet, now)),
        ...catalogue.surfaces.flatMap((surface) =>
          faults.has(surface.surface) ? unmeasuredPoint(surface, now) : [],
        ),
        ...categoryPoints(evaluated, now),
        ...driftPoints(anchors, now),
        ...healthPoints(control, catalogue, memory.seriesSet, late, now),
        ...marks,
      ]);
      this.#unsentMarks.markSent(marks);
    });
    const asked = new Set(
      evaluated
        .flatMap(({ warnings }) => warnings)
        .filter(({ needsAnchors }) => needsAnchors)
        .map(({ rubric }) => presentJudgeName(rubric)),
    );
    const sent = await faults.attempt('anchors', () => anchors.send(asked, now));
    const stored = await this.#store(memory, evaluated, before, faults, now);
    const isNoted = await faults.attempt('the tick', () =>
      store.writeTick(now, writer, { anchors: sent ?? progress, late: (last?.late ?? 0) + late }),
    );
    await this.#announce(stored, faults, now);
    if (isNoted === true && (stored.length > 0 || catalogue.surfaces.length === 0))
      await faults.attempt('the heartbeat', () => this.#use.publish([heartbeat(now)]));
    for (const message of faults.ofSurfaces) this.#use.warn(message);
    faults.throwAny();
    return 'evaluated';
  }

  #remember(isOwn: boolean): TickMemory {
    if (this.#memory !== undefined && isOwn) return this.#memory;
    const { catalogue, anchors } = this.#use;
    anchors.forget();
    const columnsOf = new Map(
      catalogue.surfaces.map(({ surface, slos }) => [surface, baselineColumns(slos)]),
    );
    this.#memory = new TickMemory({
      ...this.#use,
      baselineColumns: (surface) => columnsOf.get(surface) ?? (() => false),
    });
    return this.#memory;
  }

  /** Brings every surface's series up to the tick. @returns verdicts newly found to have come late */
  async #update(
    memory: TickMemory,
    control: ControlReading,
    faults: TickFaults,
    now: number,
  ): Promise<number> {
    let late = 0;
    const names = [...this.#use.catalogue.surfaces.map(({ surface }) => surface), pipelineSurface];
    await inParallel(names, surfacesAtOnce, async (surface) => {
      late += (await faults.attemptOf(surface, () => memory.update(surface, control.marks, now))) ?? 0;
    });
    return late;
  }

  #evaluate(
    input: {
      readonly memory: TickMemory;
      readonly control: ControlReading;
      readonly calibrations: readonly Calibration[] | undefined;
      readonly previous: Readonly<Record<string, StoredSurface>>;
      readonly now: number;
    },
    faults: TickFaults,
  ): Evaluated[] {
    const { catalogue, anchors } = this.#use;
    const { memory, control, calibrations, previous, now } = input;
    return catalogue.surfaces.flatMap((surface) => {
      const name = surface.surface;
      if (faults.has(name)) return [];
      if (calibrations === undefined && surface.slos.some(({ calibration }) => calibration === 'required')) {
        faults.note(name, 'its calibrations could not be read');
        return [];
      }
      try {
        const outcome = evaluateSurface({
          catalogue,
          surface,
          seriesSet: memory.seriesSet,
          measurer: memory.measurer,
          control,
          calibrations: calibrations ?? [],
          previous: previous[name] ?? {},
          readAnchorStatus: (rubric) => anchors.readStatus(rubric),
          now,
        });
        this.#warnOnce(outcome.notes);
        return [{ surface, ...outcome }];
      } catch (error) {
        faults.note(name, describeError(error));
        return [];
      }
    });
  }

  /** Stores what the tick leaves of each surface, with what is to be announced of it. @returns those that were stored */
  async #store(
    memory: TickMemory,
    evaluated: readonly Evaluated[],
    before: ReturnType<typeof readSurfaces>,
    faults: TickFaults,
    now: number,
  ): Promise<Pending[]> {
    const kept: Pending[] = [];
    await inParallel(evaluated, surfacesAtOnce, async (outcome) => {
      const { surface, transitions } = outcome;
      await faults.attemptOf(surface.surface, async () => {
        const { stored, notices } = await requestSurfaceRatings(this.#use, outcome, memory.seriesSet, now);
        const { kept: outbox, givenUp } = boundOutbox([
          ...(before.get(surface.surface)?.outbox ?? []),
          ...transitions.map(transitionEntry),
          ...notices,
        ]);
        if (givenUp > 0) faults.noteTick(`${givenUp} old announcements of ${surface.surface} were given up`);
        if (await this.#use.store.writeSurface(surface.surface, now, { slos: stored, outbox }))
          kept.push({ surface, stored, outbox });
      });
    });
    return kept;
  }

  /** Announces what is on its way; what was taken is taken off, so that it is told once more only after a crash in between. */
  async #announce(stored: readonly Pending[], faults: TickFaults, now: number): Promise<void> {
    const entries = stored.flatMap(({ outbox }) => outbox);
    if (entries.length === 0) return;
    const { left, faults: found } = await deliver(this.#use, entries);
    for (const fault of found) faults.noteTick(fault);
    const waiting = new Set(left.map(({ id }) => id));
    await inParallel(stored, surfacesAtOnce, async ({ surface, stored: slos, outbox }) => {
      const rest = outbox.filter(({ id }) => waiting.has(id));
      if (rest.length === outbox.length) return;
      await faults.attemptOf(surface.surface, () =>
        this.#use.store.writeSurface(surface.surface, now, { slos, outbox: rest }),
      );
    });
  }

  /** Warns of a thing once an instance. */
  #warnOnce(notes: readonly string[]): void {
    for (const message of notes) if (!this.#warned.has(message)) this.#use.warn(message);
    this.#warned = new Set([...this.#warned, ...notes]);
  }
}
