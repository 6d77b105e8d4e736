import type { UploadStore } from '#adapters/dynamodb/upload-store.ts';
import type { OpenedObject } from '#adapters/s3/rating-bucket.ts';
import { AcceptanceCounter, type AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import { findFalls } from '#core/calibration/agreement-fall.ts';
import { type Calibration, calibrationName } from '#core/calibration/calibration.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { type RatingEntry, RatingFileReader } from '#core/rating/rating-file.ts';
import type { RatingRow } from '#core/rating/rating-row.ts';
import type { RatingSurvey } from '#core/rating/rating-survey.ts';
import { isTakenBack, type RatingUpload } from '#core/rating/upload.ts';
import { type ImportDependencies, RatingImport, type UploadedFile } from './rating-import.ts';
import { recalibrate } from './recalibrate.ts';
import { decodeRatingFile, surveyRatingFile } from './survey-rating-file.ts';

/** Rows worked on at once: enough for full batches, little enough for any function's memory. */
const rowsAtOnce = 500;

/**
 * Imports a ratings file, piece by piece: looks it through as a whole, checks every row, stores the good ones, then
 * makes the calibrations anew that its ratings belong to. It can be repeated at will: a file that comes once more ends
 * as it did, and one that was taken back stays so.
 *
 * @returns the report; undefined where the file was gone before it could be read
 */
export async function importRatingFile(
  use: ImportDependencies,
  file: UploadedFile,
): Promise<AcceptanceReport | undefined> {
  const opened = await file.open();
  if (opened === undefined) return undefined;
  const before = await findUpload(use.uploads, file, opened);
  const { id, uploadedAt } = before ?? file;
  const acceptance = new AcceptanceCounter();
  const rows = new RatingImport(use, acceptance, { file: { ...file, id, uploadedAt }, before });
  const survey = await surveyFile(use.catalogue, opened, before);
  if (survey.kind === 'refused') acceptance.refuse(survey.refusal);
  const standing = await use.store.readCalibrations();
  if (survey.kind === 'readable') {
    const again = await file.open();
    if (again === undefined) return undefined;
    acceptance.noteIgnored(survey.layout.passedOver);
    const reader = new RatingFileReader(survey, uploadedAt);
    await importEntries(reader, decodeRatingFile(again.bytes), { acceptance, rows });
  }
  const calibrations: Calibration[] = [];
  for (const group of rows.groups) calibrations.push(...(await recalibrate(use, group, file.uploadedAt)));
  const changes = calibrations.map((after) => ({
    after,
    before: standing.find((one) => calibrationName(one) === calibrationName(after)),
  }));
  const report = acceptance.report({
    ...(rows.isStored && { upload: id }),
    file: file.name,
    uploadedAt: new Date(uploadedAt).toISOString(),
    form: survey.kind === 'readable' ? survey.layout.form : survey.kind === 'empty' ? 'empty' : 'refused',
    tool: survey.kind === 'readable' ? survey.layout.export?.tool : undefined,
    falls: changes.flatMap(({ before, after }) => findFalls(before, after)),
    calibrations,
  });
  // What a file changed is known from when it came first.
  if (rows.isStored && before?.state !== 'taken')
    await use.uploads.writeUpload({ ...rows.upload, state: 'taken', ...resultOf(report, changes) });
  return report;
}

/** The upload that a file is, as it is stored; undefined where it comes for the first time. */
async function findUpload(
  uploads: UploadStore,
  { id, name }: UploadedFile,
  { isRewritten }: OpenedObject,
): Promise<RatingUpload | undefined> {
  const own = await uploads.readUpload(id);
  if (own !== undefined || !isRewritten) return own;
  return (await uploads.readUploads()).find(({ file }) => file === name);
}

async function surveyFile(
  { rubrics }: Catalogue,
  { bytes }: OpenedObject,
  before: RatingUpload | undefined,
): Promise<RatingSurvey> {
  if (before === undefined || !isTakenBack(before)) {
    const criterionIds = new Set(rubrics.flatMap(({ criteria }) => criteria.map(({ id }) => id)));
    return surveyRatingFile(bytes, criterionIds);
  }
  // Nobody reads on, and what is left of it would hold a connection.
  for await (const _ of bytes) break;
  const reason = `the file is refused whole: its upload ${before.id} was taken back; to have its ratings count again, upload it as a new file`;
  return { kind: 'refused', refusal: { line: 1, column: '', reason } };
}

async function importEntries(
  reader: RatingFileReader,
  texts: AsyncIterable<string>,
  { acceptance, rows }: { acceptance: AcceptanceCounter; rows: RatingImport },
): Promise<void> {
  let waiting: RatingRow[] = [];
  const add = async (entries: readonly RatingEntry[]) => {
    for (const entry of entries) {
      if (entry.kind === 'refused') acceptance.refuse(entry.refusal);
      else waiting.push(entry.row);
      if (waiting.length < rowsAtOnce) continue;
      await rows.importRows(waiting);
      waiting = [];
    }
  };
  for await (const text of texts) await add(reader.push(text));
  await add(reader.end());
  await rows.importRows(waiting);
}

function resultOf(
  { new: fresh, replaced, older, unchanged, refused }: AcceptanceReport,
  changes: readonly { readonly before: Calibration | undefined; readonly after: Calibration }[],
): Pick<RatingUpload, 'counts' | 'calibrations'> {
  return {
    counts: { new: fresh, replaced, older, unchanged, refused },
    calibrations: changes.map(({ before, after }) => ({
      name: calibrationName(after),
      number: after.number,
      from: before?.state ?? 'missing',
      to: after.state,
    })),
  };
}
