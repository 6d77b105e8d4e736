import type { AnchorScoring, AnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { AnchorProgressByJudge } from '#adapters/dynamodb/series-store.ts';
import { inParallel, type OutgoingMessage } from '#adapters/sqs/queue.ts';
import {
  type AnchorProgress,
  type AnchorReading,
  type AnchorRound,
  closeRound,
  isWornOut,
  mostAnchorSpending,
  nextRound,
  openRound,
  readAnchors,
  spentOnAnchors,
  startAnchorProgress,
} from '#core/anchors/anchor-progress.ts';
import {
  type AnchorCandidate,
  type AnchorSet,
  anchorHours,
  anchorSetSize,
  chooseAnchors,
} from '#core/anchors/anchor-set.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { stateNow } from '#core/calibration/use-calibration.ts';
import { type Catalogue, calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { type JudgeTask, judgeFingerprint, presentJudgeName } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import { ceilTo, day, hour } from '#core/time.ts';

export interface AnchorDependencies {
  readonly catalogue: Catalogue;
  readonly judgements: Pick<JudgementStore, 'readHour' | 'readTexts'>;
  readonly anchors: AnchorStore;
  /** Puts judgements on the judge queue; per message, whether it was taken. */
  readonly forward: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
}

/** What evaluations know of a judge's anchors. */
export interface JudgeWatch {
  readonly context: SloContext['anchors'];
  readonly reading: AnchorReading | undefined;
  /** Since when the judge is as it is now: a calibration of responses from before is none of this judge. */
  readonly countsFrom: number | undefined;
}

/** What people rated of a surface. Epoch milliseconds. */
interface RatedWindow {
  readonly surface: string;
  readonly from: number;
  readonly to: number;
  /** The model id that the rated verdicts came back with. */
  readonly returnedModel: string | undefined;
}

interface SetState {
  readonly calibrations: readonly Calibration[];
  readonly progress: AnchorProgress | undefined;
  /** A warning stands on this judge's word. */
  readonly warned: boolean;
  readonly now: number;
}

/** Reads and messages under way at once. */
const width = 16;

/** Hours read to choose a set: an instance's one tick has to hold them. */
const mostHoursRead = 200;

/** Texts in memory at once. */
const sentAtOnce = 100;

/** A set is chosen anew from responses of so long ago when its texts have expired. */
const renewalWindow = 7 * day;
const renewalRest = day;

/**
 * The anchors of every calibrated judge, tick by tick: has them scored again by today's judge, through the judge queue
 * as any response, and compares. All that it knows lies in the tick's record and the tables.
 */
export class AnchorWatch {
  readonly #use: AnchorDependencies;
  readonly #judges: ReadonlyMap<string, Rubric>;
  readonly #sets = new Map<string, AnchorSet | undefined>();
  readonly #courses = new Map<string, AnchorProgress>();
  /** When a set could not be made last, by judge: too few candidates do not become enough within the hour. */
  readonly #failed = new Map<string, number>();

  constructor(use: AnchorDependencies) {
    this.#use = use;
    this.#judges = new Map(
      calibratedRubrics(use.catalogue).map((rubric) => [presentJudgeName(rubric), rubric]),
    );
  }

  /**
   * Takes in the verdicts that have come, and chooses a set for each judge that was calibrated since the last one.
   *
   * @param warned judges on whose word a warning stands: their sets stay as they are
   */
  async collect(
    previous: AnchorProgressByJudge,
    calibrations: readonly Calibration[],
    warned: ReadonlySet<string>,
    now: number,
  ): Promise<void> {
    for (const [judge, rubric] of this.#judges) {
      const before = previous[judge];
      const state = { calibrations, progress: before, warned: warned.has(judge), now };
      const set = await this.#setOf(judge, rubric, state);
      if (set === undefined) {
        this.#courses.delete(judge);
        continue;
      }
      const progress = before?.madeFor === set.madeFor ? before : startAnchorProgress(set, before);
      const after = await this.#takeIn(rubric, set, progress, now);
      this.#courses.set(judge, after);
      const { countsFrom, countedFrom } = set;
      if (after.movedAt !== undefined && progress.movedAt === undefined)
        await this.#keep(judge, {
          ...set,
          countsFrom: ceilTo(after.movedAt, hour),
          countedFrom: countsFrom,
        });
      if (after.movedAt === undefined && progress.movedAt !== undefined)
        await this.#keep(judge, { ...set, countsFrom: countedFrom, countedFrom: undefined });
    }
  }

  /** Forgets what it holds of the tables: another instance may have written since. */
  forget(): void {
    this.#sets.clear();
    this.#failed.clear();
  }

  /** What is known of a judge after {@link collect}; without anchors nothing. */
  watchOf(rubric: Rubric | undefined): JudgeWatch {
    const judge = rubric === undefined ? '' : presentJudgeName(rubric);
    const progress = this.#courses.get(judge);
    const set = this.#sets.get(judge);
    const countsFrom = set?.countsFrom;
    if (
      progress === undefined ||
      set === undefined ||
      (isWornOut(progress) && progress.movedAt === undefined)
    )
      return { context: undefined, reading: undefined, countsFrom };
    const context =
      progress.movedAt !== undefined
        ? { state: 'moved' as const, at: Math.max(progress.movedAt, progress.wholeAt ?? 0) }
        : progress.wholeAt === undefined
          ? { state: 'pending' as const }
          : { state: 'steady' as const, at: progress.wholeAt };
    return { context, reading: readAnchors(set, progress), countsFrom };
  }

  /** Every judge with its rubric, for the gauges. */
  get judges(): ReadonlyMap<string, Rubric> {
    return this.#judges;
  }

  /**
   * Sends what is due to the judge: the day's turn, and every anchor of a judge whom a warning asks about.
   *
   * @returns what to remember until the next tick
   */
  async send(asked: ReadonlySet<string>, now: number): Promise<AnchorProgressByJudge> {
    // Whom a warning asks about goes first, for there may not be money for all.
    const inOrder = [...this.#judges].sort(([a], [b]) => Number(asked.has(b)) - Number(asked.has(a)));
    for (const [judge, rubric] of inOrder) {
      const set = this.#sets.get(judge);
      const progress = this.#courses.get(judge);
      if (set === undefined || progress === undefined) continue;
      const roomUsd = this.#roomUsd(now);
      const round = nextRound(set, progress, { warned: asked.has(judge), roomUsd }, now);
      if (round !== undefined)
        this.#courses.set(judge, openRound(progress, round, await this.#sendRound(rubric, set, round), now));
    }
    return Object.fromEntries(this.#courses);
  }

  /** What all judges' anchors together may still cost today. */
  #roomUsd(now: number): number {
    let room = mostAnchorSpending * this.#use.catalogue.spendingCapUsdPerDay;
    for (const [judge, progress] of this.#courses) {
      const set = this.#sets.get(judge);
      if (set !== undefined) room -= spentOnAnchors(set, progress, now);
    }
    return room;
  }

  /** The judge's set as it is stored or remembered, or a new one where newer ratings or lost texts want it. */
  async #setOf(
    judge: string,
    rubric: Rubric,
    { calibrations, progress, warned, now }: SetState,
  ): Promise<AnchorSet | undefined> {
    const valid = validWindows(rubric, calibrations, now);
    if (valid.length === 0 && progress?.movedAt === undefined) return undefined;
    if (!this.#sets.has(judge)) this.#sets.set(judge, await this.#use.anchors.readSet(judge));
    const set = this.#sets.get(judge);
    const own = progress?.madeFor === set?.madeFor ? progress : undefined;
    const windows = valid.filter(({ from }) => from >= (set?.countsFrom ?? Number.NEGATIVE_INFINITY));
    const madeFor = Math.max(...windows.map(({ to }) => to));
    if (set !== undefined && own !== undefined) {
      if (isWornOut(own)) {
        // A new set would take the judge's verdicts of after its move for its own.
        if (own.movedAt !== undefined && windows.length === 0) return set;
        // Where texts are gone so soon, another set a tick would be gone as well.
        if (now - set.madeFor < renewalRest) return set;
        const recent = valid.map((window) => ({ ...window, from: now - renewalWindow, to: now }));
        return (
          (await this.#choose(judge, rubric, recent, { madeFor: now, countsFrom: set.countsFrom, now })) ??
          set
        );
      }
      // A warning is about the judge as it was calibrated before; one that moved waits for its new calibration.
      if (warned && own.movedAt === undefined) return set;
    }
    if (windows.length === 0 || (set !== undefined && madeFor <= set.madeFor)) return set;
    return (await this.#choose(judge, rubric, windows, { madeFor, countsFrom: set?.countsFrom, now })) ?? set;
  }

  async #choose(
    judge: string,
    rubric: Rubric,
    windows: readonly RatedWindow[],
    { madeFor, countsFrom, now }: Pick<AnchorSet, 'madeFor' | 'countsFrom'> & { readonly now: number },
  ): Promise<AnchorSet | undefined> {
    if (now - (this.#failed.get(judge) ?? Number.NEGATIVE_INFINITY) < hour) return undefined;
    const seed = `${judge}/${madeFor}`;
    const fingerprint = judgeFingerprint(rubric);
    const candidates: (AnchorCandidate & { surface: string })[] = [];
    const hours = anchorHours(windows, seed).slice(0, mostHoursRead);
    while (hours.length > 0 && candidates.length < 2 * anchorSetSize) {
      await inParallel(hours.splice(0, width), width, async ({ surface, hour: key }) => {
        for (const each of await this.#use.judgements.readHour(surface, rubric, key))
          if (each.fingerprint === fingerprint && isOfModel(each.returnedModel, windows, surface))
            candidates.push({ ...each, surface });
      });
    }
    const made = chooseAnchors(candidates, madeFor, seed);
    if (made === undefined) {
      this.#failed.set(judge, now);
      return undefined;
    }
    return this.#keep(judge, { ...made, ...(countsFrom !== undefined && { countsFrom }) });
  }

  async #keep(judge: string, set: AnchorSet): Promise<AnchorSet> {
    await this.#use.anchors.writeSet(judge, set);
    this.#sets.set(judge, set);
    return set;
  }

  async #takeIn(
    rubric: Rubric,
    set: AnchorSet,
    progress: AnchorProgress,
    now: number,
  ): Promise<AnchorProgress> {
    const { open } = progress;
    if (open === undefined) return progress;
    const scorings = open.positions.flatMap((position) => {
      const anchor = set.anchors[position];
      return anchor === undefined ? [] : [scoringOf(rubric, anchor, open.repeat)];
    });
    const outcomes = await this.#use.anchors.readOutcomes(scorings);
    return closeRound(
      set,
      progress,
      new Map(open.positions.map((at, index) => [at, outcomes[index] ?? 'pending'])),
      now,
    );
  }

  /** @returns positions whose text has expired */
  async #sendRound(rubric: Rubric, set: AnchorSet, round: AnchorRound): Promise<Set<number>> {
    const gone = new Set<number>();
    for (let start = 0; start < round.positions.length; start += sentAtOnce) {
      const messages: OutgoingMessage[] = [];
      await inParallel(round.positions.slice(start, start + sentAtOnce), width, async (position) => {
        const anchor = set.anchors[position];
        if (anchor === undefined) return;
        const scoring = scoringOf(rubric, anchor, round.repeat);
        const stored = await this.#use.judgements.readTexts({ ...scoring, repeat: 0 });
        if (stored === undefined) {
          gone.add(position);
          return;
        }
        const task: JudgeTask = {
          ...scoring,
          probability: anchor.probability,
          redrive: 0,
          texts: stored.texts,
        };
        messages.push({ body: JSON.stringify(task) });
      });
      // One that is not taken stays pending, and its round closes without it.
      await this.#use.forward(messages);
    }
    return gone;
  }
}

function scoringOf(rubric: Rubric, anchor: AnchorSet['anchors'][number], repeat: number): AnchorScoring {
  return {
    responseId: anchor.responseId,
    at: new Date(anchor.at).toISOString(),
    surface: anchor.surface,
    rubric: { id: rubric.id, version: rubric.version },
    fingerprint: judgeFingerprint(rubric),
    repeat,
  };
}

/** The rated windows of this very judge's valid calibrations, whatever its anchors say. */
function validWindows(rubric: Rubric, calibrations: readonly Calibration[], now: number): RatedWindow[] {
  const present = { rubric, fingerprint: judgeFingerprint(rubric) };
  return calibrations.flatMap((calibration) => {
    const { surface, rubric: of, fingerprint, window, returnedModel } = calibration;
    const isOwn = of.id === rubric.id && of.version === rubric.version && fingerprint === present.fingerprint;
    const usable = isOwn && window !== undefined && stateNow(calibration, present, now).state === 'valid';
    return usable ? [{ surface, ...window, returnedModel }] : [];
  });
}

/** Verdicts of another model id are another judge's, though its name is the same. */
function isOfModel(
  returnedModel: string | undefined,
  windows: readonly RatedWindow[],
  surface: string,
): boolean {
  const wanted = windows.find((window) => window.surface === surface)?.returnedModel;
  return wanted === undefined || returnedModel === undefined || returnedModel === wanted;
}
