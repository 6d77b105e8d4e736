import type { Catalogue } from '../catalogue/catalogue.ts';
import { findRubric, rubricsOf } from '../catalogue/catalogue.ts';
import { isBinary, isPassFail, type Rubric } from '../rubric/rubric.ts';
import { overallScore } from '../rubric/verdict.ts';
import type { JudgedResponse } from './judged-response.ts';
import {
  describeScore,
  passOrFail,
  quoteCell,
  type RatingRow,
  type Refusal,
  wholeScore,
  wordScores,
} from './rating-row.ts';

/** A row with the judged response that it speaks of. `judged` is absent where nobody judged it (under that rubric). */
export interface ResolvedRow {
  readonly row: RatingRow;
  readonly judged: JudgedResponse | undefined;
  readonly score: number;
  readonly criteria: Readonly<Record<string, number>>;
  /** Columns of the file that are no criterion of the rubric. */
  readonly ignored: readonly string[];
}

/**
 * Finds the rubric version that a row's response was judged under and checks the row against it. Where there are
 * several and the row names none, it is the surface's first active rubric, else the newest version.
 *
 * @param found everything that was judged of the row's response
 */
export function resolveRow(
  catalogue: Catalogue,
  row: RatingRow,
  found: readonly JudgedResponse[],
): ResolvedRow | Refusal {
  const judged = chooseRubric(catalogue, row, found);
  const rubric = judged === undefined ? undefined : findRubric(catalogue, judged.rubric);
  const criteria: Record<string, number> = {};
  const ignored: string[] = [];
  for (const [column, cell] of Object.entries(row.criteria)) {
    const criterion = rubric?.criteria.find(({ id }) => id === column);
    if (criterion === undefined) {
      ignored.push(column);
      continue;
    }
    const score = isPassFail(criterion) ? passFailScore(cell) : wholeScore(cell);
    if (score === undefined) {
      const reason = isPassFail(criterion)
        ? `wanted pass or fail, got ${quoteCell(cell)}`
        : describeScore(cell);
      return { line: row.line, column, reason };
    }
    criteria[column] = score;
  }
  const refuse = (reason: string): Refusal => ({ line: row.line, column: row.column, reason });
  if (rubric !== undefined && row.score !== undefined) {
    const knowsPassAndFail = isBinary(rubric);
    if (knowsPassAndFail && row.score !== wordScores.pass && row.score !== wordScores.fail)
      return refuse(`wanted pass or fail, got ${row.score}: this rubric knows nothing between`);
    if (!knowsPassAndFail && row.word !== undefined)
      return refuse(`wanted a whole score from 1 to 5, got ${quoteCell(row.word)}`);
  }
  const score = row.score ?? scoreFromCriteria(rubric, criteria);
  if (score === undefined)
    return refuse('is empty, and not every criterion of the rubric is rated, from which it could be made');
  return { row, judged, score, criteria, ignored };
}

function chooseRubric(
  catalogue: Catalogue,
  { rubric }: RatingRow,
  found: readonly JudgedResponse[],
): JudgedResponse | undefined {
  if (rubric !== undefined) {
    const named = found.filter(
      ({ rubric: { id, version } }) => rubric === id || rubric === `${id}@${version}`,
    );
    return newest(named);
  }
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return first;
  const active = rubricsOf(catalogue, first.surface).filter(({ state }) => state === 'active');
  for (const { id, version } of active) {
    const match = found.find((each) => each.rubric.id === id && each.rubric.version === version);
    if (match !== undefined) return match;
  }
  return newest(found);
}

function newest(found: readonly JudgedResponse[]): JudgedResponse | undefined {
  return [...found].sort((a, b) => b.rubric.version - a.rubric.version)[0];
}

function passFailScore(cell: string): number | undefined {
  const word = passOrFail(cell);
  if (word !== undefined) return wordScores[word];
  const score = wholeScore(cell);
  return score === 5 || score === 1 ? score : undefined;
}

function scoreFromCriteria(
  rubric: Rubric | undefined,
  criteria: Readonly<Record<string, number>>,
): number | undefined {
  if (rubric === undefined || rubric.criteria.some(({ id }) => criteria[id] === undefined)) return undefined;
  return overallScore(
    rubric,
    Object.fromEntries(Object.entries(criteria).map(([id, score]) => [id, { score }])),
  );
}
