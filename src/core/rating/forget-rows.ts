import { type ColumnMeaning, meaningOf } from './columns.ts';
import { CsvReader } from './csv-reader.ts';
import { csvLine, plainCell } from './csv-writer.ts';
import { JsonReader } from './json-reader.ts';
import { wholeScore } from './rating-row.ts';

/** What becomes of a ratings file when responses are forgotten. */
export type FileForgetting =
  | { readonly kind: 'untouched' }
  /** `rows` of the responses lost their words, or went. */
  | { readonly kind: 'rewritten'; readonly text: string; readonly rows: number }
  /** It names one of the responses, and something in it does not read well: no one can tell whose the words are. */
  | { readonly kind: 'unreadable' };

export interface ForgetRowsOptions {
  /** Whether the rows go as a whole, scores too. */
  readonly scores: boolean;
}

/**
 * Takes the words of some responses out of a ratings file: conversation, context, answer, notes, and whatever else a
 * row holds beside ids, times and scores. Rows of other responses keep what they say.
 */
export function forgetRows(
  text: string,
  responseIds: ReadonlySet<string>,
  options: ForgetRowsOptions,
): FileForgetting {
  const body = text.replace(/^[\uFEFF\s]+/, '');
  const forgetting = /^[{[]/.test(body)
    ? forgetObjects(body, responseIds, options)
    : forgetRecords(body, responseIds, options);
  if (forgetting !== undefined) return forgetting;
  return [...responseIds].some((id) => text.includes(id)) ? { kind: 'unreadable' } : { kind: 'untouched' };
}

/** Undefined where the file does not read well. */
function forgetRecords(
  text: string,
  responseIds: ReadonlySet<string>,
  { scores }: ForgetRowsOptions,
): FileForgetting | undefined {
  const reader = new CsvReader();
  const [head, ...records] = [...reader.push(text), ...reader.end()];
  if (head?.ok !== true) return undefined;
  const columns = head.cells.map((cell) => {
    const name = plainCell(cell.trim());
    return { name, meaning: meaningOf(name) };
  });
  const place = columns.findIndex(({ meaning }) => meaning === 'responseId');
  if (place === -1) return undefined;
  const lines = [head.cells];
  let rows = 0;
  for (const record of records) {
    if (!record.ok) return undefined;
    const { cells } = record;
    if (!isAnyOf(responseIds, plainCell(cells[place] ?? ''))) {
      lines.push(cells);
      continue;
    }
    const left = cells.map((cell, index) => {
      const { name, meaning } = columns[index] ?? { name: '', meaning: 'ignored' };
      return isKept(name, meaning, plainCell(cell.trim())) ? cell : '';
    });
    if (scores || left.some((cell, index) => cell !== cells[index])) rows += 1;
    if (!scores) lines.push(left);
  }
  if (rows === 0) return { kind: 'untouched' };
  const written = lines.map((cells) => `${csvLine(cells.map(plainCell))}\r\n`).join('');
  return { kind: 'rewritten', text: `\uFEFF${written}`, rows };
}

/** Ids as they are read, and as they were read once: without the spaces around them. */
function isAnyOf(responseIds: ReadonlySet<string>, id: string): boolean {
  return responseIds.has(id) || responseIds.has(id.trim());
}

/** A list of objects is written as an object a line. */
function forgetObjects(
  text: string,
  responseIds: ReadonlySet<string>,
  { scores }: ForgetRowsOptions,
): FileForgetting | undefined {
  const reader = new JsonReader();
  const lines: string[] = [];
  let rows = 0;
  for (const line of [...reader.push(text), ...reader.end()]) {
    if (!line.ok) return undefined;
    const before = written(line.value);
    if (before === undefined) return undefined;
    const id = Object.entries(line.value).find(([name]) => meaningOf(name) === 'responseId')?.[1];
    // A task or record of another tool, which holds the response somewhere inside.
    if (id === undefined) return undefined;
    if (!isAnyOf(responseIds, String(id))) {
      lines.push(before);
      continue;
    }
    const left = written(keptOf(line.value)) ?? '';
    if (scores || left !== before) rows += 1;
    if (!scores) lines.push(left);
  }
  if (reader.broken !== undefined) return undefined;
  if (rows === 0) return { kind: 'untouched' };
  return { kind: 'rewritten', text: lines.map((line) => `${line}\n`).join(''), rows };
}

/** Undefined where lists or objects nest too deep to be written out. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function keptOf(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, cell]) => {
      if (name === 'criteria' && typeof cell === 'object' && cell !== null)
        return [[name, Object.fromEntries(Object.entries(cell).filter(([, each]) => isScore(String(each))))]];
      return isKept(name, meaningOf(name), String(cell).trim()) ? [[name, cell]] : [];
    }),
  );
}

/** Whether a cell says who rated what, when and how, in the form that such a cell has: words in the wrong place go too. */
function isKept(name: string, meaning: ColumnMeaning, cell: string): boolean {
  switch (meaning) {
    case 'responseId':
      return true;
    case 'raterId':
      return cell.length <= 200;
    case 'ratedAt':
      return /^[\d\s:.TZ+-]{0,40}$/i.test(cell);
    case 'rubric':
      return /^[\w.@-]{0,60}$/.test(cell);
    case 'score':
    case 'other':
      return isScore(cell);
    case 'note':
      return false;
    case 'ignored':
      return ['batch', 'surface'].includes(name.toLowerCase()) && /^[\w.-]{0,80}$/.test(cell);
  }
}

function isScore(cell: string): boolean {
  return cell === '' || wholeScore(cell) !== undefined || /^(?:pass|fail)$/i.test(cell);
}
