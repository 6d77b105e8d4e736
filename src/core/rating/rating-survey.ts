import { listColumns } from './columns.ts';
import { CsvReader, type CsvRecord } from './csv-reader.ts';
import { IdWritings } from './id-writings.ts';
import { type JsonEntry, JsonReader } from './json-reader.ts';
import { flattenObject } from './nested-exports.ts';
import { csvColumnNames, layoutOf, mostColumns, type RatingLayout } from './rating-layout.ts';
import { quoteCell, type Refusal, wholeScore } from './rating-row.ts';
import { type CellOf, cellUnder, csvCells, jsonCells, notFromPeople, plainScore } from './row-cells.ts';
import { ScoreScale } from './score-scale.ts';

/** What a whole file says of itself: how to read it, or why it is refused whole. */
export type RatingSurvey =
  | { readonly kind: 'readable'; readonly layout: RatingLayout; readonly writings: IdWritings }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'empty' };

/** Of a file in which not one object reads: each of them is refused by itself. */
const plainNames = ['response_id', 'rater_id', 'score'];

/**
 * Looks at a ratings file from its first line to its last, before any of its rows is taken: whether its columns are
 * raters and its numbers scores shows in all of them together. It never throws.
 */
export class RatingFileSurvey {
  readonly #criterionIds: ReadonlySet<string>;
  readonly #csv = new CsvReader();
  readonly #json = new JsonReader();
  readonly #scale = new ScoreScale();
  readonly #writings = new IdWritings();
  readonly #scoreNames = new Set<string>();
  readonly #jsonNames = new Set<string>();
  #form: 'csv' | 'json' | undefined;
  #start = '';
  #layout: RatingLayout | undefined;
  #refusal: Refusal | undefined;

  /** @param criterionIds criteria of the rubrics that there are */
  constructor(criterionIds: ReadonlySet<string>) {
    this.#criterionIds = criterionIds;
  }

  /** Characters that were looked at, those that were looked at again included. */
  get scanned(): number {
    return this.#csv.scanned + this.#json.scanned;
  }

  /** Whether the rest of the file can change nothing any more. */
  get isDecided(): boolean {
    return this.#refusal !== undefined;
  }

  push(text: string): void {
    const piece = this.#start + text;
    this.#start = '';
    this.#form ??= formOf(piece);
    if (this.#form === undefined) this.#start = blankLines(piece);
    else if (this.#form === 'json') this.#addObjects(this.#json.push(piece));
    else this.#addRecords(this.#csv.push(piece));
  }

  end(): RatingSurvey {
    if (this.#form === 'csv') this.#addRecords(this.#csv.end());
    if (this.#form === 'json') {
      this.#addObjects(this.#json.end());
      this.#layOutObjects();
    }
    const { other } = this.#scale;
    if (other !== undefined) this.#refuse(other.line, other.reason);
    if (this.#scoreNames.size > 1)
      this.#refuse(1, `it holds scores of several names (${listColumns([...this.#scoreNames])}); keep one`);
    if (this.#refusal !== undefined) return { kind: 'refused', refusal: this.#refusal };
    if (this.#layout === undefined) return { kind: 'empty' };
    return { kind: 'readable', layout: this.#layout, writings: this.#writings };
  }

  #addRecords(records: readonly CsvRecord[]): void {
    for (const record of records) {
      if (this.#refusal !== undefined) return;
      if (this.#layout === undefined) this.#readHeader(record);
      else if (record.ok) this.#addRow(this.#layout, record);
    }
  }

  #readHeader(record: CsvRecord): void {
    const layout = record.ok
      ? layoutOf(csvColumnNames(record.cells), { form: 'csv', criterionIds: this.#criterionIds })
      : { fault: `the header does not read: ${record.reason}` };
    if ('fault' in layout) this.#refuse(record.line, layout.fault);
    else this.#layout = layout;
  }

  #addRow(layout: RatingLayout, { cells, line }: { cells: readonly string[]; line: number }): void {
    const cellOf = csvCells(cells);
    this.#addScores(layout, cellOf, line);
    for (const meaning of ['responseId', 'raterId'] as const)
      for (const { place } of layout.columns[meaning]) this.#writings.add(cells[place] ?? '');
    for (const rater of layout.raters) {
      const score = cellOf(rater).trim();
      if (!layout.areUnnamed || score === '' || wholeScore(score) !== undefined) continue;
      this.#refuse(
        line,
        `its column ${listColumns([rater.name])} holds ${quoteCell(score)}, which is no whole score from 1 to 5, so that nobody can tell whether it is a rater's; mend the cell, or name the columns of the raters rater:NAME`,
      );
    }
  }

  #addScores(layout: RatingLayout, cellOf: CellOf, line: number): void {
    if (notFromPeople(layout, cellOf) !== undefined) return;
    const scores =
      layout.raters.length > 0 ? layout.raters.map(cellOf) : [cellUnder(layout, 'score', cellOf)];
    for (const score of scores) this.#scale.add(plainScore(score), line);
    const name = layout.scoreName === undefined ? '' : cellOf(layout.scoreName).trim();
    if (name !== '' && this.#scoreNames.size < 3) this.#scoreNames.add(name);
  }

  #addObjects(entries: readonly JsonEntry[]): void {
    for (const entry of entries) {
      if (this.#refusal !== undefined) return;
      for (const { cells, line } of entry.ok ? flattenObject(entry.value, entry.line) : []) {
        const before = this.#jsonNames.size;
        for (const name of cells.keys()) this.#jsonNames.add(name);
        if (this.#jsonNames.size > mostColumns) {
          this.#refuse(line, `its objects have more than ${mostColumns} names`);
          return;
        }
        if (this.#jsonNames.size > before) this.#layout = this.#layoutOfObjects([...this.#jsonNames]);
        if (this.#layout !== undefined) this.#addScores(this.#layout, jsonCells(cells), line);
      }
      this.#layout ??= entry.ok ? undefined : this.#layoutOfObjects(plainNames);
    }
  }

  /** What the objects' names say; undefined while they say no ratings. */
  #layoutOfObjects(names: readonly string[]): RatingLayout | undefined {
    const layout = this.#layOut(names);
    return 'fault' in layout ? undefined : layout;
  }

  #layOut(names: readonly string[]) {
    const form = this.#json.isList ? ('json list' as const) : ('json lines' as const);
    return layoutOf(names, { form, criterionIds: this.#criterionIds });
  }

  #layOutObjects(): void {
    const { broken } = this.#json;
    if (broken !== undefined)
      this.#refuse(broken.line, `${broken.reason}; wanted one list of objects, or an object a line`);
    if (this.#jsonNames.size === 0) return;
    const layout = this.#layOut([...this.#jsonNames]);
    if ('fault' in layout) this.#refuse(1, layout.fault);
    else this.#layout = layout;
  }

  #refuse(line: number, reason: string): void {
    this.#refusal ??= { line, column: '', reason: `the file is refused whole: ${reason}` };
  }
}

/** Undefined while there is nothing but space. */
export function formOf(text: string): 'csv' | 'json' | undefined {
  const start = /^[\uFEFF\s]*(\S)/.exec(text)?.[1];
  if (start === undefined || start === '\uFEFF') return undefined;
  return start === '{' || start === '[' ? 'json' : 'csv';
}

/** Space without anything but its line breaks, for lines are counted. */
export function blankLines(space: string): string {
  return space.replace(/[^\r\n]/g, '');
}
