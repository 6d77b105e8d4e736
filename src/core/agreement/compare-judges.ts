import type { Computed } from '../statistics/outcome.ts';
import { comparePairs, type PairedComparison, type PairedCounts } from '../statistics/paired-comparison.ts';
import { type Agreement, measureAgreement } from './agreement.ts';
import { peopleVerdict, type RatedResponse } from './rated-response.ts';

const confidence = 0.95;

/** A judge's verdict of a response, and what it took. */
export interface ComparedVerdict {
  /** 1 to 5. */
  readonly score: number;
  /** US dollars. */
  readonly costUsd: number;
  /** Milliseconds; undefined where it is not known. */
  readonly latencyMs: number | undefined;
}

/** A response that both judges gave a verdict of. */
export interface ComparedResponse {
  readonly responseId: string;
  readonly surface: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Empty where nobody rated it. */
  readonly ratings: RatedResponse['ratings'];
  /** 1 / (chance of being judged x chance of being drawn); undefined where it was not drawn for people. */
  readonly weight: number | undefined;
  readonly old: ComparedVerdict;
  readonly new: ComparedVerdict;
}

/** What one of the two judges says of the responses. */
export interface ComparedJudge {
  /** Share of the responses that it passes at its own pass mark. */
  readonly passRate: number;
  /** With people; undefined where nobody rated. */
  readonly agreement: Agreement | undefined;
  /** US dollars a verdict, on average. */
  readonly costUsd: number;
  /** Milliseconds, in the median; undefined where no verdict tells. */
  readonly latencyMs: number | undefined;
}

export interface JudgeComparison {
  readonly responses: number;
  readonly rated: number;
  readonly old: ComparedJudge;
  readonly new: ComparedJudge;
  /** What is paired: agreement with people at the pass mark, or, where nobody rated, passing. */
  readonly of: 'agreement' | 'passing';
  readonly counts: PairedCounts;
  readonly paired: Computed<PairedComparison>;
  /** Where the two part most, the farthest first. */
  readonly apart: readonly ComparedResponse[];
}

/** Pass marks of the two versions, 2 to 5. */
export interface PassMarks {
  readonly old: number;
  readonly new: number;
}

/**
 * Compares two judges on the same responses. People's verdict is the median of their ratings, held against each version's own
 * pass mark. Where some were drawn for people, agreement is of those, weighted by the draw; the paired counts are of all, as they
 * came.
 *
 * @param count how many of the responses where they part are told
 */
export function compareJudges(
  responses: readonly ComparedResponse[],
  passMarks: PassMarks,
  count = 5,
): JudgeComparison {
  const rated = responses.filter(({ ratings }) => ratings.length > 0);
  const of = rated.length > 0 ? 'agreement' : 'passing';
  const isRight = (each: ComparedResponse, side: 'old' | 'new') => {
    const passes = each[side].score >= passMarks[side];
    return of === 'passing' ? passes : passes === peopleVerdict(each).score >= passMarks[side];
  };
  const counts = countPairs(
    (of === 'agreement' ? rated : responses).map((each) => [isRight(each, 'old'), isRight(each, 'new')]),
  );
  return {
    responses: responses.length,
    rated: rated.length,
    old: describeJudge(responses, rated, 'old', passMarks),
    new: describeJudge(responses, rated, 'new', passMarks),
    of,
    counts,
    paired: comparePairs(counts, confidence),
    apart: farthest(responses, count),
  };
}

/** @param pairs whether the old one is right, and whether the new one is */
function countPairs(pairs: readonly (readonly [boolean, boolean])[]): PairedCounts {
  const counts = { both: 0, onlyOld: 0, onlyNew: 0, neither: 0 };
  for (const [old, now] of pairs) counts[old ? (now ? 'both' : 'onlyOld') : now ? 'onlyNew' : 'neither'] += 1;
  return counts;
}

function describeJudge(
  responses: readonly ComparedResponse[],
  rated: readonly ComparedResponse[],
  side: 'old' | 'new',
  passMarks: PassMarks,
): ComparedJudge {
  const passMark = passMarks[side];
  const verdicts = responses.map((each) => each[side]);
  const share = (sum: number) => (verdicts.length === 0 ? 0 : sum / verdicts.length);
  return {
    passRate: share(verdicts.filter(({ score }) => score >= passMark).length),
    costUsd: share(verdicts.reduce((sum, { costUsd }) => sum + costUsd, 0)),
    latencyMs: median(verdicts.flatMap(({ latencyMs }) => latencyMs ?? [])),
    agreement:
      rated.length === 0
        ? undefined
        : measureAgreement({
            passMark,
            responses: rated.map((each) => ratedBy(each, side)),
            weights: new Map(
              rated.flatMap(({ responseId, weight }) => (weight === undefined ? [] : [[responseId, weight]])),
            ),
          }),
  };
}

function ratedBy({ responseId, surface, at, ratings, ...judges }: ComparedResponse, side: 'old' | 'new') {
  const { score } = judges[side];
  const judge = { state: 'judged', score, probability: 1, returnedModel: undefined } as const;
  return { responseId, surface, at, ratings, judge };
}

/** By the distance of the two scores, then of the new one from people, then by id. */
function farthest(responses: readonly ComparedResponse[], count: number): ComparedResponse[] {
  const distance = (each: ComparedResponse) => Math.abs(each.new.score - each.old.score);
  const miss = (each: ComparedResponse) =>
    each.ratings.length === 0 ? 0 : Math.abs(each.new.score - peopleVerdict(each).median);
  return responses
    .filter((each) => distance(each) > 0)
    .sort((a, b) => distance(b) - distance(a) || miss(b) - miss(a) || (a.responseId < b.responseId ? -1 : 1))
    .slice(0, count);
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
