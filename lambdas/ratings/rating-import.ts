import type { RatingGroup, RatingStore, StoredRating } from '#adapters/dynamodb/rating-store.ts';
import type { UploadStore } from '#adapters/dynamodb/upload-store.ts';
import type { OpenedObject } from '#adapters/s3/rating-bucket.ts';
import type { AcceptanceCounter } from '#core/calibration/acceptance-report.ts';
import type { JudgedResponse } from '#core/rating/judged-response.ts';
import {
  addRating,
  fromBeforeJudgement,
  type Rating,
  type RatingHistory,
  withoutUpload,
} from '#core/rating/rating.ts';
import { isRefusal, type RatingRow } from '#core/rating/rating-row.ts';
import { type ResolvedRow, resolveRow } from '#core/rating/resolve-row.ts';
import { mostRatersNamed, type RatingUpload } from '#core/rating/upload.ts';
import type { RecalibrateDependencies } from './recalibrate.ts';

export interface ImportDependencies extends RecalibrateDependencies {
  readonly store: RatingStore;
  readonly uploads: UploadStore;
  /** By response id, what was judged of it. */
  readonly findJudged: (responseIds: readonly string[]) => Promise<Map<string, JudgedResponse[]>>;
}

export interface UploadedFile {
  /** Its upload: the same at each delivery. */
  readonly id: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
  /** Opens it from the first byte on, each time; undefined where it is gone. */
  readonly open: () => Promise<OpenedObject | undefined>;
}

/** Responses whose judgements are remembered: raters' rows of one response may lie far apart in a file. */
const mostRemembered = 20_000;

/** Stores the rows of an upload, and remembers what they touched. */
export class RatingImport {
  readonly #use: ImportDependencies;
  readonly #acceptance: AcceptanceCounter;
  readonly #file: UploadedFile;
  readonly #judged = new Map<string, JudgedResponse[]>();
  readonly #groups = new Map<string, RatingGroup>();
  readonly #raters = new Set<string>();
  /** Ratings that this run has seen: what an earlier one stored of the upload was taken off them. */
  readonly #seen = new Set<string>();
  /** The upload as an earlier run left it. */
  readonly #before: RatingUpload | undefined;
  /** Groups that the stored upload names; undefined before it is stored. */
  #groupsStored: number | undefined;

  constructor(
    use: ImportDependencies,
    acceptance: AcceptanceCounter,
    { file, before }: { readonly file: UploadedFile; readonly before: RatingUpload | undefined },
  ) {
    this.#use = use;
    this.#acceptance = acceptance;
    this.#file = file;
    this.#before = before;
    for (const group of before?.groups ?? []) this.#addGroup(group);
  }

  /** Surfaces and rubric versions that have ratings in this file, as it is and as it came before. */
  get groups(): readonly RatingGroup[] {
    return [...this.#groups.values()];
  }

  /** Whether the upload is stored: any of its rows was good. */
  get isStored(): boolean {
    return this.#groupsStored !== undefined;
  }

  /** The upload as far as it was imported; what it changed is known from when it came first. */
  get upload(): RatingUpload {
    const { id, name, uploadedAt } = this.#file;
    if (this.#before?.state === 'taken') return { ...this.#before, groups: this.groups };
    return {
      id,
      file: name,
      uploadedAt,
      state: 'importing',
      groups: this.groups,
      raters: [...this.#raters],
      calibrations: [],
    };
  }

  async importRows(rows: readonly RatingRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#loadJudged(rows);
    const resolved: ResolvedRow[] = [];
    for (const row of rows) {
      const outcome = resolveRow(this.#use.catalogue, row, this.#judged.get(row.responseId) ?? []);
      if (isRefusal(outcome)) this.#acceptance.refuse(outcome);
      else resolved.push(outcome);
    }
    if (resolved.length === 0) return;
    const known = await this.#readKnown(resolved);
    const changed = new Map<string, StoredRating>();
    for (const each of resolved) this.#add(each, known, changed);
    // Before the ratings: whoever takes an unfinished upload back has to find them.
    if (this.#groupsStored !== this.#groups.size) await this.#use.uploads.writeUpload(this.upload);
    this.#groupsStored = this.#groups.size;
    await this.#use.store.writeRatings([...changed.values()]);
  }

  async #loadJudged(rows: readonly RatingRow[]): Promise<void> {
    const missing = [...new Set(rows.map(({ responseId }) => responseId))].filter(
      (id) => !this.#judged.has(id),
    );
    if (missing.length === 0) return;
    if (this.#judged.size > mostRemembered) {
      this.#judged.clear();
      return this.#loadJudged(rows);
    }
    const found = await this.#use.findJudged(missing);
    for (const id of missing) this.#judged.set(id, found.get(id) ?? []);
  }

  /** What is stored of these raters and responses, also from before the response was judged. */
  async #readKnown(rows: readonly ResolvedRow[]): Promise<Map<string, StoredRating>> {
    const keys = rows.flatMap(({ row: { responseId, raterId }, judged }) => {
      const unjudged = { group: undefined, responseId, raterId };
      return judged === undefined ? [unjudged] : [{ ...unjudged, group: groupOf(judged) }, unjudged];
    });
    const found = await this.#use.store.readRatings(keys);
    return new Map(found.map((rating) => [nameOf(rating), rating]));
  }

  #add(
    { row, judged, score, criteria, ignored }: ResolvedRow,
    known: Map<string, StoredRating>,
    changed: Map<string, StoredRating>,
  ): void {
    const { responseId, raterId, note, ratedAt, line } = row;
    const { id: upload, uploadedAt } = this.#file;
    const group = judged === undefined ? undefined : groupOf(judged);
    const name = nameOf({ group, responseId, raterId });
    const own = this.#withoutEarlierRun(name, known.get(name)?.history);
    // A rating from before the judgement counts as this group's own, once.
    const early =
      group === undefined || own !== undefined
        ? undefined
        : known.get(nameOf({ group: undefined, responseId, raterId }))?.history;
    const before = own ?? (early && fromBeforeJudgement(early));
    const rating: Rating = { score, criteria, note, ratedAt, uploadedAt, line, upload };
    const { outcome, history } = addRating(before, rating);
    // Seen before, but of no use until now: the response has been judged since.
    this.#acceptance.accept(outcome === 'unchanged' && own === undefined ? 'new' : outcome);
    this.#acceptance.noteIgnored(ignored);
    if (this.#raters.size < mostRatersNamed) this.#raters.add(raterId);
    if (group === undefined) this.#acceptance.noteUnjudged(responseId);
    else this.#addGroup(group);
    const judges = judged?.judges ?? {};
    const next: StoredRating = { group, responseId, raterId, history, at: judged?.at ?? 0, judges };
    known.set(name, next);
    changed.set(name, next);
  }

  #addGroup(group: RatingGroup): void {
    this.#groups.set(`${group.surface}#${group.rubric.id}@${group.rubric.version}`, group);
  }

  /** What was known before this upload: a run that broke off, or an earlier delivery, may have stored some of it. */
  #withoutEarlierRun(name: string, history: RatingHistory | undefined): RatingHistory | undefined {
    if (this.#seen.has(name)) return history;
    this.#seen.add(name);
    return history === undefined ? undefined : withoutUpload(history, this.#file.id);
  }
}

function groupOf({ surface, rubric }: JudgedResponse): RatingGroup {
  return { surface, rubric };
}

function nameOf({
  group,
  responseId,
  raterId,
}: Pick<StoredRating, 'group' | 'responseId' | 'raterId'>): string {
  const place = group === undefined ? '' : `${group.surface}#${group.rubric.id}@${group.rubric.version}`;
  return `${place}#${responseId}#${raterId}`;
}
