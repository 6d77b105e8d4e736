/** What a provider's failed answer says of itself, as far as it can be used. */
export interface ProviderFailure {
  /** HTTP status; undefined where no answer came (time-out, connection). */
  readonly status?: number | undefined;
  /**
   * Words that name the error, such as `insufficient_quota`: error codes, types, states and reasons, wherever the provider
   * writes them. Only what looks like a code, at most a few.
   */
  readonly codes?: readonly string[] | undefined;
  /** The request's parameter that the provider finds at fault, such as `messages[1].content`. */
  readonly parameter?: string | undefined;
  /** The provider's sentence, cut. It may quote the judged text: it is compared and goes nowhere else. */
  readonly message?: string | undefined;
  /** A moderation of the provider gave its reasons for refusing this text. */
  readonly flagged?: boolean | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** What happened where no answer came. */
  readonly cause?: string | undefined;
}
