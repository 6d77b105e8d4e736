import * as z from 'zod';
import { readTextLines } from '#adapters/files/text-lines.ts';
import { readUntrusted } from '#core/read-untrusted.ts';
import { type AnswerJudge, verdictText } from './judge-server.ts';

const scoreSchema = z.int().min(1).max(5);

const recordedSchema = z.looseObject({
  responseId: z.string().min(1),
  score: scoreSchema.optional(),
  criteria: z
    .record(
      z.string(),
      z.union([scoreSchema, z.looseObject({ score: scoreSchema, reason: z.string().optional() })]),
    )
    .optional(),
});

export type RecordedVerdict = z.infer<typeof recordedSchema>;

/**
 * Reads recorded verdicts: lines of `{"responseId", "score" | "criteria"}`.
 *
 * @throws Error naming the line that cannot be read
 */
export async function readRecordedVerdicts(file: string): Promise<Map<string, RecordedVerdict>> {
  const verdicts = new Map<string, RecordedVerdict>();
  let line = 0;
  for await (const text of readTextLines(file)) {
    line += 1;
    if (text.trim() === '') continue;
    const parsed = readUntrusted(recordedSchema, readJson(text));
    if (!parsed.success || (parsed.data.score === undefined && parsed.data.criteria === undefined)) {
      throw new Error(
        `${file}:${line} wanted {"responseId": …, "score": 1 to 5} or "criteria" with a score each, got something else. Mend or remove the line.`,
      );
    }
    verdicts.set(parsed.data.responseId, parsed.data);
  }
  return verdicts;
}

/** A judge that answers from recorded verdicts. An id or a criterion it lacks gets an answer nobody can read. */
export function recordedJudge(verdicts: ReadonlyMap<string, RecordedVerdict>): AnswerJudge {
  return (request) => {
    const recorded = verdicts.get(request.responseId);
    if (recorded === undefined)
      return { kind: 'text', text: 'There is no recorded verdict of this response.' };
    const scores = new Map<string, number>();
    for (const criterion of request.criteria.keys()) {
      const own = recorded.criteria?.[criterion];
      const score = (typeof own === 'number' ? own : own?.score) ?? recorded.score;
      if (score === undefined)
        return { kind: 'text', text: `The recorded verdict has no score of "${criterion}".` };
      scores.set(criterion, score);
    }
    return {
      kind: 'text',
      text: verdictText(
        request,
        (criterion) => scores.get(criterion) ?? Number.NaN,
        'A recorded verdict; its reason was not kept.',
      ),
    };
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
