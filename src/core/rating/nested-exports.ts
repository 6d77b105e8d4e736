import { meaningOf } from './columns.ts';

/** A row as a JSON file says it, flat: by the name of a column what stands there, as a text. */
export interface JsonRow {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
  /** Why it is no rating, where its tool says so. */
  readonly fault?: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The rows of an object of a JSON file: one, or where it is a task of Label Studio or a record of Argilla one for each
 * person who rated it, with the columns that those tools write in CSV.
 */
export function flattenObject(value: Json, line: number): JsonRow[] {
  if (Array.isArray(value.annotations) && isObject(value.data))
    return rowsOfTask(value.data, value.annotations, line);
  if (isObject(value.responses) && isObject(value.fields)) return rowsOfRecord(value, value.responses, line);
  const questions = Object.keys(value).filter((name) => Array.isArray(value[`${name}.users`]));
  if (questions.length > 0) return rowsOfFlatRecord(value, questions, line);
  return [{ line, cells: new Map(Object.entries(value).flatMap(([name, cell]) => cellsOf(name, cell))) }];
}

/** `criteria` may be an object of its own. */
function cellsOf(name: string, cell: unknown): [string, string][] {
  if (name === 'criteria' && isObject(cell))
    return Object.entries(cell).map(([id, score]) => [id, textOf(score)]);
  return [[name, textOf(cell)]];
}

function rowsOfTask(data: Json, annotations: readonly unknown[], line: number): JsonRow[] {
  const shared = [['lead_time', ''] as const, ...sharedCells(data)];
  if (annotations.length === 0)
    return [{ line, cells: new Map(shared), fault: 'is a task that nobody has annotated' }];
  return annotations.map((annotation) => {
    const { id, completed_by, result, updated_at, was_cancelled } = isObject(annotation) ? annotation : {};
    const person = isObject(completed_by) ? (completed_by.email ?? completed_by.id) : completed_by;
    const cells = new Map([
      ...shared,
      ['annotation_id', textOf(id)],
      ['annotator', textOf(person)],
      ['updated_at', textOf(updated_at)],
    ]);
    const given = Array.isArray(result) ? result.filter(isObject) : [];
    for (const { from_name, value } of given) {
      const name = textOf(from_name);
      // Two results of one tag are regions of the text; neither is a score of the whole.
      cells.set(name, cells.has(name) ? '[…]' : resultOf(isObject(value) ? value : {}));
    }
    return {
      line,
      cells,
      ...(was_cancelled === true && { fault: 'was skipped by its annotator' }),
    };
  });
}

/** What a tag of Label Studio holds, where it is one value. */
function resultOf(value: Json): string {
  const [held, ...more] = ['rating', 'number', 'choices', 'text'].flatMap((kind) => value[kind] ?? []);
  return more.length > 0 ? '[…]' : textOf(held);
}

function rowsOfRecord({ fields, metadata, status }: Json, responses: Json, line: number): JsonRow[] {
  const given = Object.entries(responses).flatMap(([question, list]) =>
    (Array.isArray(list) ? list.filter(isObject) : []).map((one) => ({
      question,
      user: one.user_id,
      value: one.value,
      status: one.status,
    })),
  );
  const shared = [
    ...sharedCells(isObject(fields) ? fields : {}),
    ...sharedCells(isObject(metadata) ? metadata : {}),
  ];
  return rowsOfAnswers(given, [...shared, ['status', textOf(status)]], line);
}

function rowsOfFlatRecord(value: Json, names: readonly string[], line: number): JsonRow[] {
  const given = names.flatMap((name) => {
    const [values, users, states] = [value[name], value[`${name}.users`], value[`${name}.status`]].map(
      (list) => (Array.isArray(list) ? (list as unknown[]) : []),
    );
    const question = name.replace(/\.responses$/, '');
    return (users ?? []).map((user, place) => ({
      question,
      user,
      value: values?.[place],
      status: states?.[place],
    }));
  });
  return rowsOfAnswers(given, [...sharedCells(value), ['status', textOf(value.status)]], line);
}

interface Answer {
  readonly question: string;
  readonly user: unknown;
  readonly value: unknown;
  readonly status: unknown;
}

/** A row for each person, of all that they answered. */
function rowsOfAnswers(
  given: readonly Answer[],
  shared: readonly (readonly [string, string])[],
  line: number,
): JsonRow[] {
  const rows = new Map<string, { cells: Map<string, string>; fault: string | undefined }>();
  const start = () => new Map([...shared, ['_server_id', '']]);
  for (const { question, user, value, status } of given) {
    const person = textOf(user);
    const row = rows.get(person) ?? { cells: start().set('annotator', person), fault: undefined };
    row.cells.set(question, row.cells.has(question) ? '[…]' : textOf(value));
    if (typeof status === 'string' && status !== 'submitted')
      row.fault = 'was not submitted by its annotator';
    rows.set(person, row);
  }
  if (rows.size === 0) return [{ line, cells: start(), fault: 'is a record that nobody has annotated' }];
  return [...rows.values()].map(({ cells, fault }) => ({ line, cells, fault }));
}

/** What a task or record carries of the response: never a score, which is the annotator's to give. */
function sharedCells(data: Json): [string, string][] {
  return Object.entries(data).flatMap(([name, cell]) =>
    ['responseId', 'rubric'].includes(meaningOf(name)) ? [[name, textOf(cell)]] : [],
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Label Studio's short JSON writes a rating of 4 as `[{"rating": 4}]`. */
function onlyRatingIn([only, ...more]: readonly unknown[]): string | undefined {
  if (more.length > 0 || !isObject(only)) return undefined;
  const { rating, ...others } = only;
  return typeof rating === 'number' && Object.keys(others).length === 0 ? String(rating) : undefined;
}

/** A list or object is no text, and is not written out: it may nest without end. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  if (Array.isArray(cell)) return onlyRatingIn(cell) ?? '[…]';
  if (typeof cell === 'object') return '{…}';
  // A number that JSON cannot hold is another one by now.
  return typeof cell === 'number' && Math.abs(cell) > Number.MAX_SAFE_INTEGER
    ? cell.toExponential().toUpperCase()
    : String(cell);
}
