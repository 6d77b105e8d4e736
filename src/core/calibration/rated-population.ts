import { drawnAsOf, passShare, type RatedResponse } from '../agreement/rated-response.ts';
import { drawProbability, joinFrames, type RatingBatch } from '../rating/batch.ts';
import { effectiveSize, effectiveSizeOfGroups } from '../statistics/effective-size.ts';
import type { JudgedPopulation, VerdictStratum } from '../statistics/strata.ts';

/** Effective ratings that a stratum of a valid calibration wants. */
export const leastRatingsOfStratum = 20;

/** A verdict of the judge on one surface. Counts are effective where chances differ. */
export interface SurfaceStratum extends VerdictStratum {
  readonly surface: string;
  /** Rated responses, as counted by hand. */
  readonly responses: number;
}

/** A drawn and rated response. */
export interface DrawnResponse {
  readonly response: RatedResponse;
  readonly judgeScore: number;
  /** The score that decided its chance of being drawn: of carried ratings the earlier judge's. */
  readonly drawnScore: number;
  /** Share of its raters who pass it, 0 to 1. */
  readonly humanPass: number;
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
    const drawnAs = drawnAsOf(response);
    if (judge?.score === undefined || drawnAs === undefined) return [];
    if (own?.ids.has(response.responseId) !== true) return [];
    const { score, probability } = drawnAs;
    const chance = drawProbability(own.batches, { at: response.at, score }) * probability;
    if (!(chance > 0)) return [];
    return [
      {
        response,
        judgeScore: judge.score,
        drawnScore: score,
        humanPass: passShare(response, passMark),
        weight: 1 / chance,
      },
    ];
  });
}

/**
 * The judged population that batches were drawn from, by surface and verdict, with what people said of the drawn
 * responses, weighted by the draw. Surfaces of different sampling rates weigh by the responses that they stand for.
 *
 * Scores of one verdict are not strata of their own, though the draw tells them apart: simulated (judge .93 / .75, true
 * rate .945, five scores, 6,000 repetitions) five strata cover .93 at 200 ratings and .92 at 100, two weighted ones .95
 * and .94, with shorter intervals.
 */
export function ratedPopulation(
  batches: readonly RatingBatch[],
  drawn: readonly DrawnResponse[],
  passMark: number,
): JudgedPopulation<SurfaceStratum> {
  const strata: SurfaceStratum[] = [];
  const groups: { weight: number; count: number }[] = [];
  for (const surface of [...new Set(batches.map((batch) => batch.surface))].sort()) {
    const judged = { failed: 0, passed: 0 };
    for (const hour of Object.values(joinFrames(batches.filter((batch) => batch.surface === surface)))) {
      for (const [score, { weight, squares }] of Object.entries(hour)) {
        judged[Number(score) >= passMark ? 'passed' : 'failed'] += weight;
        groups.push({ weight: squares / weight, count: (weight * weight) / squares });
      }
    }
    const own = drawn.filter(({ response }) => response.surface === surface);
    const verdicts = reassign(judged, own, passMark);
    for (const judgePass of [false, true]) {
      const rated = own.filter(({ judgeScore }) => judgeScore >= passMark === judgePass);
      const count = verdicts[judgePass ? 'passed' : 'failed'];
      if (count > 0) strata.push({ surface, judgePass, judged: count, ...countRated(rated) });
    }
  }
  const effectiveJudged = effectiveSizeOfGroups(groups);
  return { strata, effectiveJudged: Math.min(effectiveJudged, effectiveReassigned(strata, drawn, passMark)) };
}

type VerdictCounts = Readonly<Record<'failed' | 'passed', number>>;

/**
 * The judged responses by the verdict of the judge that is calibrated, where another one's decided what was drawn: of each of
 * its verdicts, the share that the drawn ones show. As they are where both are the same judge.
 */
function reassign(judged: VerdictCounts, drawn: readonly DrawnResponse[], passMark: number): VerdictCounts {
  let passed = 0;
  for (const drawnPass of [false, true]) {
    const count = judged[drawnPass ? 'passed' : 'failed'];
    passed += count * (passOfDrawn(drawn, passMark, drawnPass)?.share ?? Number(drawnPass));
  }
  return { passed, failed: judged.failed + judged.passed - passed };
}

/** The share that the calibrated judge passes of what was drawn under a verdict, and of how many equal ratings it is made. */
function passOfDrawn(
  drawn: readonly DrawnResponse[],
  passMark: number,
  drawnPass: boolean,
): { share: number; size: number; all: number } | undefined {
  const own = drawn.filter(({ drawnScore }) => drawnScore >= passMark === drawnPass);
  if (own.length === 0) return undefined;
  const all = own.reduce((sum, { weight }) => sum + weight, 0);
  const passed = own.reduce((sum, { judgeScore, weight }) => sum + (judgeScore >= passMark ? weight : 0), 0);
  // Whole where all went one way, whatever the last digit of sums says.
  const isWhole = own.every(({ judgeScore }) => judgeScore >= passMark === drawnPass);
  return {
    share: isWhole ? Number(drawnPass) : passed / all,
    size: effectiveSize(own.map(({ weight }) => weight)),
    all,
  };
}

/** How many judged responses would tell the calibrated judge's pass share as well as the drawn ones do. */
function effectiveReassigned(
  strata: readonly SurfaceStratum[],
  drawn: readonly DrawnResponse[],
  passMark: number,
): number {
  const total = strata.reduce((sum, { judged }) => sum + judged, 0);
  const passed = strata.reduce((sum, { judged, judgePass }) => sum + (judgePass ? judged : 0), 0);
  const parts = [false, true].flatMap((drawnPass) => passOfDrawn(drawn, passMark, drawnPass) ?? []);
  const all = parts.reduce((sum, part) => sum + part.all, 0);
  const variance = parts.reduce(
    (sum, part) => sum + ((part.all / all) ** 2 * part.share * (1 - part.share)) / part.size,
    0,
  );
  if (!(variance > 0)) return Number.POSITIVE_INFINITY;
  return ((passed / total) * (1 - passed / total)) / variance;
}

/** Ratings of equal weight are counted; of different weights they are as many as have the same variance (Kish). */
function countRated(rated: readonly DrawnResponse[]): Pick<SurfaceStratum, 'rated' | 'passed' | 'responses'> {
  const weights = rated.map(({ weight }) => weight);
  const responses = rated.length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  if (weights.every((weight) => Math.abs(weight / (weights[0] ?? weight) - 1) < 1e-9))
    return { rated: responses, passed: sum(rated.map(({ humanPass }) => humanPass)), responses };
  const size = effectiveSize(weights);
  const passed = sum(rated.map(({ humanPass, weight }) => humanPass * weight));
  return { rated: size, passed: Math.min(size, (size * passed) / sum(weights)), responses };
}
