import * as z from 'zod';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { readUntrusted } from '#core/read-untrusted.ts';
import { label, responseRecordSchema } from '#core/record/response-record.ts';

const { request, response, context } = responseRecordSchema.shape;

/** The form of a judge-queue message. Only the sampler and a redrive write there, but a queue is a door. */
const judgeTaskSchema = z.object({
  responseId: label,
  at: z.iso.datetime(),
  surface: label,
  rubric: z.object({ id: z.string().min(1), version: z.int().min(1) }),
  fingerprint: z.string().regex(/^[0-9a-f]{12}$/),
  repeat: z.int().min(0),
  probability: z.number().gt(0).max(1),
  zoom: z.number().gt(1).optional(),
  redrive: z.int().min(0),
  cohort: label.optional(),
  release: label.optional(),
  model: label.optional(),
  traceId: label.optional(),
  userHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  redactions: z.int().min(0).optional(),
  texts: z.object({ request, response, context }),
});

/** Reads a message, or says in words (without its text) why it is none. */
export function readJudgeTask(body: string): { ok: true; task: JudgeTask } | { ok: false; reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, reason: 'wanted a judgement in JSON, got text that is not JSON' };
  }
  const parsed = readUntrusted(judgeTaskSchema, value);
  if (parsed.success) return { ok: true, task: parsed.data };
  return {
    ok: false,
    reason: `wanted a judgement, got an object whose "${parsed.error.issues[0]?.path.map(String).join('.')}" does not fit`,
  };
}
