import { peopleVerdict, type RatedResponse } from '../agreement/rated-response.ts';
import { drawProbability, joinFrames, type RatingBatch } from '../rating/batch.ts';
import { effectiveSize, effectiveSizeOfGroups } from '../statistics/effective-size.ts';
import type { JudgedPopulation, VerdictStratum } from '../statistics/strata.ts';

/** Ratings that a stratum wants before anything is said by it. */
export const leastRatingsOfStratum = 10;

/** A verdict of the judge on one surface, or some of its scores. Counts are effective where chances differ. */
export interface ScoreStratum extends VerdictStratum {
  readonly surface: string;
  readonly scores: readonly number[];
  /** Rated responses, as counted by hand. */
  readonly responses: number;
}

/** A drawn and rated response. */
export interface DrawnResponse {
  readonly response: RatedResponse;
  readonly judgeScore: number;
  readonly humanPass: boolean;
  /** 1 / (chance of being judged x chance of being drawn) */
  readonly weight: number;
}

/** Rated responses that were drawn, with the chance that they had. Others have none: they serve agreement only. */
export function findDrawn(
  batches: readonly RatingBatch[],
  responses: readonly RatedResponse[],
  passMark: number,
): DrawnResponse[] {
  const bySurface = new Map<string, { batches: RatingBatch[]; ids: Set<string> }>();
  for (const batch of batches) {
    const known = bySurface.get(batch.surface) ?? { batches: [], ids: new Set<string>() };
    known.batches.push(batch);
    for (const id of batch.responseIds) known.ids.add(id);
    bySurface.set(batch.surface, known);
  }
  return responses.flatMap((response) => {
    const { judge } = response;
    const own = bySurface.get(response.surface);
    if (judge?.score === undefined || own?.ids.has(response.responseId) !== true) return [];
    const chance = drawProbability(own.batches, { at: response.at, score: judge.score }) * judge.probability;
    if (!(chance > 0)) return [];
    return [
      {
        response,
        judgeScore: judge.score,
        humanPass: peopleVerdict(response).score >= passMark,
        weight: 1 / chance,
      },
    ];
  });
}

/**
 * The judged population that batches were drawn from, by surface and verdict, with what people said of the drawn
 * responses. Scores of one verdict are strata of their own where each has 10 ratings; else neighbours are joined, their
 * ratings weighted by the draw. Surfaces of different sampling rates weigh by the responses that they stand for.
 */
export function ratedPopulation(
  batches: readonly RatingBatch[],
  drawn: readonly DrawnResponse[],
  passMark: number,
): JudgedPopulation<ScoreStratum> {
  const strata: ScoreStratum[] = [];
  const groups: { weight: number; count: number }[] = [];
  for (const surface of [...new Set(batches.map((batch) => batch.surface))].sort()) {
    const cells = new Map<number, { judged: number; rated: DrawnResponse[] }>();
    for (const hour of Object.values(joinFrames(batches.filter((batch) => batch.surface === surface)))) {
      for (const [score, { judged, weight, squares }] of Object.entries(hour)) {
        const cell = cells.get(Number(score)) ?? { judged: 0, rated: [] };
        cell.judged += weight;
        cells.set(Number(score), cell);
        if (judged > 0) groups.push({ weight: squares / weight, count: (weight * weight) / squares });
      }
    }
    for (const each of drawn) {
      if (each.response.surface === surface) cells.get(each.judgeScore)?.rated.push(each);
    }
    for (const judgePass of [false, true]) {
      const own = [...cells]
        .map(([score, cell]) => ({ scores: [score], ...cell }))
        .filter(({ scores: [score = 0] }) => score >= passMark === judgePass)
        .sort((a, b) => (a.scores[0] ?? 0) - (b.scores[0] ?? 0));
      strata.push(...joinSmall(own).map((cell) => ({ ...count(cell), surface, judgePass })));
    }
  }
  return { strata, effectiveJudged: effectiveSizeOfGroups(groups) };
}

interface Cell {
  readonly scores: readonly number[];
  readonly judged: number;
  readonly rated: readonly DrawnResponse[];
}

/** Joins neighbouring scores until each group has its 10 ratings; what is left over at the end joins the last group. */
function joinSmall(cells: readonly Cell[]): Cell[] {
  const joined: Cell[] = [];
  let open: Cell | undefined;
  for (const cell of cells) {
    open = open === undefined ? cell : join(open, cell);
    if (open.rated.length < leastRatingsOfStratum) continue;
    joined.push(open);
    open = undefined;
  }
  if (open === undefined) return joined;
  const last = joined.pop();
  return [...joined, last === undefined ? open : join(last, open)];
}

function join(one: Cell, other: Cell): Cell {
  return {
    scores: [...one.scores, ...other.scores],
    judged: one.judged + other.judged,
    rated: [...one.rated, ...other.rated],
  };
}

/** Ratings of equal weight are counted; of different weights they are as many as have the same variance (Kish). */
function count({ scores, judged, rated }: Cell): Omit<ScoreStratum, 'surface' | 'judgePass'> {
  const weights = rated.map(({ weight }) => weight);
  const equal = weights.every((weight) => Math.abs(weight / (weights[0] ?? weight) - 1) < 1e-9);
  const passes = rated.filter(({ humanPass }) => humanPass);
  if (equal) return { scores, judged, rated: rated.length, passed: passes.length, responses: rated.length };
  const size = effectiveSize(weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const passed = passes.reduce((sum, { weight }) => sum + weight, 0);
  return {
    scores,
    judged,
    rated: size,
    passed: Math.min(size, (size * passed) / total),
    responses: rated.length,
  };
}
