import {
  type ColumnMeaning,
  isMeasureName,
  isRowIndex,
  listColumns,
  meaningOf,
  plainName,
  raterOf,
} from './columns.ts';
import { plainCell } from './csv-writer.ts';
import { findExport, type RatingExport } from './rating-export.ts';

export type RatingFileForm = 'csv' | 'wide csv' | 'json lines' | 'json list';

export interface RatingColumn {
  readonly name: string;
  /** Place in a CSV row. */
  readonly place: number;
}

/** What the columns of a ratings file say. */
export interface RatingLayout {
  readonly form: RatingFileForm;
  /** Of one meaning there is one in CSV; objects of JSON may each write a name in their own way. */
  readonly columns: Readonly<Record<Exclude<ColumnMeaning, 'ignored' | 'other'>, readonly RatingColumn[]>>;
  /** Cells of a CSV row. */
  readonly columnCount: number;
  /** Columns that are named as criteria of a rubric. */
  readonly criteria: readonly RatingColumn[];
  /** The raters of a wide file. */
  readonly raters: readonly (RatingColumn & { readonly raterId: string })[];
  /** Whether these are raters because they are the only other columns: then each cell must be a score. */
  readonly areUnnamed: boolean;
  /** Columns that are neither a rater's nor a criterion. */
  readonly passedOver: readonly string[];
  readonly export: RatingExport | undefined;
  readonly givenBy: { readonly column: RatingColumn; readonly people: RegExp } | undefined;
  readonly scoreName: RatingColumn | undefined;
}

/** A file with more columns is another kind of file. */
export const mostColumns = 1_000;

export interface LayoutOptions {
  readonly form: 'csv' | 'json lines' | 'json list';
  /** Criteria of the rubrics: columns named like one are no raters. */
  readonly criterionIds: ReadonlySet<string>;
}

/** The names in the header of a CSV file. */
export function csvColumnNames(cells: readonly string[]): string[] {
  return cells.map((cell) => plainCell(cell.trim()));
}

/** What the columns say, or why the file is refused whole: what it is, what was wanted, what to do. */
export function layoutOf(names: readonly string[], options: LayoutOptions): RatingLayout | { fault: string } {
  if (names.length > mostColumns)
    return { fault: `it has ${names.length} columns, wanted at most ${mostColumns}` };
  const isCsv = options.form === 'csv';
  const quoted = isCsv ? names.find((name) => name.includes('"')) : undefined;
  if (quoted !== undefined) return { fault: `the name of its column ${listColumns([quoted])} holds a quote` };
  const tool = findExport(names);
  const found = names.map((name, place) => ({ name, place, meaning: meaningIn(tool, name) }));
  const twice = isCsv ? findTwice(found) : undefined;
  if (twice !== undefined) return { fault: twice };
  for (const [name, meaning] of tool?.columns ?? []) {
    const column = found.find((one) => plainName(one.name) === name);
    if (column === undefined) continue;
    const other = found.find((one) => one.meaning === meaning);
    if (other === undefined) column.meaning = meaning;
    else if (meaning === 'score' || meaning === 'raterId')
      return { fault: sayTheSame(other.name, column.name) };
  }
  const of = (meaning: ColumnMeaning) => found.filter((column) => column.meaning === meaning);
  const others = of('other').filter(({ name }) => !isRowIndex(name));
  const columnNamed = (name: string) => found.find((column) => plainName(column.name) === name);
  const layout: RatingLayout = {
    form: options.form,
    columns: {
      responseId: of('responseId'),
      raterId: of('raterId'),
      score: of('score'),
      ratedAt: of('ratedAt'),
      note: of('note'),
      rubric: of('rubric'),
    },
    columnCount: names.length,
    criteria: others.filter(({ name }) => options.criterionIds.has(name)),
    raters: [],
    areUnnamed: false,
    passedOver: others.map(({ name }) => name).filter((name) => !options.criterionIds.has(name)),
    export: tool,
    givenBy: givenByOf(tool, columnNamed),
    scoreName: tool?.scoreNames?.map(columnNamed).find((column) => column !== undefined),
  };
  const fault = findLack(layout, others);
  if (fault !== undefined) return { fault: `${fault}. ${howTo(names, tool)}` };
  return layout.columns.raterId.length > 0 ? layout : wideLayout(layout, others, names);
}

function meaningIn(tool: RatingExport | undefined, name: string): ColumnMeaning {
  const own = tool?.columns.some(([column]) => column === plainName(name)) === true;
  return own ? 'other' : meaningOf(name);
}

function givenByOf(
  tool: RatingExport | undefined,
  columnNamed: (name: string) => RatingColumn | undefined,
): RatingLayout['givenBy'] {
  const column = tool?.givenBy === undefined ? undefined : columnNamed(tool.givenBy.column);
  return column === undefined || tool?.givenBy === undefined
    ? undefined
    : { column, people: tool.givenBy.people };
}

function findTwice(columns: readonly (RatingColumn & { meaning: ColumnMeaning })[]): string | undefined {
  const seen = new Map<string, string>();
  for (const { name, meaning } of columns) {
    if (meaning === 'ignored' || isRowIndex(name)) continue;
    const key = meaning === 'other' ? `other ${name.toLowerCase()}` : meaning;
    const before = seen.get(key);
    if (before !== undefined)
      return before === name
        ? `it has the column ${listColumns([name])} twice; keep the one that is meant`
        : sayTheSame(before, name);
    seen.set(key, name);
  }
  return undefined;
}

function sayTheSame(...names: readonly string[]): string {
  return `its columns ${listColumns(names)} say the same; keep the one that is meant`;
}

/** What is lacking for rows of ratings, or for a column for each rater. */
function findLack(layout: RatingLayout, others: readonly RatingColumn[]): string | undefined {
  const { form, columns, criteria, export: tool } = layout;
  if (columns.responseId.length === 0) return 'it has no column response_id';
  const isWide = form === 'csv' && tool === undefined;
  if (columns.raterId.length === 0 && (columns.score.length > 0 || !isWide))
    return columns.score.length > 0 ? 'it has scores but no column rater_id' : 'it has no column rater_id';
  if (columns.score.length > 0) return undefined;
  if (others.length === 0) return 'it has no column score (nor one for each rater or criterion)';
  if (columns.raterId.length > 0 && criteria.length === 0)
    return 'it has no column score, and no other column is a criterion of a rubric';
  return undefined;
}

/** A column for each rater: those that are named as raters, else all that are left, where none of them says otherwise. */
function wideLayout(
  layout: RatingLayout,
  others: readonly RatingColumn[],
  names: readonly string[],
): RatingLayout | { fault: string } {
  const named = others.flatMap((column) => {
    const raterId = raterOf(column.name);
    return raterId === undefined ? [] : [{ ...column, raterId }];
  });
  const raters = named.length > 0 ? named : others.map((column) => ({ ...column, raterId: column.name }));
  const ids = raters.map(({ raterId }) => raterId.toLowerCase());
  const doubled = raters.find((_, place) => ids.indexOf(ids[place] ?? '') !== place);
  if (doubled !== undefined)
    return { fault: `it has two columns of the rater ${listColumns([doubled.raterId])}` };
  const noRaters = others
    .filter((column) => isMeasureName(column.name) || layout.criteria.includes(column))
    .map(({ name }) => name);
  if (named.length === 0 && noRaters.length > 0)
    return {
      fault: `it has no column rater_id, and its column${noRaters.length > 1 ? 's' : ''} ${listColumns(noRaters)} can be no rater's, so that the others may be none either. ${howTo(names, undefined)}`,
    };
  return {
    ...layout,
    form: 'wide csv',
    criteria: [],
    raters,
    areUnnamed: named.length === 0,
    passedOver: others
      .filter(({ place }) => !raters.some((rater) => rater.place === place))
      .map(({ name }) => name),
  };
}

/** What the file has, and the line to write. */
function howTo(names: readonly string[], tool: RatingExport | undefined): string {
  const has = `Its columns: ${listColumns(names)}.`;
  const isOf = tool === undefined ? '' : ` It looks like an export of ${tool.tool}: ${tool.hint}.`;
  return `${has}${isOf} Write the header response_id,rater_id,score, or response_id,rater:NAME,rater:NAME with a column of scores for each rater`;
}
