import { createDynamo } from '#adapters/dynamodb/client.ts';
import { readCandidates } from '#adapters/dynamodb/draw-candidates.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import { type Catalogue, rubricsOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { composeBatch } from '#core/rating/batch.ts';
import { uploadRatingFile } from '../stack/upload-rating-file.ts';

/** What simulated people rate. */
export interface SimulatedRating {
  readonly surface: string;
  /** Whole hours whose judged responses are drawn from, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly uploadedAt: number;
  /** Whether people find a response good. */
  readonly isGood: (responseId: string) => boolean;
}

/**
 * Simulates people who rate a drawn batch, and has the deployed ratings function take their file in. The environment
 * must be that of a local stack.
 *
 * @throws Error where no rubric judges the surface
 */
export async function simulateRatings(
  catalogue: Catalogue,
  { surface, from, to, count, uploadedAt, isGood }: SimulatedRating,
): Promise<AcceptanceReport> {
  const rubric = rubricsOf(catalogue, surface).find(({ state }) => state === 'active');
  if (rubric === undefined) throw new Error(`no active rubric judges ${surface}`);
  const dynamo = createDynamo();
  try {
    const judgements = createJudgementStore(
      dynamo,
      String(process.env[env.judgementTable]),
      catalogue.retention,
    );
    const { candidates, returnedModel } = await readCandidates(judgements, { surface, rubric, from, to });
    const batch = composeBatch(
      {
        id: `${surface}-simulated`,
        surface,
        rubric,
        fingerprint: judgeFingerprint(rubric),
        returnedModel,
        from,
        to,
        seed: 'simulated',
        drawnAt: uploadedAt,
        count,
      },
      candidates,
    );
    await createRatingStore(dynamo, String(process.env[env.ratingTable])).writeBatch(batch);
    const rows = batch.responseIds.map((id) => `${id},simulated-person,${isGood(id) ? 5 : 2}`);
    return await uploadRatingFile(
      { name: `${batch.id}.csv`, text: `response_id,rater_id,score\n${rows.join('\n')}\n` },
      uploadedAt,
    );
  } finally {
    dynamo.destroy();
  }
}
