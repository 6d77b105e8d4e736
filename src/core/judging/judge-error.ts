import { findKnownAnswer } from './known-answers.ts';
import type { ProviderFailure } from './provider-failure.ts';

/**
 * Errors of the judge's provider, by whose fault they are. No error ever becomes a score.
 *
 * - `retryable`, the moment's: try again later. `countsAgainstText` where others may pass while this text never does: an
 *   answer that came and was none. Limits, breakdowns and silence say nothing about the text.
 * - `item`, this text's: it cannot be judged (refused by policy, too long even cut): state `unjudgeable`
 * - `blocking`, everybody's: no response can be judged until somebody acts (key, permission, model, quota): opens the circuit
 * - `unknown`: refused for a reason that nobody knows; {@link settleRefusal} says by history whose fault it is
 */
export type JudgeError =
  | {
      readonly kind: 'retryable';
      readonly reason: string;
      readonly retryAfterSeconds?: number | undefined;
      readonly countsAgainstText?: true;
    }
  | { readonly kind: 'item'; readonly reason: string }
  | { readonly kind: 'blocking'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Sorts a failure by the known answers. */
export function classifyFailure(failure: ProviderFailure): JudgeError {
  const { status, retryAfterSeconds } = failure;
  if (status === undefined)
    return { kind: 'retryable', reason: `no answer: ${failure.cause ?? 'the connection failed'}` };
  const known = findKnownAnswer(failure);
  const said = describeAnswer(failure);
  if (known === undefined)
    return { kind: 'unknown', reason: `the provider refused it for a reason that is not known ${said}` };
  const reason = `${known.says} ${said}`;
  switch (known.fault) {
    case 'text':
      return { kind: 'item', reason };
    case 'everybody':
      return { kind: 'blocking', reason };
    case 'moment':
      return {
        kind: 'retryable',
        reason,
        retryAfterSeconds,
        ...(!saysNothingOfTexts(status) && { countsAgainstText: true }),
      };
  }
}

/** Limits and breakdowns. */
function saysNothingOfTexts(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Words that every refusal carries. */
const sayNothing = ['invalid_request_error', 'BadRequestError', 'error', 'Bad_Request', 'INVALID_ARGUMENT'];

/** `(400, context_length_exceeded, messages[1].content)`: words of the provider that look like names, and no sentence. */
function describeAnswer({ status, codes = [], parameter }: ProviderFailure): string {
  const telling = codes.filter((each) => each !== String(status));
  const code = telling.find((each) => !sayNothing.includes(each)) ?? telling[0];
  return `(${[status, code, parameter].filter((each) => each !== undefined).join(', ')})`;
}

/**
 * How often a judgement is tried before it goes to the dead-letter queue. With the backoff below, twelve tries span
 * between 1.7 and 3.4 hours: longer than the outages that providers usually have.
 */
export const maxTries = 12;

/** Seconds a message waits while the judge is known to be blocked. */
export const blockedWaitSeconds = 15 * 60;

/** And at least, while that is only a guess since nothing gets through: it may be one text. */
const guessedWaitSeconds = 5;

/**
 * Seconds until a message asks again whether its judge can be used: as long as the guess has stood, up to the wait of one
 * that is known.
 *
 * @param openedAt when the circuit opened @param now epoch milliseconds
 */
export function blockedWait(
  { openedAt, byHistory }: { readonly openedAt: number; readonly byHistory: boolean },
  now: number,
): number {
  if (!byHistory) return blockedWaitSeconds;
  return Math.min(blockedWaitSeconds, Math.max(guessedWaitSeconds, (now - openedAt) / 1000));
}

/**
 * Seconds until a text is asked about again that was refused while others were judged: the provider is there, so soon.
 *
 * @param refusals that count against the text so far, 1 or more
 * @param random uniform in [0, 1)
 */
export function refusalWait(refusals: number, random: number): number {
  return 2 ** (refusals - 1) * (0.5 + random / 2);
}

const firstWaitSeconds = 10;
const longestWaitSeconds = 3_600;

/** No provider's wish is followed for longer: SQS hides a message for 12 hours at most. */
const longestAskedSeconds = 12 * 3_600;

/**
 * Seconds until the next try: exponential up to an hour with jitter over its upper half, and never under what the
 * provider asked for.
 *
 * @param tries tries made so far, 1 or more
 * @param random uniform in [0, 1)
 */
export function backoffSeconds(tries: number, retryAfterSeconds: number | undefined, random: number): number {
  const exponential = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (tries - 1));
  const jittered = exponential * (0.5 + random / 2);
  return Math.max(jittered, Math.min(longestAskedSeconds, retryAfterSeconds ?? 0));
}
