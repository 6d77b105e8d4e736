import { countOf } from '../count-of.ts';
import { lowered } from '../first-letter.ts';
import { csvLine } from '../rating/csv-writer.ts';
import type { RatingOutcome } from '../rating/rating.ts';
import type { RatingFileForm } from '../rating/rating-layout.ts';
import type { Refusal } from '../rating/rating-row.ts';
import { type AgreementFall, describeFall } from './agreement-fall.ts';
import type { Calibration } from './calibration.ts';
import { calibrationName, describeShortfall } from './calibration.ts';

/** Refused rows that are listed one by one; a file with more of them is broken as a whole, and they are only counted. */
const mostListed = 10_000;

/** Ids that are named as examples. */
const mostNamed = 100;

/** What became of a ratings file. */
export interface AcceptanceReport {
  /** By which it can be taken back; absent where nothing of it was stored. */
  readonly upload?: string | undefined;
  /** Nothing was stored: the report says what would become of the file. */
  readonly trial?: true | undefined;
  /** Key of the file in the ratings bucket. */
  readonly file: string;
  /** ISO 8601. */
  readonly uploadedAt: string;
  /** `refused`: the file was refused whole. */
  readonly form: RatingFileForm | 'empty' | 'refused';
  /** The tool whose export it is, where its columns say one. */
  readonly tool?: string | undefined;
  /** Ratings in the file: accepted + unchanged + refused. */
  readonly rows: number;
  /** new + replaced + older */
  readonly accepted: number;
  readonly new: number;
  readonly replaced: number;
  /** Kept in the history: the rater has given a newer one. */
  readonly older: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly refusals: readonly Refusal[];
  /** Ratings of responses that nobody judged: kept, and used once such a file comes again after they are judged. */
  readonly unjudged: { readonly ratings: number; readonly responseIds: readonly string[] };
  /** Columns that are neither a rater nor a criterion of the rubric. */
  readonly ignoredColumns: readonly string[];
  /** Agreement that falls sharply with this file. */
  readonly falls: readonly AgreementFall[];
  readonly calibrations: readonly Calibration[];
}

type About = Pick<
  AcceptanceReport,
  'upload' | 'trial' | 'file' | 'uploadedAt' | 'form' | 'tool' | 'falls' | 'calibrations'
>;

/** Counts a file's rows, each exactly once. */
export class AcceptanceCounter {
  readonly #counts: Record<RatingOutcome, number> = { new: 0, replaced: 0, older: 0, unchanged: 0 };
  readonly #refusals: Refusal[] = [];
  readonly #ignored = new Set<string>();
  readonly #unjudged: string[] = [];
  #refused = 0;
  #unjudgedRatings = 0;

  refuse(refusal: Refusal): void {
    this.#refused += 1;
    if (this.#refusals.length < mostListed) this.#refusals.push(refusal);
  }

  accept(outcome: RatingOutcome): void {
    this.#counts[outcome] += 1;
  }

  noteUnjudged(responseId: string): void {
    this.#unjudgedRatings += 1;
    if (this.#unjudged.length < mostNamed && !this.#unjudged.includes(responseId))
      this.#unjudged.push(responseId);
  }

  noteIgnored(columns: readonly string[]): void {
    for (const column of columns) if (this.#ignored.size < mostNamed) this.#ignored.add(column);
  }

  report(about: About): AcceptanceReport {
    const { new: fresh, replaced, older, unchanged } = this.#counts;
    const accepted = fresh + replaced + older;
    return {
      ...(about.upload !== undefined && { upload: about.upload }),
      ...(about.trial !== undefined && { trial: about.trial }),
      file: about.file,
      uploadedAt: about.uploadedAt,
      form: about.form,
      ...(about.tool !== undefined && { tool: about.tool }),
      rows: accepted + unchanged + this.#refused,
      accepted,
      new: fresh,
      replaced,
      older,
      unchanged,
      refused: this.#refused,
      // The reader tells of a quote that never closes when it gives up on it; people read by line.
      refusals: [...this.#refusals].sort((a, b) => a.line - b.line),
      unjudged: { ratings: this.#unjudgedRatings, responseIds: this.#unjudged },
      ignoredColumns: [...this.#ignored],
      falls: about.falls,
      calibrations: about.calibrations,
    };
  }
}

/**
 * The report in words, for people.
 *
 * @param flags options of `assay` that name where the file came in, with a space before
 */
export function describeAcceptance(report: AcceptanceReport, flags = ''): string {
  const lines = [
    ...(report.trial === true ? ['A trial: nothing of this was stored.'] : []),
    // First, for the rest reads as if all were well.
    ...report.falls.map((fall) => `Look at this file again: ${lowered(describeFall(fall))}`),
    ...(report.form === 'refused'
      ? ['The file is refused whole: nothing of it counts.']
      : countLines(report)),
  ];
  if (report.unjudged.ratings > 0)
    lines.push(
      `${report.unjudged.ratings} of them ${report.unjudged.ratings === 1 ? 'is' : 'are'} of responses that nobody has judged (${listFirst(report.unjudged.responseIds)}): kept. Upload the file again once they are judged.`,
    );
  if (report.ignoredColumns.length > 0)
    lines.push(
      `Columns passed over, for they are no rater and no criterion of the rubric: ${listFirst(report.ignoredColumns)}.`,
    );
  if (report.refusals.length > 0) {
    lines.push('Refused:');
    for (const { column, reason, refusals } of groupRefusals(report.refusals)) {
      const where = refusals.map(({ line }) => String(line));
      lines.push(
        `  ${refusals.length === 1 ? 'line' : 'lines'} ${listFirst(where)}: ${column === '' ? '' : `${column} `}${reason}`,
      );
    }
  }
  for (const calibration of report.calibrations) {
    lines.push(
      `Calibration ${calibrationName(calibration)}, version ${calibration.number}, is ${calibration.state}: ${calibration.reason}.`,
    );
    if (calibration.wants.length > 0)
      lines.push(`  Wanted: ${calibration.wants.map(describeShortfall).join('; ')}.`);
  }
  if (report.upload !== undefined && report.trial !== true)
    lines.push(`To take it back: npx assay ratings retract ${report.upload}${flags}`);
  return `${lines.join('\n')}\n`;
}

function countLines({
  rows,
  accepted,
  new: fresh,
  replaced,
  older,
  unchanged,
  refused,
}: AcceptanceReport): string[] {
  return [
    ...(rows === 0
      ? [
          'No rating stands in this file. Wanted: a line that names the columns (response_id, rater_id, score), and a line for each rating; docs/ratings.md has every form.',
        ]
      : []),
    `${countOf(rows, 'rating')} read: ${accepted} accepted (${fresh} new, ${replaced} in place of older ones, ${older} older than what stands), ${unchanged} unchanged, ${refused} refused.`,
  ];
}

/** Refused rows as CSV, to be mended beside the file. */
export function refusalsCsv(report: AcceptanceReport): string {
  return `${[['line', 'column', 'reason'], ...report.refusals.map(({ line, column, reason }) => [line, column, reason])].map((row) => csvLine(row)).join('\r\n')}\r\n`;
}

function groupRefusals(refusals: readonly Refusal[]) {
  const groups = new Map<string, { column: string; reason: string; refusals: Refusal[] }>();
  for (const refusal of refusals) {
    const name = `${refusal.column}\n${refusal.reason}`;
    const group = groups.get(name) ?? { column: refusal.column, reason: refusal.reason, refusals: [] };
    group.refusals.push(refusal);
    groups.set(name, group);
  }
  return [...groups.values()].sort((a, b) => b.refusals.length - a.refusals.length).slice(0, 50);
}

function listFirst(names: readonly string[], most = 8): string {
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
