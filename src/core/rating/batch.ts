import { hourKey } from '../time.ts';
import { type Candidate, type DrawCell, drawBatch } from './draw.ts';

/** Judged responses of one score in one hour. Each stands for 1 / probability responses. */
export interface JudgedCount {
  readonly judged: number;
  /** Sum of 1 / probability. */
  readonly weight: number;
  /** Sum of its squares. */
  readonly squares: number;
}

/** All that could have been drawn, by hour and by the judge's score. */
export type Frame = Readonly<Record<string, Readonly<Record<number, JudgedCount>>>>;

/** Responses that people are asked to rate, and everything that gives each of them its chance of having been asked about. */
export interface RatingBatch {
  readonly id: string;
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  readonly fingerprint: string;
  /** The model id that the judge's provider returned with these verdicts, where it did. */
  readonly returnedModel: string | undefined;
  /** Epoch milliseconds; whole hours, `to` not included. */
  readonly from: number;
  readonly to: number;
  readonly seed: string;
  /** Epoch milliseconds. */
  readonly drawnAt: number;
  readonly cells: readonly DrawCell[];
  readonly frame: Frame;
  /** In the order in which they are shown to people. */
  readonly responseIds: readonly string[];
  /** The warning that it was drawn for by itself; absent where people asked for it. */
  readonly confirms?: ConfirmedWarning | undefined;
}

/** A warning on the judge's word that people are asked about. */
export interface ConfirmedWarning {
  readonly slo: string;
  /** Since when it stands, epoch milliseconds. */
  readonly since: number;
  /** A valid calibration stood then, and stays as it is until people have said whether the warning is true. */
  readonly freezes: boolean;
}

/** What a batch is drawn from and for. */
export interface BatchRequest
  extends Pick<
    RatingBatch,
    'id' | 'surface' | 'fingerprint' | 'returnedModel' | 'from' | 'to' | 'seed' | 'drawnAt'
  > {
  readonly rubric: { readonly id: string; readonly version: number; readonly passMark: number };
  readonly count: number;
  readonly confirms?: ConfirmedWarning | undefined;
}

/** Draws a batch from everything that was judged in its window. */
export function composeBatch(
  { rubric, count, confirms, ...plain }: BatchRequest,
  candidates: readonly Candidate[],
): RatingBatch {
  return {
    ...plain,
    rubric: { id: rubric.id, version: rubric.version },
    frame: frameOf(candidates),
    ...drawBatch(candidates, { count, passMark: rubric.passMark, seed: plain.seed }),
    ...(confirms !== undefined && { confirms }),
  };
}

/** Counts candidates by hour and score. */
export function frameOf(candidates: readonly Candidate[]): Frame {
  const frame: Record<string, Record<number, JudgedCount>> = {};
  for (const { at, score, probability } of candidates) {
    const hour = hourKey(at);
    frame[hour] ??= {};
    const { judged, weight, squares } = frame[hour][score] ?? { judged: 0, weight: 0, squares: 0 };
    const own = 1 / probability;
    frame[hour][score] = { judged: judged + 1, weight: weight + own, squares: squares + own * own };
  }
  return frame;
}

/** The judged population that several batches were drawn from: an hour in several of them counts once, as the latest draw saw it. */
export function joinFrames(batches: readonly RatingBatch[]): Frame {
  const byAge = [...batches].sort((a, b) => a.drawnAt - b.drawnAt);
  return Object.assign({}, ...byAge.map(({ frame }) => frame)) as Frame;
}

/**
 * The chance that a judged response had of being drawn by at least one of the batches, drawn independently:
 * 1 - product of (1 - its chance in each batch whose window holds it). 0 where no batch could have drawn it.
 */
export function drawProbability(
  batches: readonly RatingBatch[],
  response: { readonly at: number; readonly score: number },
): number {
  let missed = 1;
  for (const { from, to, cells } of batches) {
    if (response.at < from || response.at >= to) continue;
    missed *= 1 - (cells.find(({ score }) => score === response.score)?.probability ?? 0);
  }
  return 1 - missed;
}
