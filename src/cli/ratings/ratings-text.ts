import { type AcceptanceReport, describeAcceptance } from '#core/calibration/acceptance-report.ts';
import type { RatingBatch } from '#core/rating/batch.ts';
import { isoMinute } from '../terminal/instant.ts';
import { formatShare } from '../terminal/percent.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine } from '../terminal/text.ts';
import type { BatchFiles } from './ratings-files.ts';

/** What was drawn, and what to do with its files. */
export function formatBatch(batch: RatingBatch, { csv, page }: BatchFiles, flags: string): string {
  const { id, surface, from, to, cells, responseIds } = batch;
  const all = cells.reduce((sum, { judged }) => sum + judged, 0);
  return [
    `Drew ${responseIds.length} of ${all} judged responses of ${surface}, ${isoMinute(from)} to ${isoMinute(to)} (batch ${id}).`,
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
export function formatAcceptance(report: AcceptanceReport): string {
  return describeAcceptance(report)
    .trimEnd()
    .split('\n')
    .map((line) => `${/^ */.exec(line)?.[0] ?? ''}${oneLine(line, 2_000)}`)
    .join('\n');
}
