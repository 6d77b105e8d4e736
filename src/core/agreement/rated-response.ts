import type { JudgementState } from '../judging/judgement.ts';
import { type MedianRating, medianRating } from '../statistics/median-rating.ts';

/** A response with everything that people and one judge said of it under one rubric version. */
export interface RatedResponse {
  readonly responseId: string;
  readonly surface: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The ratings that count, one a rater; never empty. */
  readonly ratings: readonly { readonly raterId: string; readonly score: number }[];
  /** Absent where this judge was never asked. */
  readonly judge:
    | {
        readonly state: JudgementState;
        /** 1 to 5; undefined where it gave no verdict. */
        readonly score: number | undefined;
        readonly probability: number;
        readonly returnedModel: string | undefined;
        /** The overall score of each asking, where the judge is asked more than once. */
        readonly alone?: readonly number[] | undefined;
      }
    | undefined;
  /** Where another judge's verdict decided its chance of being drawn: that verdict. Absent where it was this judge's own. */
  readonly drawnAs?: DrawnAs | undefined;
}

/** The verdict under which a response was drawn, and the chance it had of being judged then. */
export interface DrawnAs {
  readonly score: number;
  readonly probability: number;
}

/** The verdict that decided a response's chance of being drawn; undefined where it had none. */
export function drawnAsOf({ judge, drawnAs }: Pick<RatedResponse, 'judge' | 'drawnAs'>): DrawnAs | undefined {
  if (drawnAs !== undefined || judge?.score === undefined) return drawnAs;
  return { score: judge.score, probability: judge.probability };
}

/** People's verdict of a response. */
export interface PeopleVerdict extends MedianRating {
  readonly mean: number;
  /**
   * The median as a score of the scale. Between two scores it is the lower one, as the judge is told to take the lower
   * level where a response fits neither; so a median of 3.5 fails a pass mark of 4, which it does not reach.
   */
  readonly score: number;
}

/** What people said of a response, together: the median of its raters. */
export function peopleVerdict({ ratings }: Pick<RatedResponse, 'ratings'>): PeopleVerdict {
  const scores = ratings.map(({ score }) => score);
  const median = medianRating(scores);
  if (!median.ok) throw new RangeError('a rated response must have a rating, this one has none');
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return { ...median, mean, score: Math.floor(median.median) };
}

/** The share of a response's raters who pass it: at or over the pass mark. With two raters a median would fail halves. */
export function passShare({ ratings }: Pick<RatedResponse, 'ratings'>, passMark: number): number {
  if (ratings.length === 0) throw new RangeError('a rated response must have a rating, this one has none');
  return ratings.filter(({ score }) => score >= passMark).length / ratings.length;
}
