/**
 * Errors of the judge's provider, by what they ask for. No error ever becomes a score.
 *
 * - `retryable`: try again later (429, 5xx, time-outs, broken connections)
 * - `item`: this response cannot be judged (refused by policy, too long even cut): state `unjudgeable`
 * - `blocking`: no response can be judged until somebody acts (key, permission, model, quota): opens the circuit
 */
export type JudgeError =
  | { readonly kind: 'retryable'; readonly reason: string; readonly retryAfterSeconds?: number | undefined }
  | { readonly kind: 'item'; readonly reason: string }
  | { readonly kind: 'blocking'; readonly reason: string };

/** What a provider's failed answer says of itself. */
export interface ProviderFailure {
  /** HTTP status; undefined where no answer came (time-out, connection). */
  readonly status?: number | undefined;
  /** The provider's error code, such as `insufficient_quota`. */
  readonly code?: string | undefined;
  /** The provider's error type; some providers put there what others call the code. */
  readonly type?: string | undefined;
  /** The request's parameter that the provider finds at fault, such as `messages[1].content`. */
  readonly parameter?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** What happened where no answer came. */
  readonly cause?: string | undefined;
}

const quotaCodes = [
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'access_terminated',
];
const policyCodes = [
  'content_filter',
  'content_policy_violation',
  'invalid_prompt',
  'cyber_policy_violation',
];
const lengthCodes = ['context_length_exceeded', 'string_above_max_length', 'request_too_large'];

/**
 * Sorts a failure into the three kinds. Unknown 4xx block, for a wrong parameter fails every call alike; one about the
 * messages does not, for they differ from call to call.
 */
export function classifyFailure(failure: ProviderFailure): JudgeError {
  const { status, code, type, parameter = '', retryAfterSeconds } = failure;
  const named = code === undefined ? (type === undefined ? '' : ` (${type})`) : ` (${code})`;
  const oneOf = (codes: readonly string[]) =>
    [code, type].some((each) => each !== undefined && codes.includes(each));
  if (status === undefined)
    return { kind: 'retryable', reason: `no answer: ${failure.cause ?? 'connection failed'}` };
  if (oneOf(quotaCodes))
    return { kind: 'blocking', reason: `the provider's quota is spent${named}; raise it or pay` };
  if (oneOf(policyCodes)) return { kind: 'item', reason: `refused by the provider's policy${named}` };
  if (oneOf(lengthCodes) || status === 413)
    return { kind: 'item', reason: `too long for the judge even after cutting${named}` };
  if (status === 429 || status === 408 || status === 409 || status >= 500) {
    return { kind: 'retryable', reason: `the provider answered ${status}${named}`, retryAfterSeconds };
  }
  if (status === 401 || status === 403)
    return {
      kind: 'blocking',
      reason: `the provider answered ${status}${named}; check the key in the judge's secret`,
    };
  if (status === 402) return { kind: 'blocking', reason: `the provider wants payment (402)${named}` };
  if (status === 404)
    return {
      kind: 'blocking',
      reason: `the provider knows no such model or address (404)${named}; check the rubric's judge and the judge URL`,
    };
  if (status === 422 || (status === 400 && parameter.startsWith('messages')))
    return { kind: 'item', reason: `the provider could not process this text (${status})${named}` };
  return {
    kind: 'blocking',
    reason: `the provider refused the call's form (${status})${named}; check the rubric's judge parameters`,
  };
}

/**
 * How often a judgement is tried before it goes to the dead-letter queue. With the backoff below, twelve tries span
 * between 1.7 and 3.4 hours: longer than the outages that providers usually have.
 */
export const maxTries = 12;

/** Seconds a message waits while the judge is blocked. */
export const blockedWaitSeconds = 15 * 60;

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
