import { type AcceptanceReport, describeAcceptance } from '#core/calibration/acceptance-report.ts';
import { describeRetraction, type RetractionReport } from '#core/calibration/retraction-report.ts';
import { ratingPrefix } from '#core/names.ts';
import type { RatingBatch } from '#core/rating/batch.ts';
import { mostRatersNamed, type RatingUpload, uploadStates } from '#core/rating/upload.ts';
import { isoMinute } from '../terminal/instant.ts';
import { formatShare } from '../terminal/percent.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine } from '../terminal/text.ts';
import type { BatchFiles } from './ratings-files.ts';

/**
 * What was drawn, and what to do with its files.
 *
 * @param written responses in the files: those whose texts are still there
 */
export function formatBatch(
  batch: RatingBatch,
  { csv, page }: BatchFiles,
  written: number,
  flags: string,
): string {
  const { id, surface, from, to, cells } = batch;
  const all = cells.reduce((sum, { judged }) => sum + judged, 0);
  return [
    `Drew ${written} of ${all} judged responses of ${surface}, ${isoMinute(from)} to ${isoMinute(to)} (batch ${id}).`,
    formatTable([
      ['  judge\u2019s score', 'judged', 'drawn', 'chance'],
      ...cells.map(({ score, judged, drawn, probability }) => [
        `  ${score}`,
        String(judged),
        String(drawn),
        formatShare(probability),
      ]),
    ]),
    '',
    `  ${page}   open it in a browser and rate by keyboard, or`,
    `  ${csv}   fill in rater_id and score in a spreadsheet`,
    '',
    `Then: npx assay ratings upload FILE${flags}`,
  ].join('\n');
}

/** What became of a file's rows. Column names and reasons come from the file. */
export function formatAcceptance(report: AcceptanceReport, flags: string): string {
  return plainLines(describeAcceptance(report, flags));
}

/** What taking an upload back changed. */
export function formatRetraction(report: RetractionReport): string {
  return plainLines(describeRetraction(report));
}

/** Uploads as a table. Names of files and raters come from outside. */
export function formatUploads(uploads: readonly RatingUpload[], flags: string): string {
  if (uploads.length === 0)
    return `No ratings have come in. To take a file in: npx assay ratings upload FILE${flags}`;
  return [
    formatTable([
      ['upload', 'file', 'raters', 'what it changed', 'state'],
      ...uploads.map((upload) => [
        upload.id,
        oneLine(upload.file.slice(ratingPrefix.incoming.length), 40),
        oneLine(describeRaters(upload.raters), 30),
        oneLine(describeChange(upload), 120),
        oneLine(
          `${uploadStates[upload.state]}${upload.retractedFor === undefined ? '' : `: ${upload.retractedFor}`}`,
          80,
        ),
      ]),
    ]),
    '',
    `To take one back: npx assay ratings retract UPLOAD${flags}`,
  ].join('\n');
}

function describeRaters(raters: readonly string[]): string {
  const [first = '-', ...others] = raters;
  if (others.length === 0) return first;
  return `${first} and ${others.length} ${raters.length < mostRatersNamed ? 'more' : 'or more'}`;
}

function describeChange({ counts, calibrations }: RatingUpload): string {
  if (counts === undefined) return '-';
  const words = [
    `${counts.new} new`,
    ...(counts.replaced > 0 ? [`${counts.replaced} replaced`] : []),
    ...(counts.older > 0 ? [`${counts.older} older`] : []),
    ...(counts.unchanged > 0 ? [`${counts.unchanged} unchanged`] : []),
    ...(counts.refused > 0 ? [`${counts.refused} refused`] : []),
    ...calibrations.map(({ name, number, from, to }) =>
      from === to ? `${name} version ${number}` : `${name} version ${number}, ${from} to ${to}`,
    ),
  ];
  return words.join(', ');
}

function plainLines(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${/^ */.exec(line)?.[0] ?? ''}${oneLine(line, 2_000)}`)
    .join('\n');
}
