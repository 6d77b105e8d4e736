import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { type EndState, finalStates } from '#core/judging/judgement.ts';
import type { DirtyMark } from '#core/series/control.ts';
import { type DirtyHour, dirtySortKey, pipelineSurface, type Slice } from '#core/series/keys.ts';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import { SeriesSet, sumColumn, verdictSource } from '#core/series/series-set.ts';
import { summariseCounts, summariseVerdicts, verdictColumn } from '#core/series/summarise-hour.ts';
import { day, dayStart, floorTo, freezeAfter, hour, hourStart } from '#core/time.ts';

/** Days of roll-ups that windows and baselines look back on. */
export const daysKept = 62;

/** Days of roll-ups of cohorts and releases, of which there are more: their longest window. */
const partDaysKept = 31;

/** DynamoDB reads under way at once. */
const concurrency = 16;

/**
 * What one evaluator instance remembers between ticks, so that a tick reads only what changed: the series, and the
 * stamps of the dirty marks it has followed. All of it can be read back from the table.
 */
export class TickMemory {
  readonly seriesSet: SeriesSet;
  readonly #seen = new Map<string, string>();
  #trimmedAt = Number.NaN;
  #calibrations: { readonly stamp: string; readonly all: readonly Calibration[] } | undefined;
  readonly measurer: SloMeasurer;

  private constructor(seriesSet: SeriesSet) {
    this.seriesSet = seriesSet;
    this.measurer = new SloMeasurer(seriesSet, 'evaluation');
  }

  /** Reads the roll-ups of every surface. */
  static async load(catalogue: Catalogue, store: SeriesStore, now: number): Promise<TickMemory> {
    const seriesSet = new SeriesSet();
    const surfaces = [...catalogue.surfaces.map(({ surface }) => surface), pipelineSurface];
    await inParallel(surfaces, concurrency, async (surface) => {
      for (const { day: key, slice, packed } of await store.readDays(surface, now - daysKept * day, now))
        if (slice === '*' || dayStart(key) >= now - partDaysKept * day)
          seriesSet.unpackDay(surface, slice, key, packed, now - freezeAfter - day);
    });
    return new TickMemory(seriesSet);
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

  /**
   * Brings the series up to the dirty hours: recomputes each changed one from its source, stores the days of closed ones and takes
   * their marks away. Marks of hours that are still open stay, for a new instance starts from them.
   *
   * @returns verdicts newly found to have come after their hour was frozen
   */
  async update(
    marks: readonly DirtyMark[],
    store: SeriesStore,
    judgements: JudgementStore,
    now: number,
  ): Promise<number> {
    let late = 0;
    const changed = marks.filter(({ dirty, stamp }) => this.#seen.get(dirtySortKey(dirty)) !== stamp);
    const days = new Map<string, { surface: string; slice: Slice; at: number }>();
    await inParallel(changed, concurrency, async ({ dirty, stamp }) => {
      const frozen = hourStart(dirty.hour) + hour + freezeAfter <= now;
      let touched: Set<Slice>;
      if (frozen) {
        const found = await this.#countLate(judgements, dirty);
        late += found;
        touched = new Set<Slice>(found > 0 ? ['*'] : []);
      } else touched = await this.#recompute(store, judgements, dirty);
      for (const slice of touched)
        days.set(`${dirty.surface}#${dirty.hour.slice(0, 10)}#${slice}`, {
          surface: dirty.surface,
          slice,
          at: hourStart(dirty.hour),
        });
      this.#seen.set(dirtySortKey(dirty), stamp);
    });
    const closed = marks.filter(({ dirty }) => hourStart(dirty.hour) + hour <= now);
    const toWrite = this.#daysOf(closed, days);
    await inParallel(toWrite, concurrency, async ({ surface, slice, at }) => {
      await store.writeDay(surface, at, slice, this.seriesSet.packDay(surface, slice, at));
    });
    await inParallel(closed, concurrency, async (mark) => {
      await store.clearDirty(mark);
      this.#seen.delete(dirtySortKey(mark.dirty));
    });
    this.#trim(now);
    return late;
  }

  /** Once a day: what lies too far back goes, and what is frozen is kept by the day where a day is enough. */
  #trim(now: number): void {
    if (this.#trimmedAt === floorTo(now, day)) return;
    this.#trimmedAt = floorTo(now, day);
    this.seriesSet.forgetBefore({ whole: now - (daysKept + 1) * day, parts: now - (partDaysKept + 1) * day });
    this.seriesSet.foldBefore(now - freezeAfter - day);
  }

  /** Every slice-day that holds a closed hour whose mark still stands: its day must be stored before the mark goes. */
  #daysOf(
    closed: readonly DirtyMark[],
    touched: ReadonlyMap<string, { surface: string; slice: Slice; at: number }>,
  ) {
    const days = new Map<string, { surface: string; slice: Slice; at: number }>();
    for (const { dirty } of closed) {
      const at = hourStart(dirty.hour);
      for (const [slice] of this.seriesSet.slices(dirty.surface))
        days.set(`${dirty.surface}#${dirty.hour.slice(0, 10)}#${slice}`, {
          surface: dirty.surface,
          slice,
          at,
        });
    }
    for (const [name, value] of touched) if (days.has(name)) days.set(name, value);
    return [...days.values()];
  }

  async #recompute(store: SeriesStore, judgements: JudgementStore, dirty: DirtyHour): Promise<Set<Slice>> {
    if (dirty.of === 'counts') {
      const items = await store.readCounts(dirty.surface, dirty.hour);
      return this.seriesSet.replaceHour(
        dirty.surface,
        'counts',
        dirty.hour,
        summariseCounts(dirty.hour, items),
      );
    }
    const verdicts = await judgements.readHour(dirty.surface, dirty.rubric, dirty.hour);
    return this.seriesSet.replaceHour(
      dirty.surface,
      verdictSource(dirty.rubric),
      dirty.hour,
      summariseVerdicts(dirty.rubric, verdicts),
    );
  }

  /** A frozen hour keeps its numbers; what is in the table beyond them is noted as late. Returns what is new of it. */
  async #countLate(judgements: JudgementStore, dirty: DirtyHour): Promise<number> {
    if (dirty.of === 'counts') return 0;
    const { surface, rubric } = dirty;
    const verdicts = await judgements.readHour(surface, rubric, dirty.hour);
    const stored = verdicts.filter(({ state }) => (finalStates as readonly string[]).includes(state)).length;
    const start = hourStart(dirty.hour);
    const count = (what: EndState | 'late') =>
      sumColumn(this.seriesSet.column(surface, '*', verdictColumn(rubric, what)), start, start + hour);
    const late = stored - finalStates.reduce((sum, what) => sum + count(what), 0);
    const known = count('late');
    if (late <= known) return 0;
    this.seriesSet.setValue(surface, '*', verdictColumn(rubric, 'late'), start, late);
    return late - known;
  }
}
