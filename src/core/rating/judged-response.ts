import type { JudgementState } from '../judging/judgement.ts';

/** What one judge said of a response, as a rating needs it. */
export interface JudgeResult {
  readonly state: JudgementState;
  /** Overall score, 1 to 5; undefined where there is no verdict. */
  readonly score: number | undefined;
  /** The chance that the response had of being judged. */
  readonly probability: number;
  readonly returnedModel: string | undefined;
  /** The overall score of each asking, where the judge is asked more than once. */
  readonly alone?: readonly number[] | undefined;
}

/** A response under one rubric version, with what each judge (by fingerprint) said of it. */
export interface JudgedResponse {
  readonly responseId: string;
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  /** Epoch milliseconds. */
  readonly at: number;
  readonly judges: Readonly<Record<string, JudgeResult>>;
}
