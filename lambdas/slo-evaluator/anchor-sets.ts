import type { AnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { type AnchorProgress, findGone, isWornOut } from '#core/anchors/anchor-progress.ts';
import {
  type AnchorCandidate,
  type AnchorSet,
  anchorHours,
  anchorSetSize,
  chooseAnchors,
  refillAnchors,
} from '#core/anchors/anchor-set.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { stateNow } from '#core/calibration/use-calibration.ts';
import { largest } from '#core/extremes.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { day, hour } from '#core/time.ts';

export interface AnchorSetDependencies {
  readonly judgements: Pick<JudgementStore, 'readHour'>;
  readonly anchors: Pick<AnchorStore, 'readSet' | 'writeSet'>;
}

/** What decides whether a judge keeps its set. */
export interface JudgeSituation {
  readonly calibrations: readonly Calibration[];
  readonly progress: AnchorProgress | undefined;
  /** A warning stands on this judge's word. */
  readonly warned: boolean;
  readonly now: number;
}

/** What people rated of a surface. Epoch milliseconds. */
interface RatedWindow {
  readonly surface: string;
  readonly from: number;
  readonly to: number;
  /** The model id that the rated verdicts came back with. */
  readonly returnedModel: string | undefined;
}

/** DynamoDB reads under way at once. */
const concurrency = 16;

/** Hours read to choose a set: an instance's one tick has to hold them. */
const mostHoursRead = 200;

/** A set is chosen anew from responses of so long ago when its texts have expired. */
const renewalWindow = 7 * day;

/** With so many texts gone others take their places. */
const refillShare = 0.2;

/** Least age of a set whose texts have expired before it is chosen anew. */
const renewalRest = day;

/** The anchor set of each judge, as it is stored; chosen where newer ratings or lost texts want a new one. */
export class AnchorSets {
  readonly #use: AnchorSetDependencies;
  readonly #sets = new Map<string, AnchorSet | undefined>();
  /** In which state of another evaluator's work a judge's set was read. */
  readonly #readIn = new Map<string, string>();
  /** When a set could not be made last, by judge: too few candidates do not become enough within the hour. */
  readonly #failed = new Map<string, number>();

  constructor(use: AnchorSetDependencies) {
    this.#use = use;
  }

  /** The set that was found or written last. */
  get(judge: string): AnchorSet | undefined {
    return this.#sets.get(judge);
  }

  /** Reads a judge's set that another evaluator chooses, unless it did in this state of its. */
  async read(judge: string, state: string): Promise<void> {
    if (this.#readIn.get(judge) === state) return;
    this.#sets.set(judge, await this.#use.anchors.readSet(judge));
    this.#readIn.set(judge, state);
  }

  /** Forgets what it holds of the table. */
  forget(): void {
    this.#sets.clear();
    this.#readIn.clear();
    this.#failed.clear();
  }

  async write(judge: string, set: AnchorSet): Promise<AnchorSet> {
    const stored = await this.#use.anchors.writeSet(judge, set);
    this.#sets.set(judge, stored);
    return stored;
  }

  /** The judge's set as it is stored or remembered, or a new one where newer ratings or lost texts want it. */
  async find(
    judge: string,
    rubric: Rubric,
    { calibrations, progress, warned, now }: JudgeSituation,
  ): Promise<AnchorSet | undefined> {
    const valid = validWindows(rubric, calibrations, now);
    if (valid.length === 0 && progress?.movedAt === undefined) return undefined;
    if (!this.#sets.has(judge)) this.#sets.set(judge, await this.#use.anchors.readSet(judge));
    const set = this.#sets.get(judge);
    const own = progress?.madeFor === set?.madeFor ? progress : undefined;
    const windows = valid.filter(({ from }) => from >= (set?.countsFrom ?? Number.NEGATIVE_INFINITY));
    const madeFor = largest(windows.map(({ to }) => to));
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
      // What it has seen grows with its scorings: newer ratings are of no use to it.
      if (own.movedAt === undefined)
        return warned ? set : ((await this.#refill(judge, rubric, { set, own, valid, now })) ?? set);
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
    if (this.#hasFailed(judge, now)) return undefined;
    const seed = `${judge}/${madeFor}`;
    const chosen = chooseAnchors(await this.#readCandidates(rubric, windows, seed), madeFor, seed);
    if (chosen === undefined) {
      this.#failed.set(judge, now);
      return undefined;
    }
    return this.write(judge, { ...chosen, ...(countsFrom !== undefined && { countsFrom }) });
  }

  /** Others in the places of anchors whose texts are gone, once they are many; the scorings of the rest go on. */
  async #refill(
    judge: string,
    rubric: Rubric,
    { set, own, valid, now }: RefillInput,
  ): Promise<AnchorSet | undefined> {
    const gone = findGone(own);
    const isPending = set.refilledAt !== own.refilledAt;
    if (isPending || gone.size < refillShare * set.anchors.length || valid.length === 0) return undefined;
    if (now - (set.refilledAt ?? set.madeFor) < renewalRest || this.#hasFailed(judge, now)) return undefined;
    const recent = valid.map((window) => ({ ...window, from: now - renewalWindow, to: now }));
    const candidates = await this.#readCandidates(rubric, recent, `${judge}/${now}`);
    const refilled = refillAnchors(set, gone, candidates, now);
    if (refilled === undefined) {
      this.#failed.set(judge, now);
      return undefined;
    }
    const stored = await this.write(judge, refilled);
    // Ids so long that an item has no room for them all: places have moved, and it is another set.
    return stored.anchors.length === refilled.anchors.length
      ? stored
      : this.write(judge, { ...stored, madeFor: now });
  }

  #hasFailed(judge: string, now: number): boolean {
    return now - (this.#failed.get(judge) ?? Number.NEGATIVE_INFINITY) < hour;
  }

  /** Judged responses of these windows, by this very judge, as many as a set needs. */
  async #readCandidates(
    rubric: Rubric,
    windows: readonly RatedWindow[],
    seed: string,
  ): Promise<(AnchorCandidate & { surface: string })[]> {
    const fingerprint = judgeFingerprint(rubric);
    const candidates: (AnchorCandidate & { surface: string })[] = [];
    const hours = anchorHours(windows, seed).slice(0, mostHoursRead);
    while (hours.length > 0 && candidates.length < 2 * anchorSetSize) {
      await inParallel(hours.splice(0, concurrency), concurrency, async ({ surface, hour: key }) => {
        for (const each of await this.#use.judgements.readHour(surface, rubric, key))
          if (each.fingerprint === fingerprint && isOfModel(each.returnedModel, windows, surface))
            candidates.push({ ...each, surface });
      });
    }
    return candidates;
  }
}

interface RefillInput {
  readonly set: AnchorSet;
  readonly own: AnchorProgress;
  /** What people rated of this judge. */
  readonly valid: readonly RatedWindow[];
  readonly now: number;
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
  const rated = windows.find((window) => window.surface === surface)?.returnedModel;
  return rated === undefined || returnedModel === undefined || returnedModel === rated;
}
