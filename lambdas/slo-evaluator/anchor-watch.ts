import type { AnchorProgressByJudge } from '#adapters/dynamodb/series-store.ts';
import {
  type AnchorProgress,
  type AnchorReading,
  type AnchorRound,
  dropAnchors,
  isWornOut,
  readAnchors,
  startAnchorProgress,
  takeRefill,
} from '#core/anchors/anchor-progress.ts';
import { mostAnchorSpending, nextRound, openRound, spentOnAnchors } from '#core/anchors/anchor-round.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { type Catalogue, calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { presentJudgeName } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import { ceilTo, hour } from '#core/time.ts';
import { type AnchorSetDependencies, AnchorSets, type JudgeSituation } from './anchor-sets.ts';
import { readRound, type ScoringDependencies, sendRound } from './score-anchors.ts';

export interface AnchorDependencies {
  readonly catalogue: Catalogue;
  readonly judgements: AnchorSetDependencies['judgements'] & ScoringDependencies['judgements'];
  readonly anchors: AnchorSetDependencies['anchors'] & ScoringDependencies['anchors'];
  readonly forward: ScoringDependencies['forward'];
}

/** What evaluations know of a judge's anchors. */
export interface AnchorStatus {
  readonly context: SloContext['anchors'];
  readonly reading: AnchorReading | undefined;
  /** Since when the judge is as it is now: a calibration of responses from before is none of this judge. */
  readonly countsFrom: number | undefined;
}

/**
 * The anchors of every calibrated judge, tick by tick: has them scored again by today's judge and compares. All that it
 * knows lies in the tick's record and the tables.
 */
export class AnchorWatch {
  readonly #use: AnchorDependencies;
  readonly #judges: ReadonlyMap<string, Rubric>;
  readonly #sets: AnchorSets;
  readonly #progress = new Map<string, AnchorProgress>();
  /** Rounds that are noted and not sent yet, by judge. */
  readonly #unsent = new Map<string, AnchorRound>();
  /** Anchors that could not be sent for their texts are gone, which the next tick notes; by judge. */
  readonly #gone = new Map<string, { readonly madeFor: number; readonly positions: ReadonlySet<number> }>();

  constructor(use: AnchorDependencies) {
    this.#use = use;
    this.#sets = new AnchorSets(use);
    this.#judges = new Map(
      calibratedRubrics(use.catalogue).map((rubric) => [presentJudgeName(rubric), rubric]),
    );
  }

  /**
   * Reads the verdicts that have come, and chooses a set for each judge that was calibrated since the last one.
   *
   * One judge's trouble leaves it as it was and the others go on.
   *
   * @param warned judges on whose word a warning stands: their sets stay as they are
   * @throws the first judge's error, after all
   */
  async collect(
    previous: AnchorProgressByJudge,
    calibrations: readonly Calibration[],
    warned: ReadonlySet<string>,
    now: number,
  ): Promise<void> {
    const errors: unknown[] = [];
    for (const [judge, rubric] of this.#judges) {
      const progress = previous[judge];
      try {
        await this.#collectOne(judge, rubric, { calibrations, progress, warned: warned.has(judge), now });
      } catch (error) {
        if (progress !== undefined) this.#progress.set(judge, progress);
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  async #collectOne(judge: string, rubric: Rubric, situation: JudgeSituation): Promise<void> {
    const { progress: before, now } = situation;
    const set = await this.#sets.find(judge, rubric, situation);
    if (set === undefined) {
      this.#progress.delete(judge);
      return;
    }
    const known =
      before?.madeFor === set.madeFor ? takeRefill(set, before) : startAnchorProgress(set, before);
    const gone = this.#gone.get(judge);
    const progress = gone?.madeFor === set.madeFor ? dropAnchors(known, gone.positions) : known;
    const after = await readRound(this.#use, rubric, set, progress, now);
    this.#progress.set(judge, after);
    const { countsFrom, countedFrom } = set;
    if (after.movedAt !== undefined && progress.movedAt === undefined)
      await this.#sets.write(judge, {
        ...set,
        countsFrom: ceilTo(after.movedAt, hour),
        countedFrom: countsFrom,
      });
    if (after.movedAt === undefined && progress.movedAt !== undefined)
      await this.#sets.write(judge, { ...set, countsFrom: countedFrom, countedFrom: undefined });
  }

  /**
   * Takes what another evaluator found, where several share the surfaces and one of them watches the anchors.
   *
   * @throws the SDK's error
   */
  async follow(found: AnchorProgressByJudge): Promise<void> {
    for (const judge of this.#judges.keys()) {
      const progress = found[judge];
      if (progress === undefined) this.#progress.delete(judge);
      else {
        // Its set counts from another time once the judge moved.
        await this.#sets.read(judge, `${progress.madeFor} ${progress.movedAt} ${progress.refilledAt}`);
        this.#progress.set(judge, progress);
      }
    }
  }

  /** Forgets what it holds of the tables: another instance may have written since. */
  forget(): void {
    this.#sets.forget();
  }

  /** What is known of a judge after {@link collect}; without anchors nothing. */
  readStatus(rubric: Rubric | undefined): AnchorStatus {
    const judge = rubric === undefined ? '' : presentJudgeName(rubric);
    const progress = this.#progress.get(judge);
    const set = this.#sets.get(judge);
    const countsFrom = set?.countsFrom;
    if (
      progress === undefined ||
      set === undefined ||
      (isWornOut(progress) && progress.movedAt === undefined)
    )
      return { context: undefined, reading: undefined, countsFrom };
    const reading = readAnchors(progress, set);
    const context =
      progress.movedAt !== undefined
        ? { state: 'moved' as const, at: Math.max(progress.movedAt, progress.wholeAt ?? 0) }
        : progress.wholeAt === undefined
          ? { state: 'pending' as const }
          : { state: reading.answer, at: progress.wholeAt };
    return { context, reading, countsFrom };
  }

  /** Every judge with its rubric, for the gauges. */
  get judges(): ReadonlyMap<string, Rubric> {
    return this.#judges;
  }

  /**
   * Chooses what is due for the judge: the day's turn, and every anchor of a judge whom a warning asks about.
   *
   * @returns what to remember until the next tick; once that is noted, {@link send} sends it
   */
  plan(asked: ReadonlySet<string>, now: number): AnchorProgressByJudge {
    // Whom a warning asks about goes first, for there may not be money for all.
    const inOrder = [...this.#judges.keys()].sort((a, b) => Number(asked.has(b)) - Number(asked.has(a)));
    for (const judge of inOrder) {
      const set = this.#sets.get(judge);
      const progress = this.#progress.get(judge);
      if (set === undefined || progress === undefined) continue;
      const roomUsd = this.#roomUsd(now);
      const round = nextRound(set, progress, { warned: asked.has(judge), roomUsd }, now);
      if (round === undefined) continue;
      this.#progress.set(judge, openRound(progress, round, now));
      this.#unsent.set(judge, round);
    }
    return Object.fromEntries(this.#progress);
  }

  /**
   * Sends the rounds that were planned, those that failed at an earlier tick included: sent twice they have the same keys.
   *
   * @throws the first judge's error, after all
   */
  async send(): Promise<void> {
    const errors: unknown[] = [];
    for (const [judge, round] of [...this.#unsent]) {
      const rubric = this.#judges.get(judge);
      const set = this.#sets.get(judge);
      const isOpen = this.#progress.get(judge)?.open?.repeat === round.repeat;
      try {
        if (rubric !== undefined && set !== undefined && isOpen)
          this.#gone.set(judge, {
            madeFor: set.madeFor,
            positions: await sendRound(this.#use, rubric, set, round),
          });
        this.#unsent.delete(judge);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** What all judges' anchors together may still cost today. */
  #roomUsd(now: number): number {
    let room = mostAnchorSpending * this.#use.catalogue.spendingCapUsdPerDay;
    for (const [judge, progress] of this.#progress) {
      const set = this.#sets.get(judge);
      if (set !== undefined) room -= spentOnAnchors(set, progress, now);
    }
    return room;
  }
}
