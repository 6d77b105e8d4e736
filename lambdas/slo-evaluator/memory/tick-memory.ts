import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { recomputeHour } from '#adapters/dynamodb/recompute-hour.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { DirtyMark } from '#core/series/control.ts';
import { dirtySortKey, type Slice } from '#core/series/keys.ts';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import { SeriesSet, verdictSource } from '#core/series/series-set.ts';
import { summariseVerdicts } from '#core/series/summarise-hour.ts';
import { day, dayKey, dayStart, floorTo, foldBoundary, freezeAfter, hour, hourStart } from '#core/time.ts';
import { countLate } from './count-late.ts';
import { RecentVerdicts, type RecentVerdictsDependencies } from './recent-verdicts.ts';
import { type RescoredHour, takeRescored } from './take-rescored.ts';

/** Days of roll-ups that windows and baselines look back on. */
export const daysKept = 62;

/** Days of roll-ups of cohorts and releases, of which there are more: their longest window. */
export const partDaysKept = 31;

/** Bytes of the heap for each of columns: the series that rules keep of them, and what V8 adds. Measured with 2 to 100 cohorts. */
export const heldOverColumns = 1.6;

/** DynamoDB reads and writes under way at once, of one surface. */
const concurrency = 16;

export interface MemoryDependencies extends RecentVerdictsDependencies {
  readonly store: SeriesStore;
  readonly judgements: JudgementStore;
  /** Which distributions of older days a surface's SLOs look back on, by column name. */
  readonly baselineColumns: (surface: string) => (columnName: string) => boolean;
}

/**
 * What one evaluator instance remembers between ticks, so that a tick reads only what changed: the series, and the
 * stamps of the dirty marks it has followed. All of it can be read back from the table, a surface at a time, and comes
 * out the same: what is older than {@link foldBoundary} is held by the hour, in memory as in what is read.
 */
export class TickMemory {
  readonly seriesSet = new SeriesSet();
  readonly measurer = new SloMeasurer(this.seriesSet, 'evaluation');
  readonly #use: MemoryDependencies;
  /** By surface, up to which instant its folded days are stored. */
  readonly #foldedThrough = new Map<string, number>();
  readonly #bytes = new Map<string, number>();
  readonly #seen = new Map<string, string>();
  readonly #recent: RecentVerdicts;
  #boundary = Number.NaN;
  #calibrations: { readonly stamp: string; readonly all: readonly Calibration[] } | undefined;

  constructor(use: MemoryDependencies) {
    this.#use = use;
    this.#recent = new RecentVerdicts(use);
  }

  /** The present calibrations, read again when their stamp changed. */
  async calibrations(
    stamp: string,
    ratings: Pick<RatingStore, 'readCalibrations'>,
  ): Promise<readonly Calibration[]> {
    if (stamp === '') return [];
    if (this.#calibrations?.stamp !== stamp)
      this.#calibrations = { stamp, all: await ratings.readCalibrations() };
    return this.#calibrations.all;
  }

  /** To be called first at each tick: once a day what has grown old is folded, and what lies too far back goes. */
  advance(now: number): void {
    if (this.#boundary === foldBoundary(now)) return;
    this.#boundary = foldBoundary(now);
    this.#bytes.clear();
    this.seriesSet.forgetBefore({ whole: now - (daysKept + 1) * day, parts: now - (partDaysKept + 1) * day });
    this.seriesSet.foldBefore(this.#boundary);
    this.measurer.fold(this.#boundary);
  }

  /**
   * Reads what judges wrote since the last tick, of all surfaces at once. Where it fails, hours are read whole.
   *
   * @throws the SDK's error
   */
  async readRecent(marks: readonly DirtyMark[]): Promise<void> {
    await this.#recent.read(marks.filter((mark) => this.#isChanged(mark)));
  }

  has(surface: string): boolean {
    return this.#foldedThrough.has(surface);
  }

  /** About how much memory a surface takes that is held, bytes; looked at anew once a day. */
  bytesOf(surface: string): number {
    if (!this.has(surface)) return 0;
    const bytes = this.#bytes.get(surface) ?? heldOverColumns * this.seriesSet.bytesOf(surface);
    this.#bytes.set(surface, bytes);
    return bytes;
  }

  /** Lets a surface go: it is read back when it is wanted again. */
  drop(surface: string): void {
    this.seriesSet.drop(surface);
    this.measurer.forget(surface);
    this.#recent.drop(surface);
    this.#foldedThrough.delete(surface);
    this.#bytes.delete(surface);
    for (const key of this.#seen.keys()) if (key.split('#')[1] === surface) this.#seen.delete(key);
  }

  /**
   * Brings one surface up to the tick: reads it where it is not there, and recomputes each changed hour from its source. What
   * fails can be done again at the next tick.
   *
   * @returns verdicts newly found to have come after their hour was frozen
   * @throws the SDK's error
   */
  async update(surface: string, marks: readonly DirtyMark[], now: number): Promise<number> {
    if (!this.has(surface)) await this.#load(surface, now);
    const own = marks.filter(({ dirty }) => dirty.surface === surface);
    let late = 0;
    const rescored: RescoredHour[] = [];
    const changed = own.filter((mark) => this.#isChanged(mark));
    await inParallel(changed, concurrency, async (mark) => {
      const { dirty, stamp } = mark;
      const isFrozen = hourStart(dirty.hour) + hour + freezeAfter <= now;
      if (!isFrozen) await this.#recompute(mark);
      else if (dirty.of === 'verdicts') {
        this.#recent.forget(dirty);
        const verdicts = await this.#use.judgements.readHour(surface, dirty.rubric, dirty.hour);
        const isRescored = verdicts.some(({ rescored }) => rescored === true);
        if (isRescored) rescored.push({ ...dirty, columns: summariseVerdicts(dirty.rubric, verdicts) });
        else {
          const found = await countLate(this.#use, this.seriesSet, dirty, verdicts, this.#boundary);
          late += found;
        }
      }
      this.#seen.set(dirtySortKey(dirty), stamp);
    });
    await takeRescored(this.#use.store, this.seriesSet, rescored, this.#boundary).catch((error: unknown) => {
      for (const { columns: _, ...dirty } of rescored) this.#seen.delete(dirtySortKey(dirty));
      throw error;
    });
    return late;
  }

  /**
   * Stores what has grown old and the days of closed hours, and takes their marks away. Marks of hours that are still open stay,
   * for a new instance starts from them. To be called when the surface is up to these marks; what fails is done at the next tick.
   *
   * @throws the SDK's error
   */
  async store(surface: string, marks: readonly DirtyMark[], now: number): Promise<void> {
    await this.#storeFolded(surface);
    const closed = marks.filter(
      ({ dirty }) => dirty.surface === surface && hourStart(dirty.hour) + hour <= now,
    );
    await this.#storeDays(surface, closed);
    await inParallel(closed, concurrency, async (mark) => {
      if (await this.#use.store.clearDirty(mark)) this.#recent.markGone(mark.dirty);
      this.#seen.delete(dirtySortKey(mark.dirty));
    });
  }

  #isChanged({ dirty, stamp }: DirtyMark): boolean {
    return this.#seen.get(dirtySortKey(dirty)) !== stamp;
  }

  async #recompute(mark: DirtyMark): Promise<void> {
    const { dirty } = mark;
    if (dirty.of === 'counts') return recomputeHour(this.#use, this.seriesSet, dirty);
    const { surface, rubric } = dirty;
    const columns =
      this.#recent.follow(mark) ??
      this.#recent.take(mark, await this.#use.judgements.readHour(surface, rubric, dirty.hour));
    this.seriesSet.replaceHour(surface, verdictSource(rubric), dirty.hour, columns);
  }

  /** Recent days as they are, older ones folded; where they were never folded, they are folded as they come. */
  async #load(surface: string, now: number): Promise<void> {
    this.drop(surface);
    const since = { whole: now - daysKept * day, parts: now - partDaysKept * day };
    const wants = this.#use.baselineColumns(surface);
    const foldedBefore = this.#boundary;
    const folded = await this.#use.store.readFolded(surface, since, ({ day: key, slice, packed }) => {
      if (dayStart(key) < foldedBefore)
        this.seriesSet.unpackDay(surface, slice, key, packed, { foldedBefore, wants });
    });
    const from = Math.max(folded ?? 0, floorTo(since.whole, day));
    await this.#use.store.eachDay(surface, from, now, ({ day: key, slice, packed }) => {
      if (slice === '*' || dayStart(key) >= since.parts)
        this.seriesSet.unpackDay(surface, slice, key, packed, { foldedBefore });
    });
    this.#foldedThrough.set(surface, from);
  }

  /** Stores what has grown old since it was last done, folded, beside the days as they are. */
  async #storeFolded(surface: string): Promise<void> {
    const from = this.#foldedThrough.get(surface) ?? this.#boundary;
    if (from >= this.#boundary) return;
    for (let at = from; at < this.#boundary; at += day) {
      const isLast = at + day >= this.#boundary;
      const days = [...this.seriesSet.slices(surface).keys()]
        .map((slice) => ({ at, slice, packed: this.seriesSet.packDay(surface, slice, at) }))
        .filter(({ packed }) => Object.keys(packed).length > 0);
      await this.#use.store.writeFolded(surface, days, isLast ? this.#boundary : undefined);
    }
    this.#foldedThrough.set(surface, this.#boundary);
  }

  /** Every slice-day that holds a closed hour whose mark still stands: its day must be stored before the mark goes. */
  async #storeDays(surface: string, closed: readonly DirtyMark[]): Promise<void> {
    const days = new Set(closed.map(({ dirty }) => dayKey(hourStart(dirty.hour))));
    const open = [...days].map(dayStart).filter((at) => at >= this.#boundary);
    const pairs = open.flatMap((at) =>
      [...this.seriesSet.slices(surface).keys()].map((slice): [number, Slice] => [at, slice]),
    );
    await inParallel(pairs, concurrency, async ([at, slice]) => {
      await this.#use.store.writeDay(surface, at, slice, this.seriesSet.packDay(surface, slice, at));
    });
  }
}
