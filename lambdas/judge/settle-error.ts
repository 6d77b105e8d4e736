import type { JudgeError } from '#core/judging/judge-error.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { mostRefusals, settleRefusal, type TextRefusals } from '#core/judging/refusal-history.ts';
import { sha256 } from '#core/rubric/content-hash.ts';
import type { JudgeDependencies } from './judge-dependencies.ts';

/**
 * What an error asks for once it is known whose fault it is.
 *
 * - `end`: this text ends without a verdict; `isProbed` where the provider has looked at it and would take others
 * - `block`: nothing can be judged; `byHistory` where that is known only since nothing else gets through
 * - `again`: another try; `refusals` where this one counts against the text
 */
export type Settled =
  | { readonly kind: 'end'; readonly reason: string; readonly isProbed: boolean }
  | { readonly kind: 'block'; readonly reason: string; readonly byHistory: boolean }
  | {
      readonly kind: 'again';
      readonly reason: string;
      readonly retryAfterSeconds?: number | undefined;
      readonly refusals?: TextRefusals;
    };

/** Settles what an error asks for: at once where it says so, else by what became of this text and of others. */
export async function settleError(
  use: Pick<JudgeDependencies, 'histories' | 'now'>,
  { responseId }: Pick<JudgeTask, 'responseId'>,
  model: string,
  error: JudgeError,
  earlier: TextRefusals | undefined,
): Promise<Settled> {
  switch (error.kind) {
    case 'item':
      return { kind: 'end', reason: error.reason, isProbed: true };
    case 'blocking':
      return { kind: 'block', reason: error.reason, byHistory: false };
    case 'retryable':
      if (error.countsAgainstText !== true) return { ...error, kind: 'again' };
      break;
    case 'unknown':
      break;
    default:
      error satisfies never;
  }
  const how = error.kind === 'unknown' ? 'refused' : 'failed';
  const [text, at] = [sha256(responseId).slice(0, 16), use.now()];
  const history = await use.histories.read(model).catch(() => undefined);
  // While nobody can look back it is the moment's: its tries span hours.
  if (history === undefined) return { kind: 'again', reason: error.reason };
  const settlement = settleRefusal(how, text, earlier, history, at);
  // A text whose own fault it is tells nothing of the others. Without the note they are judged by what was seen before.
  if (settlement.kind !== 'text' || !settlement.proven)
    await use.histories.noteRefusal(model, how, { text, at }).catch(() => undefined);
  if (settlement.kind === 'everybody')
    return {
      kind: 'block',
      reason: `${error.reason}, and nothing else gets through; check the rubric's judge, the judge URL and what the provider's log says of the call`,
      byHistory: true,
    };
  if (settlement.kind === 'undecided') return { kind: 'again', reason: error.reason };
  const { refusals } = settlement;
  if (refusals.count < mostRefusals) return { kind: 'again', reason: error.reason, refusals };
  return {
    kind: 'end',
    reason: `refused ${refusals.count} times while others were judged; the last time: ${error.reason}`,
    isProbed: false,
  };
}
