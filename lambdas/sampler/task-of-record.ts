import type { Surface } from '#core/catalogue/catalogue.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import type { ResponseRecord } from '#core/record/response-record.ts';
import { userHash } from '#core/record/user-hash.ts';
import type { Sampling } from './zoom.ts';

/** Only a finished answer with its request can be judged; errors and tool calls without text count in other SLIs. */
export function isJudgeable(record: ResponseRecord): boolean {
  return (
    record.status === 'success' &&
    typeof record.response?.content === 'string' &&
    (record.request?.messages?.length ?? 0) > 0
  );
}

/** What is asked of the judge about a record, without its texts. `at` is the record's, epoch milliseconds. */
export function taskOf(
  record: ResponseRecord,
  at: number,
  surface: Surface,
  { probability, zoom }: Sampling,
  { rubric, fingerprint }: Pick<JudgeTask, 'rubric' | 'fingerprint'>,
): Omit<JudgeTask, 'texts' | 'redactions'> {
  return {
    responseId: record.id,
    at: new Date(at).toISOString(),
    surface: surface.surface,
    rubric,
    fingerprint,
    repeat: 0,
    probability,
    ...(zoom !== undefined && { zoom }),
    redrive: 0,
    cohort: record.cohort,
    release: record.release,
    model: record.model,
    traceId: record.traceId,
    userHash: record.user === undefined ? undefined : userHash(record.user),
  };
}

/** What an answer calls beside its words. */
function callsOf(response: ResponseRecord['response']): Readonly<Record<string, unknown>> {
  const { tool_calls: calls, function_call: call } = response ?? {};
  return { ...(calls != null && { tool_calls: calls }), ...(call != null && { function_call: call }) };
}

/** What of a record the judge sees, and what is stored: nothing of its metadata, and no key that has no field. */
export function textsOf({ request, response, context }: ResponseRecord): JudgeTask['texts'] {
  return {
    request: { messages: request?.messages ?? [] },
    response: { content: response?.content ?? '', ...callsOf(response) },
    ...(context !== undefined && { context }),
  };
}
