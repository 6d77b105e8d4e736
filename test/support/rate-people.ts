import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import { sloRubric, surfaceOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { composeBatch, type RatingBatch } from '#core/rating/batch.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { hour, hourKey } from '#core/time.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import type { SloStack } from './slo-stack.ts';

/** The score that people give a response. */
export type RateResponse = (responseId: string) => number;

export interface RatedWindow {
  readonly surface: string;
  /** Whole hours whose judged responses are drawn from. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly uploadedAt: number;
  readonly score: RateResponse;
}

/** Draws judged responses of a window as `assay ratings draw` does, rates them, and has the ratings function take them in. */
export async function ratePeople(flow: SloStack, window: RatedWindow): Promise<AcceptanceReport> {
  const { surface, from, to, count, uploadedAt } = window;
  const { environment } = flow.stack;
  const slo = surfaceOf(flow.catalogue, surface).slos.find(({ sli }) => sli.kind.endsWith('-pass'));
  const rubric = slo && sloRubric(flow.catalogue, slo);
  if (rubric === undefined) throw new Error(`nothing judges ${surface}`);
  const judgements = createJudgementStore(
    flow.dynamo,
    environment[env.judgementTable] ?? '',
    flow.catalogue.retention,
  );
  const hours = Array.from({ length: (to - from) / hour }, (_, index) => hourKey(from + index * hour));
  const judged = (await Promise.all(hours.map((key) => judgements.readHour(surface, rubric, key)))).flat();
  const batch = composeBatch(
    {
      id: `${surface}-batch`,
      surface,
      rubric,
      fingerprint: judgeFingerprint(rubric),
      returnedModel: judged[0]?.returnedModel,
      from,
      to,
      seed: 'a seed',
      drawnAt: uploadedAt - hour,
      count,
    },
    judged.flatMap(({ responseId, at, score, probability }) =>
      score === undefined ? [] : [{ responseId, at, score, probability }],
    ),
  );
  return rateBatch(flow, batch, window.score, uploadedAt);
}

/** Stores a batch that was drawn, and has people rate all of it. */
export async function rateBatch(
  flow: Pick<SloStack, 'dynamo' | 'stack'>,
  batch: RatingBatch,
  score: RateResponse,
  uploadedAt: number,
): Promise<AcceptanceReport> {
  const table = flow.stack.environment[env.ratingTable] ?? '';
  await createRatingStore(flow.dynamo, table).writeBatch(batch);
  return uploadRatings(batch, score, uploadedAt);
}

/** Has one person rate every response of a batch, and the ratings function take the file in. */
export function uploadRatings(
  { id, responseIds, rubric }: Pick<RatingBatch, 'id' | 'responseIds'> & Partial<Pick<RatingBatch, 'rubric'>>,
  score: RateResponse,
  uploadedAt: number,
): Promise<AcceptanceReport> {
  const name = rubric === undefined ? '' : rubricName(rubric);
  const rows = responseIds.map((responseId) => `${responseId},ann,${score(responseId)},${name}`);
  const text = `response_id,rater_id,score,rubric\n${rows.join('\n')}\n`;
  return uploadRatingFile({ name: `${id}.csv`, text }, uploadedAt);
}
