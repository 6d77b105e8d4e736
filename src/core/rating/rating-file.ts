import { CsvReader } from './csv-reader.ts';
import { plainCell } from './csv-writer.ts';
import { JsonLinesReader } from './json-lines.ts';
import { checkRow, isRefusal, quoteCell, type RatingRow, type RawRow, type Refusal } from './rating-row.ts';

/** An entry of a ratings file: one rating that reads well, or one that is refused. A wide file has one for each cell. */
export type RatingEntry =
  | { readonly kind: 'row'; readonly row: RatingRow }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export type RatingFileForm = 'csv' | 'wide csv' | 'json lines';

/** Columns we know, by their names without case, spaces, hyphens and underscores. */
const knownColumns: ReadonlyMap<string, ColumnMeaning> = new Map([
  ['responseid', 'responseId'],
  ['raterid', 'raterId'],
  ['rater', 'raterId'],
  ['score', 'score'],
  ['ratedat', 'ratedAt'],
  ['note', 'note'],
  ['rubric', 'rubric'],
  // What the draw writes for people to read.
  ...['batch', 'surface', 'conversation', 'request', 'context', 'response'].map(
    (name) => [name, 'ignored'] as const,
  ),
]);

/** What a column is for, by its name. */
export function meaningOf(name: string): ColumnMeaning {
  return knownColumns.get(name.toLowerCase().replace(/[\s_-]+/g, '')) ?? 'other';
}

export type ColumnMeaning =
  | 'responseId'
  | 'raterId'
  | 'score'
  | 'ratedAt'
  | 'note'
  | 'rubric'
  | 'ignored'
  | 'other';

interface Layout {
  readonly form: 'csv' | 'wide csv';
  readonly columns: readonly { readonly name: string; readonly meaning: ColumnMeaning }[];
}

/**
 * Reads a ratings file piece by piece: CSV with a row for each rating (`response_id,rater_id,score`, optionally
 * `rated_at`, `note`, `rubric` and a column for each criterion), CSV with a column for each rater, or JSON lines with
 * the same names. It never throws, and every rating in the file comes out exactly once.
 */
export class RatingFileReader {
  readonly #uploadedAt: number;
  readonly #csv = new CsvReader();
  readonly #json = new JsonLinesReader();
  #form: 'csv' | 'json lines' | undefined;
  /** Blank lines before the first that is not, which tells the form. */
  #start = '';
  #layout: Layout | undefined;
  /** Set where the file as a whole cannot be read: nothing after it is. */
  #unreadable = false;

  /** @param uploadedAt epoch milliseconds when the file came in */
  constructor(uploadedAt: number) {
    this.#uploadedAt = uploadedAt;
  }

  /** What the file turned out to be; undefined before its first line. */
  get form(): RatingFileForm | undefined {
    return this.#form === 'csv' ? (this.#layout?.form ?? 'csv') : this.#form;
  }

  push(text: string): RatingEntry[] {
    return this.#read(text, false);
  }

  end(): RatingEntry[] {
    return this.#read('', true);
  }

  #read(text: string, ended: boolean): RatingEntry[] {
    if (this.#unreadable) return [];
    const piece = this.#form === undefined ? (this.#start + text).replace(/^[\uFEFF\s]+/, keepLines) : text;
    if (this.#form === undefined) {
      this.#start = piece;
      if (piece.trim() === '') return [];
      this.#form = /^\s*[{[]/.test(piece) ? 'json lines' : 'csv';
    }
    if (this.#form === 'json lines') {
      const lines = [...this.#json.push(piece), ...(ended ? this.#json.end() : [])];
      return lines.map((line) =>
        line.ok ? this.#check(rowOfObject(line.line, line.value)) : refused(line.line, '', line.reason),
      );
    }
    const records = [...this.#csv.push(piece), ...(ended ? this.#csv.end() : [])];
    const entries: RatingEntry[] = [];
    for (const record of records) {
      if (this.#unreadable) break;
      if (!record.ok) entries.push(refused(record.line, '', record.reason));
      else if (this.#layout === undefined) entries.push(...this.#readHeader(record.line, record.cells));
      else entries.push(...this.#readRecord(this.#layout, record.line, record.cells));
    }
    return entries;
  }

  #readHeader(line: number, cells: readonly string[]): RatingEntry[] {
    const columns = cells.map((cell) => {
      const name = plainCell(cell.trim());
      return { name, meaning: meaningOf(name) };
    });
    const has = (meaning: ColumnMeaning) => columns.some((column) => column.meaning === meaning);
    const twice = columns.find(
      ({ meaning, name }, place) =>
        meaning !== 'ignored' &&
        columns.findIndex((other) =>
          meaning === 'other' ? other.name === name : other.meaning === meaning,
        ) !== place,
    );
    const others = columns.filter(({ meaning, name }) => meaning === 'other' && name !== '').length;
    let fault: string | undefined;
    if (twice !== undefined && twice.name !== '') fault = `has the column ${quoteCell(twice.name)} twice`;
    else if (cells.some((cell) => cell.includes('\u0000')))
      fault = 'is not in UTF-8 (save the file as "CSV UTF-8")';
    else if (!has('responseId')) fault = 'has no column response_id';
    else if (!has('raterId') && has('score')) fault = 'has scores but no column rater_id';
    else if (!has('score') && others === 0)
      fault = 'has no column score (nor one for each rater or criterion)';
    if (fault !== undefined) {
      this.#unreadable = true;
      return [
        refused(
          line,
          '',
          `the header ${fault}, so no row was read; wanted response_id,rater_id,score or response_id and a column for each rater`,
        ),
      ];
    }
    this.#layout = { form: has('raterId') ? 'csv' : 'wide csv', columns };
    return [];
  }

  #readRecord({ form, columns }: Layout, line: number, cells: readonly string[]): RatingEntry[] {
    if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== ''))
      return [
        refused(
          line,
          '',
          `wanted ${columns.length} cells, got ${cells.length}; quote a text that holds a delimiter`,
        ),
      ];
    const of = (meaning: ColumnMeaning) => {
      const place = columns.findIndex((column) => column.meaning === meaning);
      return plainCell((cells[place] ?? '').trim());
    };
    const others = columns.flatMap(({ name, meaning }, place) =>
      meaning === 'other' && name !== '' ? [[name, plainCell((cells[place] ?? '').trim())] as const] : [],
    );
    const shared = {
      line,
      responseId: of('responseId'),
      rubric: of('rubric'),
      note: of('note'),
      ratedAt: of('ratedAt'),
    };
    if (form === 'csv')
      return [
        this.#check({
          ...shared,
          raterId: of('raterId'),
          score: of('score'),
          scoreColumn: 'score',
          criteria: Object.fromEntries(others),
        }),
      ];
    const rated = others.filter(([, score]) => score !== '');
    if (rated.length === 0) return [refused(line, '', 'has no rating: every rater left it empty')];
    return rated.map(([raterId, score]) =>
      this.#check({ ...shared, raterId, score, scoreColumn: raterId, criteria: {} }),
    );
  }

  #check(raw: RawRow): RatingEntry {
    const checked = checkRow(raw, this.#uploadedAt);
    return isRefusal(checked) ? { kind: 'refused', refusal: checked } : { kind: 'row', row: checked };
  }
}

function refused(line: number, column: string, reason: string): RatingEntry {
  return { kind: 'refused', refusal: { line, column, reason } };
}

/** Leading space of a file without its byte order mark; line breaks stay, for lines are counted. */
function keepLines(space: string): string {
  return space.replace(/[^\r\n]/g, '');
}

/** Names as in CSV; `criteria` may also be an object of its own. */
function rowOfObject(line: number, value: Readonly<Record<string, unknown>>): RawRow {
  const raw: Record<Exclude<ColumnMeaning, 'ignored' | 'other'>, string> = {
    responseId: '',
    raterId: '',
    score: '',
    ratedAt: '',
    note: '',
    rubric: '',
  };
  const criteria: Record<string, string> = {};
  for (const [name, cell] of Object.entries(value)) {
    const meaning = meaningOf(name);
    if (meaning === 'ignored') continue;
    if (meaning !== 'other') raw[meaning] = textOf(cell);
    else if (name === 'criteria' && typeof cell === 'object' && cell !== null)
      for (const [id, score] of Object.entries(cell)) criteria[id] = textOf(score);
    else criteria[name] = textOf(cell);
  }
  return { line, ...raw, criteria, scoreColumn: 'score' };
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return cell.trim();
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
