import type { RatingGroup, RatingStore, StoredRating } from '#adapters/dynamodb/rating-store.ts';
import { AcceptanceCounter, type AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import type { JudgedResponse } from '#core/rating/judged-response.ts';
import { addRating, type Rating } from '#core/rating/rating.ts';
import { type RatingEntry, RatingFileReader } from '#core/rating/rating-file.ts';
import { isRefusal, type RatingRow } from '#core/rating/rating-row.ts';
import { type ResolvedRow, resolveRow } from '#core/rating/resolve-row.ts';
import { recalibrate } from './recalibrate.ts';
import { decodeRatingFile, surveyRatingFile } from './survey-rating-file.ts';

export interface ImportDependencies {
  readonly catalogue: Catalogue;
  readonly store: RatingStore;
  /** Since when a judge scores as it does now; see {@link recalibrate}. */
  readonly countsFrom: (judge: string) => Promise<number | undefined>;
  /** By response id, what was judged of it. */
  readonly findJudged: (responseIds: readonly string[]) => Promise<Map<string, JudgedResponse[]>>;
}

export interface UploadedFile {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
  /** Its bytes, from the first on, each time; undefined where it is gone. */
  readonly open: () => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** Rows worked on at once: enough for full batches, little enough for any function's memory. */
const rowsAtOnce = 500;

/** Responses whose judgements are remembered: raters' rows of one response may lie far apart in a file. */
const mostRemembered = 20_000;

/**
 * Imports a ratings file, piece by piece: looks it through as a whole, checks every row, stores the good ones, then
 * makes the calibrations anew that its ratings belong to. It can be repeated at will: what was stored before changes
 * nothing.
 *
 * @returns the report; undefined where the file was gone before it could be read
 */
export async function importRatingFile(
  use: ImportDependencies,
  file: UploadedFile,
): Promise<AcceptanceReport | undefined> {
  const first = await file.open();
  if (first === undefined) return undefined;
  const criterionIds = new Set(use.catalogue.rubrics.flatMap(({ criteria }) => criteria.map(({ id }) => id)));
  const survey = await surveyRatingFile(first, criterionIds);
  const acceptance = new AcceptanceCounter();
  const imported = new RatingImport(use, acceptance, file.uploadedAt);
  if (survey.kind === 'refused') acceptance.refuse(survey.refusal);
  if (survey.kind === 'readable') {
    const bytes = await file.open();
    if (bytes === undefined) return undefined;
    acceptance.noteIgnored(survey.layout.passedOver);
    await importRows(new RatingFileReader(survey, file.uploadedAt), decodeRatingFile(bytes), {
      acceptance,
      imported,
    });
  }
  const calibrations = [];
  for (const group of imported.groups) calibrations.push(...(await recalibrate(use, group, file.uploadedAt)));
  return acceptance.report({
    file: file.name,
    uploadedAt: new Date(file.uploadedAt).toISOString(),
    form: survey.kind === 'readable' ? survey.layout.form : survey.kind === 'empty' ? 'empty' : 'refused',
    tool: survey.kind === 'readable' ? survey.layout.export?.tool : undefined,
    calibrations,
  });
}

async function importRows(
  reader: RatingFileReader,
  texts: AsyncIterable<string>,
  { acceptance, imported }: { acceptance: AcceptanceCounter; imported: RatingImport },
): Promise<void> {
  let rows: RatingRow[] = [];
  const add = async (entries: readonly RatingEntry[]) => {
    for (const entry of entries) {
      if (entry.kind === 'refused') acceptance.refuse(entry.refusal);
      else rows.push(entry.row);
      if (rows.length < rowsAtOnce) continue;
      await imported.importRows(rows);
      rows = [];
    }
  };
  for await (const text of texts) await add(reader.push(text));
  await add(reader.end());
  await imported.importRows(rows);
}

/** Stores rows, and remembers what they touched. */
class RatingImport {
  readonly #use: ImportDependencies;
  readonly #acceptance: AcceptanceCounter;
  readonly #uploadedAt: number;
  readonly #judged = new Map<string, JudgedResponse[]>();
  readonly #groups = new Map<string, RatingGroup>();

  constructor(use: ImportDependencies, acceptance: AcceptanceCounter, uploadedAt: number) {
    this.#use = use;
    this.#acceptance = acceptance;
    this.#uploadedAt = uploadedAt;
  }

  /** Surfaces and rubric versions that have ratings in this file. */
  get groups(): readonly RatingGroup[] {
    return [...this.#groups.values()];
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
    const known = await this.#readKnown(resolved);
    const changed = new Map<string, StoredRating>();
    for (const each of resolved) this.#add(each, known, changed);
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
    const group = judged === undefined ? undefined : groupOf(judged);
    const name = nameOf({ group, responseId, raterId });
    // A rating from before the judgement counts as this group's own, once.
    const before =
      known.get(name) ??
      (group === undefined ? undefined : known.get(nameOf({ group: undefined, responseId, raterId })));
    const rating: Rating = { score, criteria, note, ratedAt, uploadedAt: this.#uploadedAt, line };
    const { outcome, history } = addRating(before?.history, rating);
    const judges = judged?.judges ?? {};
    const next: StoredRating = { group, responseId, raterId, history, at: judged?.at ?? 0, judges };
    const stands = known.get(name);
    // Seen before, but of no use until now: the response has been judged since.
    this.#acceptance.accept(outcome === 'unchanged' && stands === undefined ? 'new' : outcome);
    this.#acceptance.noteIgnored(ignored);
    if (group === undefined) this.#acceptance.noteUnjudged(responseId);
    else this.#groups.set(`${group.surface}#${group.rubric.id}@${group.rubric.version}`, group);
    if (outcome === 'unchanged' && stands !== undefined && sameJudges(stands.judges, judges)) return;
    known.set(name, next);
    changed.set(name, next);
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

function sameJudges(one: StoredRating['judges'], other: StoredRating['judges']): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => one[name]?.state === other[name]?.state && one[name]?.score === other[name]?.score)
  );
}
