import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Candidate } from '#core/rating/draw.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { hour, hourKey } from '#core/time.ts';
import { inParallel } from '../in-parallel.ts';
import type { JudgementStore } from './judgement-store.ts';

/** Queries under way at once. */
const concurrency = 16;

/**
 * Judged responses of a window by the judge that is asked now: its fingerprint, and the newest model id that came back.
 * One Query an hour.
 *
 * @param from epoch milliseconds, a whole hour
 * @param to epoch milliseconds, a whole hour, not included
 */
export async function readCandidates(
  judgements: Pick<JudgementStore, 'readHour'>,
  { surface, rubric, from, to }: { surface: string; rubric: Rubric; from: number; to: number },
): Promise<{ candidates: Candidate[]; returnedModel: string | undefined }> {
  const fingerprint = judgeFingerprint(rubric);
  const hours = Array.from({ length: (to - from) / hour }, (_, index) => hourKey(from + index * hour));
  const found: (Candidate & { returnedModel: string | undefined })[] = [];
  await inParallel(hours, concurrency, async (key) => {
    for (const judgement of await judgements.readHour(surface, rubric, key)) {
      const { responseId, at, score, probability, state, returnedModel } = judgement;
      if (state !== 'judged' || score === undefined || judgement.fingerprint !== fingerprint) continue;
      found.push({ responseId, at, score, probability, returnedModel });
    }
  });
  const returnedModel = [...found].sort((a, b) => b.at - a.at)[0]?.returnedModel;
  return {
    returnedModel,
    candidates: found
      .filter((each) => each.returnedModel === returnedModel)
      .map(({ responseId, at, score, probability }) => ({ responseId, at, score, probability })),
  };
}
