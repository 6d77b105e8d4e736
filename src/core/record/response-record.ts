import { z } from 'zod';

/**
 * A response: one logged answer of an LLM application, with its request, timing, cost and outcome. Times are
 * ISO 8601 with a zone, durations milliseconds, costs US dollars. Unknown keys are kept.
 */
const durationMs = z.number().nonnegative();

/**
 * Names become key parts, metric dimensions and header values, so they are short and hold no control character, no
 * "#" (it parts the keys) and no half of a surrogate pair (it cannot be written as UTF-8).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
export const labelPattern = /^[^\u0000-\u001f\u007f#\ud800-\udfff]+$/u;
export const maxLabelCharacters = 200;

export const label = z
  .string()
  .min(1)
  .max(maxLabelCharacters)
  .regex(labelPattern, 'a name without control characters, "#" and broken Unicode');

export const messageSchema = z.looseObject({
  role: z.string().min(1),
  content: z.union([z.string(), z.array(z.unknown())]).nullish(),
});

export const attemptSchema = z.looseObject({
  provider: label.optional(),
  status: z.enum(['success', 'error']),
  ms: durationMs.optional(),
});

export const responseRecordSchema = z.looseObject({
  id: label,
  at: z.iso.datetime({ offset: true }),
  surface: label,
  status: z.enum(['success', 'error']),
  model: label.optional(),
  provider: label.optional(),
  release: label.optional(),
  cohort: label.optional(),
  traceId: label.optional(),
  user: z.string().max(500).optional(),
  request: z.looseObject({ messages: z.array(messageSchema).optional() }).optional(),
  response: z
    .looseObject({
      content: z.string().nullish(),
      finishReason: z.string().nullish(),
      refused: z.boolean().optional(),
    })
    .optional(),
  usage: z
    .looseObject({
      inputTokens: z.number().nonnegative().optional(),
      outputTokens: z.number().nonnegative().optional(),
      costUsd: z.number().nonnegative().optional(),
    })
    .optional(),
  timing: z
    .looseObject({
      ttftMs: durationMs.optional(),
      totalMs: durationMs.optional(),
      turnsMs: z.array(durationMs).optional(),
    })
    .optional(),
  attempts: z.array(attemptSchema).optional(),
  context: z.union([z.string(), z.array(z.union([z.string(), z.looseObject({})]))]).optional(),
  metadata: z.looseObject({}).optional(),
});

export type ResponseRecord = z.infer<typeof responseRecordSchema>;
export type Message = z.infer<typeof messageSchema>;

/** Feedback: the implicit signal that comes minutes after a response. `at` and `responseAt` are ISO 8601. */
export const feedbackRecordSchema = z.looseObject({
  kind: z.literal('feedback'),
  id: label,
  at: z.iso.datetime({ offset: true }),
  responseAt: z.iso.datetime({ offset: true }),
  surface: label,
  cohort: label.optional(),
  release: label.optional(),
  accepted: z.boolean(),
  reason: z.enum(['regenerated', 'abandoned', 'handed-off', 'thumbs-down']).optional(),
});

export type FeedbackRecord = z.infer<typeof feedbackRecordSchema>;
