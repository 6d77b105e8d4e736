import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import { describeError } from '#adapters/describe-error.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { readAnchorProgress, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { addSpending } from '#adapters/dynamodb/spending-store.ts';
import { readSurfaces, type SurfaceContent, statesStillNeeded } from '#adapters/dynamodb/surface-states.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { Catalogue, Surface } from '#core/catalogue/catalogue.ts';
import { presentJudgeName } from '#core/judging/judgement.ts';
import type { Incident } from '#core/report/incident.ts';
import { baselineColumns } from '#core/series/baseline-columns.ts';
import type { ControlReading, Turns } from '#core/series/control.ts';
import { pipelineSurface } from '#core/series/keys.ts';
import { isFirst, type Share, shareOf } from '#core/share.ts';
import type { AnchorWatch } from './anchor-watch.ts';
import { evaluateSurface } from './evaluate-surface.ts';
import { findMarks, UnsentMarks } from './marks.ts';
import type { RecentVerdictsDependencies } from './memory/recent-verdicts.ts';
import { describeTurns, SurfaceTurns, type Turn } from './memory/surface-turns.ts';
import { TickMemory } from './memory/tick-memory.ts';
import { findOthers } from './other-surfaces.ts';
import { heartbeat, totalsOf } from './pipeline-gauges.ts';
import type { StoredSurface } from './slo-reading.ts';
import {
  announceOutcomes,
  type Evaluated,
  type StoredOutcome,
  type StoringDependencies,
  storeSurfaces,
  surfacesAtOnce,
} from './store-surfaces.ts';
import { TickFaults } from './tick-faults.ts';
import { tickPoints } from './tick-gauges.ts';
import { findAskedJudges, findWarnedJudges } from './warned-judges.ts';
import { storeZoom } from './zoom/store-zoom.ts';
import { decideSurfaceZoom } from './zoom/surface-zoom.ts';

/** Of its time-out, what a tick keeps for what comes after reading, and after evaluating. Milliseconds. */
const leastLeft = { toRead: 90_000, toEvaluate: 45_000 };

export interface EvaluatorDependencies extends StoringDependencies, RecentVerdictsDependencies {
  readonly catalogue: Catalogue;
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  readonly ratings: Pick<RatingStore, 'readCalibrations' | 'writeBatch'>;
  readonly anchors: AnchorWatch;
  readonly publish: (points: readonly Point[]) => Promise<void>;
  /** Names this function instance; another instance's memory is stale. */
  readonly writer: string;
  /** Which part of the surfaces is this evaluator's. */
  readonly share: Share;
  /** What surfaces may take in memory together, bytes. */
  readonly roomBytes: number;
}

/** A tick under way. */
interface Tick {
  readonly now: number;
  /** Milliseconds until it is broken off. */
  readonly leftMs: () => number;
  readonly control: ControlReading;
  /** Spending of each day; undefined where it could not be read. */
  readonly spent: ControlReading['spending'] | undefined;
  readonly incidents: readonly Incident[];
  readonly memory: TickMemory;
  readonly turn: Turn;
  readonly faults: TickFaults;
  /** What the last ticks left: of this evaluator's surfaces, and of all where it tells of all. */
  readonly before: ReadonlyMap<string, SurfaceContent>;
}

/** One evaluator instance: what it remembers from tick to tick. */
export class Evaluator {
  readonly #use: EvaluatorDependencies;
  readonly #surfaces: readonly Surface[];
  readonly #turns: SurfaceTurns;
  #memory: TickMemory | undefined;
  #warned = new Set<string>();
  readonly #unsentMarks = new UnsentMarks();

  constructor(use: EvaluatorDependencies) {
    this.#use = use;
    const { number, of } = use.share;
    this.#surfaces = use.catalogue.surfaces.filter(({ surface }) => shareOf(surface, of) === number);
    this.#turns = new SurfaceTurns(use.roomBytes);
  }

  /**
   * Evaluates every SLO of its surfaces at a tick, publishes the gauges, stores the states, and then announces what
   * changed: a gauge waits for nothing that is stored, and nothing is announced that a later tick would not know of. A
   * surface in trouble is held as unmeasured, and the others go on. Surfaces that it has no room or no time for wait for a
   * later tick, and go first then. A tick that was finished before, or is older than one that was, changes nothing.
   *
   * @param now the tick's scheduled time, epoch milliseconds
   * @param leftMs milliseconds until it is broken off
   * @throws Error that says what of the tick itself failed, after all the rest was done
   */
  async tick(
    now: number,
    leftMs: () => number = () => Number.POSITIVE_INFINITY,
  ): Promise<'evaluated' | 'old'> {
    const { store, share, writer } = this.#use;
    const faults = new TickFaults();
    const [control, spent, incidents = []] = await Promise.all([
      store.readSteering(),
      faults.attempt('spending', () => store.readSpending()),
      faults.attempt('incidents', () => store.readIncidents()),
    ]);
    const last = control.ticks.get(share.number);
    if (last !== undefined && last.tick >= now) return 'old';
    const tick = this.#open({ now, leftMs, control, spent, incidents, faults });
    const { memory, before } = tick;
    const late = await this.#update(tick);
    const calibrations = await faults.attempt('calibrations', () =>
      memory.calibrations(control.calibrationStamp, this.#use.ratings),
    );
    const progress = readAnchorProgress(control.tick);
    // Of a judge whose calibrations are not known, what its anchors have said stays as it is.
    if (calibrations !== undefined)
      await faults.attempt('anchors', () => this.#collectAnchors(tick, calibrations));
    const evaluated = this.#evaluate(tick, calibrations);
    const turns = tick.turn.close();
    const { seriesSet } = memory;
    const [, stored] = await Promise.all([
      faults.attempt('gauges', () => this.#publishGauges(tick, evaluated, late, turns)),
      storeSurfaces(this.#use, evaluated, { seriesSet, before, faults, now }),
      storeZoom(this.#use, tick, this.#surfaces, evaluated),
    ]);
    const planned =
      isFirst(share) && calibrations !== undefined
        ? this.#use.anchors.plan(findAskedJudges(evaluated, stored, this.#others(tick, evaluated)), now)
        : undefined;
    const isNoted = await faults.attempt('the tick', () =>
      store.writeTick(now, writer, {
        anchors: planned ?? progress,
        late: (last?.late ?? 0) + late,
        share,
        turns,
        states: this.#statesStillNeeded(control, stored),
      }),
    );
    // What is not noted would be asked, and paid for, anew.
    if (isNoted === true && planned !== undefined)
      await faults.attempt('anchors', () => this.#use.anchors.send());
    await announceOutcomes(this.#use, stored, faults, now);
    if (isNoted === true && (stored.length > 0 || this.#surfaces.length === 0))
      await faults.attempt('the heartbeat', () => this.#use.publish([heartbeat(share, now)]));
    this.#warnOnce([
      ...evaluated.flatMap(({ notes }) => notes),
      ...(turns === undefined ? [] : [describeTurns(turns, this.#surfaces.length, share)]),
    ]);
    for (const message of faults.ofSurfaces) this.#use.warn(message);
    faults.throwAny();
    return 'evaluated';
  }

  #open(read: Omit<Tick, 'memory' | 'turn' | 'before'>): Tick {
    const { control, now } = read;
    const { share, writer } = this.#use;
    const names = this.#surfaces.map(({ surface }) => surface);
    const own = new Set(names);
    const memory = this.#remember(control.ticks.get(share.number)?.writer === writer);
    memory.advance(now);
    return {
      ...read,
      memory,
      turn: this.#turns.open(memory, names, (surface) => control.surfaces.get(surface)?.tick, now),
      before: readSurfaces(control, (surface) => isFirst(share) || own.has(surface)),
    };
  }

  #remember(isOwn: boolean): TickMemory {
    if (this.#memory !== undefined && isOwn) return this.#memory;
    const { anchors } = this.#use;
    anchors.forget();
    const columnsOf = new Map(this.#surfaces.map(({ surface, slos }) => [surface, baselineColumns(slos)]));
    this.#memory = new TickMemory({
      ...this.#use,
      baselineColumns: (surface) => columnsOf.get(surface) ?? (() => false),
    });
    return this.#memory;
  }

  /** Brings the series of the surfaces whose turn it is up to the tick. @returns verdicts newly found to have come late */
  async #update({ memory, turn, control: { marks }, faults, now, leftMs }: Tick): Promise<number> {
    await faults.attempt('recent verdicts', () => memory.readRecent(marks));
    let late = 0;
    const update = async (surface: string) => {
      const found = await faults.attemptOf(surface, () => memory.update(surface, marks, now));
      late += found ?? 0;
      // What cannot be stored is held still, and its marks stand.
      if (!faults.has(surface)) await faults.attempt('days', () => memory.store(surface, marks, now));
    };
    await Promise.all([
      isFirst(this.#use.share) && update(pipelineSurface),
      inParallel(turn.order, surfacesAtOnce, async (surface) => {
        if (leftMs() < leastLeft.toRead || !turn.take(surface)) return;
        await update(surface);
        turn.arrive(surface);
      }),
    ]);
    return late;
  }

  async #collectAnchors({ control, before, now }: Tick, calibrations: readonly Calibration[]): Promise<void> {
    const { anchors, catalogue, share } = this.#use;
    const progress = readAnchorProgress(control.tick);
    if (!isFirst(share)) return anchors.follow(progress);
    const previous = Object.fromEntries([...before].map(([name, { slos }]) => [name, slos as StoredSurface]));
    return anchors.collect(progress, calibrations, findWarnedJudges(catalogue, previous), now);
  }

  #evaluate(tick: Tick, calibrations: readonly Calibration[] | undefined): Evaluated[] {
    const { turn, faults, leftMs } = tick;
    return this.#surfaces.flatMap((surface) => {
      const name = surface.surface;
      if (faults.has(name) || !turn.has(name)) return [];
      if (leftMs() < leastLeft.toEvaluate) {
        turn.postpone(name);
        return [];
      }
      if (calibrations === undefined && surface.slos.some(({ calibration }) => calibration === 'required')) {
        faults.note(name, 'its calibrations could not be read');
        return [];
      }
      try {
        return [this.#evaluateOne(surface, tick, calibrations ?? [])];
      } catch (error) {
        faults.note(name, describeError(error));
        return [];
      }
    });
  }

  #evaluateOne(
    surface: Surface,
    { memory, control, before, spent, now }: Tick,
    calibrations: readonly Calibration[],
  ): Evaluated {
    const { catalogue, anchors } = this.#use;
    const left = before.get(surface.surface);
    const { seriesSet, measurer } = memory;
    const input = {
      ...{ catalogue, surface, seriesSet, measurer, control, calibrations },
      previous: (left?.slos ?? {}) as StoredSurface,
      readAnchorStatus: anchors.readStatus.bind(anchors),
      now,
    };
    const outcome = evaluateSurface(input);
    const zoom = decideSurfaceZoom(input, outcome.stored, left?.zoom, spent);
    const asked = outcome.warnings
      .filter(({ needsAnchors }) => needsAnchors)
      .map(({ rubric }) => presentJudgeName(rubric));
    return { surface, ...outcome, zoom, totals: totalsOf(surface.surface, seriesSet, asked, now) };
  }

  async #publishGauges(
    tick: Tick,
    evaluated: readonly Evaluated[],
    late: number,
    turns: Turns | undefined,
  ): Promise<void> {
    const { control, spent, incidents, memory, now } = tick;
    const { catalogue, share } = this.#use;
    const { seriesSet } = memory;
    const others = isFirst(share) ? this.#others(tick, evaluated) : undefined;
    const found = findMarks({ catalogue, seriesSet, incidents: isFirst(share) ? incidents : [], now });
    const marks = this.#unsentMarks.filter(found);
    const spending = spent && addSpending(control.spending, spent);
    const input = { ...this.#use, ...tick, spending, seriesSet, evaluated, others, surfaces: this.#surfaces };
    const points = tickPoints({ ...input, late, turns });
    await this.#use.publish([...points, ...marks]);
    this.#unsentMarks.markSent(marks);
  }

  #others({ control, before, now }: Tick, evaluated: readonly Evaluated[]) {
    const names = new Set(evaluated.map(({ surface }) => surface.surface));
    return findOthers(this.#use.catalogue, control, before, (surface) => names.has(surface), now);
  }

  #statesStillNeeded(control: ControlReading, stored: readonly StoredOutcome[]): Uint8Array | undefined {
    const own = new Set(stored.map(({ surface }) => surface));
    const left = this.#use.catalogue.surfaces.filter(({ surface }) => !own.has(surface));
    return statesStillNeeded(
      control,
      left.map(({ surface }) => surface),
    );
  }

  /** Warns of a thing once an instance. */
  #warnOnce(notes: readonly string[]): void {
    for (const message of notes) if (!this.#warned.has(message)) this.#use.warn(message);
    this.#warned = new Set([...this.#warned, ...notes]);
  }
}
