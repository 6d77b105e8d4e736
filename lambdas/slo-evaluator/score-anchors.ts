import type { AnchorScoring, AnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { AnchorCourses } from '#adapters/dynamodb/series-store.ts';
import { inParallel, type OutgoingMessage } from '#adapters/sqs/queue.ts';
import {
  type AnchorCourse,
  type AnchorReading,
  type AnchorRound,
  closeRound,
  freshCourse,
  isWornOut,
  nextRound,
  openRound,
  readAnchors,
} from '#core/anchors/anchor-course.ts';
import {
  type AnchorCandidate,
  type AnchorSet,
  anchorHours,
  anchorsWanted,
  chooseAnchors,
} from '#core/anchors/anchor-set.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { stateNow } from '#core/calibration/use-calibration.ts';
import { type Catalogue, calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { type JudgeTask, judgeFingerprint, judgeName } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { SloContext } from '#core/slo/evaluation.ts';
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
}

/** What people rated of a surface. Epoch milliseconds. */
interface RatedWindow {
  readonly surface: string;
  readonly from: number;
  readonly to: number;
}

interface SetState {
  readonly calibrations: readonly Calibration[];
  readonly course: AnchorCourse | undefined;
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
  readonly #courses = new Map<string, AnchorCourse>();

  constructor(use: AnchorDependencies) {
    this.#use = use;
    this.#judges = new Map(
      calibratedRubrics(use.catalogue).map((rubric) => [judgeName(rubric, judgeFingerprint(rubric)), rubric]),
    );
  }

  /**
   * Takes in the verdicts that have come, and chooses a set for each judge that was calibrated since the last one.
   *
   * @param warned judges on whose word a warning stands: their sets stay as they are
   */
  async collect(
    previous: AnchorCourses,
    calibrations: readonly Calibration[],
    warned: ReadonlySet<string>,
    now: number,
  ): Promise<void> {
    for (const [judge, rubric] of this.#judges) {
      const before = previous[judge];
      const state = { calibrations, course: before, warned: warned.has(judge), now };
      const set = await this.#setOf(judge, rubric, state);
      if (set === undefined) {
        this.#courses.delete(judge);
        continue;
      }
      const course = before?.madeFor === set.madeFor ? before : freshCourse(set);
      const after = await this.#takeIn(rubric, set, course, now);
      this.#courses.set(judge, after);
      if ((after.movedAt === undefined) !== (course.movedAt === undefined)) {
        const { countsFrom: _, ...plain } = set;
        const moved = after.movedAt !== undefined && { countsFrom: ceilTo(after.movedAt, hour) };
        await this.#keep(judge, { ...plain, ...moved });
      }
    }
  }

  /** What is known of a judge after {@link collect}; without anchors nothing. */
  watchOf(rubric: Rubric | undefined): JudgeWatch {
    const judge = rubric === undefined ? '' : judgeName(rubric, judgeFingerprint(rubric));
    const course = this.#courses.get(judge);
    const set = this.#sets.get(judge);
    if (course === undefined || set === undefined || isWornOut(course))
      return { context: undefined, reading: undefined };
    const context =
      course.movedAt !== undefined
        ? { state: 'moved' as const, at: Math.max(course.movedAt, course.wholeAt ?? 0) }
        : course.wholeAt === undefined
          ? { state: 'pending' as const }
          : { state: 'steady' as const, at: course.wholeAt };
    return { context, reading: readAnchors(set, course) };
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
  async send(asked: ReadonlySet<string>, now: number): Promise<AnchorCourses> {
    const courses: Record<string, AnchorCourse> = {};
    for (const [judge, rubric] of this.#judges) {
      const set = this.#sets.get(judge);
      const course = this.#courses.get(judge);
      if (set === undefined || course === undefined) continue;
      const { spendingCapUsdPerDay: capUsd } = this.#use.catalogue;
      const round = nextRound(set, course, { warned: asked.has(judge), capUsd }, now);
      courses[judge] =
        round === undefined
          ? course
          : openRound(course, round, await this.#sendRound(rubric, set, round), now);
    }
    return courses;
  }

  /** The judge's set as it is stored or remembered, or a new one where newer ratings or lost texts want it. */
  async #setOf(
    judge: string,
    rubric: Rubric,
    { calibrations, course, warned, now }: SetState,
  ): Promise<AnchorSet | undefined> {
    const valid = validWindows(rubric, calibrations, now);
    if (valid.length === 0 && course?.movedAt === undefined) return undefined;
    if (!this.#sets.has(judge)) this.#sets.set(judge, await this.#use.anchors.readSet(judge));
    const set = this.#sets.get(judge);
    const own = course?.madeFor === set?.madeFor ? course : undefined;
    const windows = valid.filter(({ from }) => from >= (set?.countsFrom ?? Number.NEGATIVE_INFINITY));
    const madeFor = Math.max(...windows.map(({ to }) => to));
    if (set !== undefined && own !== undefined) {
      if (isWornOut(own)) {
        // Where texts are gone so soon, another set a tick would be gone as well.
        if (now - set.madeFor < renewalRest) return set;
        const recent = valid.map(({ surface }) => ({ surface, from: now - renewalWindow, to: now }));
        return (
          (await this.#choose(judge, rubric, recent, { madeFor: now, countsFrom: set.countsFrom })) ?? set
        );
      }
      // A warning is about the judge as it was calibrated before; one that moved waits for its new calibration.
      if (warned && own.movedAt === undefined) return set;
    }
    if (windows.length === 0 || (set !== undefined && madeFor <= set.madeFor)) return set;
    return (await this.#choose(judge, rubric, windows, { madeFor, countsFrom: set?.countsFrom })) ?? set;
  }

  async #choose(
    judge: string,
    rubric: Rubric,
    windows: readonly RatedWindow[],
    { madeFor, countsFrom }: Pick<AnchorSet, 'madeFor' | 'countsFrom'>,
  ): Promise<AnchorSet | undefined> {
    const seed = `${judge}/${madeFor}`;
    const fingerprint = judgeFingerprint(rubric);
    const candidates: (AnchorCandidate & { surface: string })[] = [];
    const hours = anchorHours(windows, seed).slice(0, mostHoursRead);
    while (hours.length > 0 && candidates.length < 2 * anchorsWanted) {
      await inParallel(hours.splice(0, width), width, async ({ surface, hour: key }) => {
        for (const each of await this.#use.judgements.readHour(surface, rubric, key))
          if (each.fingerprint === fingerprint && each.state === 'judged')
            candidates.push({ ...each, surface });
      });
    }
    const made = chooseAnchors(candidates, madeFor, seed);
    if (made === undefined) return undefined;
    return this.#keep(judge, { ...made, ...(countsFrom !== undefined && { countsFrom }) });
  }

  async #keep(judge: string, set: AnchorSet): Promise<AnchorSet> {
    await this.#use.anchors.writeSet(judge, set);
    this.#sets.set(judge, set);
    return set;
  }

  async #takeIn(rubric: Rubric, set: AnchorSet, course: AnchorCourse, now: number): Promise<AnchorCourse> {
    const { open } = course;
    if (open === undefined) return course;
    const scorings = open.positions.flatMap((position) => {
      const anchor = set.anchors[position];
      return anchor === undefined ? [] : [scoringOf(rubric, anchor, open.repeat)];
    });
    const outcomes = await this.#use.anchors.readOutcomes(scorings);
    return closeRound(
      set,
      course,
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
    const { surface, rubric: of, fingerprint, window } = calibration;
    const isOwn = of.id === rubric.id && of.version === rubric.version && fingerprint === present.fingerprint;
    const usable = isOwn && window !== undefined && stateNow(calibration, present, now).state === 'valid';
    return usable ? [{ surface, ...window }] : [];
  });
}
