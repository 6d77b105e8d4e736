import { day, minute } from '../time.ts';

/** What was seen of a judge before a refusal. Times are epoch milliseconds by the wall clock. */
export interface JudgeHistory {
  /** When it last took a text. */
  readonly passedAt?: number | undefined;
  /** The last text that it refused for an unknown reason, by a hash of its id, and when. */
  readonly refused?: Occurrence | undefined;
  /** The last text about which it gave an answer that was none. */
  readonly failed?: Occurrence | undefined;
}

export interface Occurrence {
  readonly text: string;
  readonly at: number;
}

/** The refusals of one text that count against it, and the time of its first. */
export interface TextRefusals {
  readonly count: number;
  readonly firstAt: number;
}

/**
 * Whose fault a refusal is that says nothing of it.
 *
 * - `everybody`: nothing else gets through
 * - `text`: others were judged beside it; `refusals` are those that count now, this one included. `proven` where others were
 *   judged since it was first refused: it then tells nothing of the others
 * - `undecided`: nothing tells yet
 */
export type Settlement =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'text'; readonly refusals: TextRefusals; readonly proven: boolean }
  | { readonly kind: 'undecided' };

/** So often a text is refused while others are judged before it ends without a verdict. */
export const mostRefusals = 5;

/** Others that were judged so long before the text was first refused were judged beside it. */
const beside = minute;

/** What was longer ago says nothing of how the judge is now. */
const remembered = day;

/**
 * Settles by history whose fault a refusal is.
 *
 * @param how `refused` for an unknown 4xx; `failed` for an answer that came and was none, which never is everybody's:
 *   its tries end by themselves
 * @param text a hash of the response's id
 * @param earlier refusals of this text that count against it
 * @param before what was seen of the judge until this refusal
 * @param now epoch milliseconds
 */
export function settleRefusal(
  how: 'refused' | 'failed',
  text: string,
  earlier: TextRefusals | undefined,
  before: JudgeHistory,
  now: number,
): Settlement {
  const passedAt = before.passedAt ?? Number.NEGATIVE_INFINITY;
  const isOther = (last: Occurrence | undefined) =>
    last !== undefined && last.text !== text && last.at > passedAt;
  const othersRefused = isOther(before.refused) || (how === 'failed' && isOther(before.failed));
  const everybody: Settlement = how === 'refused' ? { kind: 'everybody' } : { kind: 'undecided' };
  if (othersRefused || now - passedAt > remembered) return everybody;
  const firstAt = earlier?.firstAt ?? now;
  if (passedAt < firstAt - beside) return { kind: 'undecided' };
  return {
    kind: 'text',
    refusals: { count: (earlier?.count ?? 0) + 1, firstAt },
    proven: passedAt > firstAt,
  };
}
