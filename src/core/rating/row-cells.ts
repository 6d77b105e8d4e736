import { plainCell } from './csv-writer.ts';
import type { RatingColumn, RatingLayout } from './rating-layout.ts';

/** What stands in a row's column; empty where nothing does. */
export type CellOf = (column: RatingColumn) => string;

/** Cells of a CSV row, as they were before they were defused. */
export function csvCells(cells: readonly string[]): CellOf {
  return ({ place }) => plainCell(cells[place] ?? '');
}

/** Cells of a flat object of a JSON file. */
export function jsonCells(cells: ReadonlyMap<string, string>): CellOf {
  return ({ name }) => cells.get(name) ?? '';
}

export type NamedMeaning = keyof RatingLayout['columns'];

/** What a row says under a meaning, in the first of its columns that says something. */
export function cellUnder(layout: RatingLayout, meaning: NamedMeaning, cellOf: CellOf): string {
  for (const column of layout.columns[meaning]) {
    const cell = cellOf(column);
    if (cell.trim() !== '') return cell;
  }
  return '';
}

/** The name of what a row says in two columns, as objects of JSON can; undefined where it says all once. */
export function saidTwice({ columns }: RatingLayout, cellOf: CellOf): string | undefined {
  for (const own of Object.values(columns)) {
    const said = own.length < 2 ? [] : own.filter((column) => cellOf(column).trim() !== '');
    if (said.length > 1) return said.map(({ name }) => name).join(' and ');
  }
  return undefined;
}

/** Why a row is no person's rating, as far as its tool says; undefined where it may be one. */
export function notFromPeople({ givenBy }: RatingLayout, cellOf: CellOf): string | undefined {
  if (givenBy === undefined) return undefined;
  const by = cellOf(givenBy.column).trim();
  return givenBy.people.test(by)
    ? undefined
    : `was given by ${by === '' ? 'nobody that it names' : by.slice(0, 24)}, not by a person`;
}

/** A score as it was typed: Label Studio writes a rating of 4 as `[{"rating": 4}]`. */
export function plainScore(cell: string): string {
  const text = cell.trim();
  if (!/^[[{]/.test(text) || text.length > 200) return text;
  try {
    const value: unknown = JSON.parse(text);
    const [only, ...more] = Array.isArray(value) ? (value as unknown[]) : [value];
    const entries = Object.entries(only ?? {});
    const [name, score] = entries[0] ?? [];
    const isScore = name === 'rating' && (typeof score === 'number' || typeof score === 'string');
    return more.length === 0 && entries.length === 1 && isScore ? String(score).trim() : text;
  } catch {
    return text;
  }
}
