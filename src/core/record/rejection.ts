/**
 * Why a message cannot be counted. `kind` is stable and machine-readable, `reason` is a sentence that says what was
 * wanted, what came and what to do. Neither ever holds text of the prompt or of the answer.
 */
export const rejectionKinds = [
  'malformed-json',
  'not-an-object',
  'invalid-field',
  'time-out-of-bounds',
  'oversized-text',
  'encrypted',
  'internal',
] as const;

export interface Rejection {
  readonly kind: (typeof rejectionKinds)[number];
  readonly reason: string;
}

/** What the bounds on `at` are: clocks run ahead by minutes, queues keep a message for two weeks. */
export const timeBounds = { ahead: 15 * 60_000, behind: 14 * 86_400_000 } as const;

/**
 * Most characters of request, answer and context together. At three bytes each in UTF-8 they still fit one SQS
 * message (1 MiB) together with what a judgement adds to them.
 */
export const maxTextCharacters = 300_000;

/** Most levels of lists and objects inside a message or a passage. Real ones have four or five. */
export const maxNesting = 64;

/** Most values in messages, answer and context together: a conversation of thousands of messages and parts. */
export const maxTextValues = 20_000;
