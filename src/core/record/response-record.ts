import * as z from 'zod';
import { label } from './label-schema.ts';

export { label };

/** In milliseconds 31 years; as tokens or US dollars more than anyone has. */
export const maxQuantity = 1e12;

const durationMs = quantity();

/**
 * A number that is added up. Tables add exactly within 38 digits: without a bound one absurd number would keep its
 * whole bucket from being counted.
 */
function quantity() {
  return z.number().nonnegative().max(maxQuantity);
}

export const messageSchema = z.looseObject({
  role: z.string().min(1),
  content: z
    .union([z.string(), z.array(z.unknown())])
    .nullish()
    .describe('A text, or a list of parts; of parts the judge sees those that carry a "text".'),
});

export const attemptSchema = z.looseObject({
  provider: label.optional(),
  status: z.enum(['success', 'error']),
  ms: durationMs.optional().describe('How long it took, milliseconds.'),
});

/**
 * A response: one logged answer of an LLM application, with its request, timing, cost and outcome. Times are
 * ISO 8601 with a zone, durations milliseconds, costs US dollars. Unknown keys are kept.
 */
export const responseRecordSchema = z.looseObject({
  id: label.describe('Unique; a second message with the same id and time is the same response.'),
  at: z.iso.datetime({ offset: true }).describe('When it was given, ISO 8601 with a zone.'),
  surface: label.describe('The product place that answered; one without a file counts under "default".'),
  status: z.enum(['success', 'error']).describe('The final outcome, by any path.'),
  model: label.optional(),
  provider: label.optional(),
  release: label.optional().describe('What was deployed when it was given.'),
  cohort: label.optional().describe('A slice of users.'),
  traceId: label
    .optional()
    .describe('The conversation it belongs to; a conversation is judged whole or not at all.'),
  user: z
    .string()
    .optional()
    .describe("Whose response it is: kept as a hash beside a sampled response's texts, to forget them by."),
  request: z
    .looseObject({ messages: z.array(messageSchema).optional() })
    .optional()
    .describe('The conversation up to the response. Without it the response is counted and never judged.'),
  response: z
    .looseObject({
      content: z
        .string()
        .nullish()
        .describe('The answer. Without it the response is counted and never judged.'),
      finishReason: z.string().nullish(),
      refused: z.boolean().optional(),
    })
    .optional(),
  usage: z
    .looseObject({
      inputTokens: quantity().optional(),
      outputTokens: quantity().optional(),
      costUsd: quantity().optional().describe('US dollars.'),
    })
    .optional(),
  timing: z
    .looseObject({
      ttftMs: durationMs.optional().describe('To the first token, milliseconds.'),
      totalMs: durationMs.optional().describe('To the end, milliseconds.'),
      turnsMs: z.array(durationMs).optional().describe('Each turn of an agent, milliseconds.'),
    })
    .optional(),
  attempts: z
    .array(attemptSchema)
    .optional()
    .describe('Every try at a provider in order, failed ones included.'),
  context: z
    .union([z.string(), z.array(z.union([z.string(), z.looseObject({})]))])
    .optional()
    .describe('Retrieved passages that the answer was to rest on.'),
  metadata: z.looseObject({}).optional(),
});

export type ResponseRecord = z.infer<typeof responseRecordSchema>;
export type Message = z.infer<typeof messageSchema>;

/** Feedback: the implicit signal that comes minutes after a response. `at` and `responseAt` are ISO 8601. */
export const feedbackRecordSchema = z.looseObject({
  kind: z.literal('feedback'),
  id: label.describe('Id of the response.'),
  at: z.iso.datetime({ offset: true }).optional().describe('When the signal came, ISO 8601 with a zone.'),
  responseAt: z.iso.datetime({ offset: true }).describe('When the response was given.'),
  surface: label,
  cohort: label.optional(),
  release: label.optional(),
  accepted: z.boolean(),
  reason: z.enum(['regenerated', 'abandoned', 'handed-off', 'thumbs-down']).optional(),
});

export type FeedbackRecord = z.infer<typeof feedbackRecordSchema>;
