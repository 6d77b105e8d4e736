import { CsvReader, type CsvRecord } from './csv-reader.ts';
import { type JsonEntry, JsonReader } from './json-reader.ts';
import { flattenObject, type JsonRow } from './nested-exports.ts';
import type { RatingLayout } from './rating-layout.ts';
import { checkRow, isRefusal, type RatingRow, type RawRow, type Refusal } from './rating-row.ts';
import { blankLines, formOf, type RatingSurvey } from './rating-survey.ts';
import {
  type CellOf,
  cellUnder,
  csvCells,
  jsonCells,
  notFromPeople,
  plainScore,
  saidTwice,
} from './row-cells.ts';

/** An entry of a ratings file: one rating that reads well, or one that is refused. A wide file has one for each cell. */
export type RatingEntry =
  | { readonly kind: 'row'; readonly row: RatingRow }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

type Readable = Extract<RatingSurvey, { kind: 'readable' }>;

/**
 * Reads a ratings file piece by piece, as a survey of the whole of it says: CSV with a row for each rating
 * (`response_id,rater_id,score`, optionally `rated_at`, `note`, `rubric` and a column for each criterion), CSV with a
 * column for each rater, JSON with the same names, one object a line or in a list, and the exports of other tools.
 * It never throws, and every rating in the file comes out exactly once.
 */
export class RatingFileReader {
  readonly #layout: RatingLayout;
  readonly #writings: Readable['writings'];
  readonly #uploadedAt: number;
  readonly #csv = new CsvReader();
  readonly #json = new JsonReader();
  #form: 'csv' | 'json' | undefined;
  #start = '';
  #isPastHeader = false;

  /** @param uploadedAt epoch milliseconds when the file came in */
  constructor({ layout, writings }: Readable, uploadedAt: number) {
    this.#layout = layout;
    this.#writings = writings;
    this.#uploadedAt = uploadedAt;
  }

  push(text: string): RatingEntry[] {
    const piece = this.#start + text;
    this.#start = '';
    this.#form ??= formOf(piece);
    if (this.#form === undefined) {
      this.#start = blankLines(piece);
      return [];
    }
    return this.#form === 'json'
      ? this.#readObjects(this.#json.push(piece))
      : this.#readRecords(this.#csv.push(piece));
  }

  end(): RatingEntry[] {
    return [...this.#readRecords(this.#csv.end()), ...this.#readObjects(this.#json.end())];
  }

  #readRecords(records: readonly CsvRecord[]): RatingEntry[] {
    return records.flatMap((record) => {
      if (!this.#isPastHeader) {
        this.#isPastHeader = true;
        return [];
      }
      return record.ok
        ? this.#readRecord(record.line, record.cells)
        : [refused(record.line, '', record.reason)];
    });
  }

  #readRecord(line: number, cells: readonly string[]): RatingEntry[] {
    const { columnCount, columns, raters, export: tool } = this.#layout;
    const isLong = cells.slice(columnCount).some((cell) => cell.trim() !== '');
    // Where a cell is missing the others have moved, which nobody sees by a rater's scores or a tool's numbers.
    const isShort = cells.length < columnCount && (raters.length > 0 || tool !== undefined);
    if (isLong || isShort)
      return [
        refused(
          line,
          '',
          `wanted ${columnCount} cells, got ${cells.length}; quote a text that holds a delimiter, and leave empty cells in`,
        ),
      ];
    for (const [column, name] of [
      [columns.responseId[0], 'response_id'],
      [columns.raterId[0], 'rater_id'],
    ] as const) {
      if (column === undefined || !this.#writings.isClashing(cells[column.place] ?? '')) continue;
      return [
        refused(
          line,
          name,
          'is written in two ways in this file that are one (an apostrophe in front, or .0 behind); write it in one way, or leave out what is not meant',
        ),
      ];
    }
    const cellOf = csvCells(cells);
    if (raters.length === 0) return [this.#readRow(line, cellOf)];
    const rated = raters.filter((rater) => cellOf(rater).trim() !== '');
    if (rated.length === 0) return [refused(line, '', 'has no rating: every rater left it empty')];
    return rated.map((rater) =>
      this.#readRow(line, cellOf, {
        score: cellOf(rater).trim(),
        raterId: rater.raterId,
        column: rater.name,
      }),
    );
  }

  #readObjects(entries: readonly JsonEntry[]): RatingEntry[] {
    return entries.flatMap((entry) =>
      entry.ok
        ? flattenObject(entry.value, entry.line).map((row) => this.#readObject(row))
        : [refused(entry.line, '', entry.reason)],
    );
  }

  #readObject({ line, cells, fault }: JsonRow): RatingEntry {
    return fault === undefined ? this.#readRow(line, jsonCells(cells)) : refused(line, '', fault);
  }

  #readRow(
    line: number,
    cellOf: CellOf,
    wide?: { readonly score: string; readonly raterId: string; readonly column: string },
  ): RatingEntry {
    const machine = notFromPeople(this.#layout, cellOf);
    if (machine !== undefined) return refused(line, '', machine);
    const under = (meaning: keyof RatingLayout['columns']) => cellUnder(this.#layout, meaning, cellOf);
    const twice = saidTwice(this.#layout, cellOf);
    if (twice !== undefined)
      return refused(
        line,
        twice,
        'is said twice, by two names that mean the same; keep the one that is meant',
      );
    const raw: RawRow = {
      line,
      scoreColumn: wide?.column ?? 'score',
      responseId: under('responseId'),
      raterId: wide?.raterId ?? under('raterId').trim(),
      score: plainScore(wide?.score ?? under('score')),
      criteria: new Map(this.#layout.criteria.map((column) => [column.name, plainScore(cellOf(column))])),
      rubric: under('rubric').trim(),
      note: under('note').trim(),
      ratedAt: under('ratedAt').trim(),
    };
    const checked = checkRow(raw, this.#uploadedAt);
    return isRefusal(checked) ? { kind: 'refused', refusal: checked } : { kind: 'row', row: checked };
  }
}

function refused(line: number, column: string, reason: string): RatingEntry {
  return { kind: 'refused', refusal: { line, column, reason } };
}
