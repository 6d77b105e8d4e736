import * as z from 'zod';
import { readTextLines, TextFileError } from '#adapters/files/text-lines.ts';
import { quoteUntrusted, readUntrusted } from '#core/read-untrusted.ts';
import { describeValue, findFault } from '#core/record/explain-fault.ts';
import { readObject } from '#core/record/json-object.ts';
import { type AnswerJudge, verdictText } from './judge-server.ts';

const scoreSchema = z.union([z.int().min(1).max(5), z.enum(['pass', 'fail'])]);
type RecordedScore = z.infer<typeof scoreSchema>;

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
 * Reads recorded verdicts: lines of `{"responseId", "score" | "criteria"}`. A score is 1 to 5, `pass` or `fail`; a criterion
 * may have a reason beside its own.
 *
 * @throws TextFileError naming the line that cannot be read, with what was wanted there and what came
 */
export async function readRecordedVerdicts(file: string): Promise<Map<string, RecordedVerdict>> {
  const verdicts = new Map<string, RecordedVerdict>();
  let line = 0;
  for await (const text of readTextLines(file)) {
    line += 1;
    if (text.trim() === '') continue;
    const verdict = readVerdict(text);
    if (typeof verdict === 'string')
      throw new TextFileError(`${file}:${line} ${verdict}. Mend or remove the line.`);
    verdicts.set(verdict.responseId, verdict);
  }
  return verdicts;
}

/** @returns what is wrong with it, where something is */
function readVerdict(text: string): RecordedVerdict | string {
  const value = readJson(text);
  if (readObject(value) === undefined) return 'wanted a JSON object a line, {"responseId": …, "score": …}';
  const parsed = readUntrusted(recordedSchema, value);
  if (!parsed.success) {
    const { path, came } = findFault(parsed.error, value);
    return `${path === '' ? 'the verdict' : quoteUntrusted(path)}: wanted ${wantedAt(path)}, got ${describeValue(came)}`;
  }
  const { score, criteria } = parsed.data;
  return score === undefined && criteria === undefined
    ? 'wanted a "score", or "criteria" with one each, got neither'
    : parsed.data;
}

function wantedAt(path: string): string {
  if (path === 'responseId') return 'the id of a response';
  return path === 'criteria' ? 'an object, {"CRITERION": SCORE}' : 'a score, 1 to 5, "pass" or "fail"';
}

/** A judge that answers from recorded verdicts. An id or a criterion it lacks gets an answer nobody can read. */
export function recordedJudge(verdicts: ReadonlyMap<string, RecordedVerdict>): AnswerJudge {
  return (request) => {
    const recorded = verdicts.get(request.responseId);
    if (recorded === undefined)
      return { kind: 'text', text: 'There is no recorded verdict of this response.' };
    const scores = new Map<string, number>();
    const reasons = new Map<string, string>();
    for (const [criterion, values] of request.criteria) {
      const own = recorded.criteria?.[criterion];
      const { score = recorded.score, reason } = typeof own === 'object' ? own : { score: own };
      if (score === undefined)
        return { kind: 'text', text: `The recorded verdict has no score of "${criterion}".` };
      if (typeof score === 'string' && !values.includes('pass'))
        return {
          kind: 'text',
          text: `The recorded verdict says "${score}" of "${criterion}", which has scores from 1 to 5.`,
        };
      scores.set(criterion, numberOf(score));
      if (reason !== undefined && reason !== '') reasons.set(criterion, reason);
    }
    return {
      kind: 'text',
      text: verdictText(
        request,
        (criterion) => scores.get(criterion) ?? Number.NaN,
        (criterion) => reasons.get(criterion) ?? 'A recorded verdict, without a reason.',
      ),
    };
  };
}

function numberOf(score: RecordedScore): number {
  return score === 'pass' ? 5 : score === 'fail' ? 1 : score;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
