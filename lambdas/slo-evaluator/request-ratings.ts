import { readCandidates } from '#adapters/dynamodb/draw-candidates.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { Notice } from '#adapters/sns/notices.ts';
import {
  type ConfirmationProgress,
  confirmationBatch,
  confirmationLasts,
  dueWindow,
  roundOf,
} from '#core/calibration/confirmation-progress.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { composeBatch, type RatingBatch } from '#core/rating/batch.ts';
import { type SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import type { JudgeWarning } from './slo-result.ts';

export interface RatingRequestDependencies {
  readonly judgements: Pick<JudgementStore, 'readHour'>;
  readonly ratings: Pick<RatingStore, 'writeBatch'>;
  readonly stage: string;
}

/**
 * Draws the next batch about a warning where one is due and stores it. The same tick again draws the same batch under
 * the same name.
 *
 * @returns the progress with the batch, or as it was, and what people are to be told of it
 */
export async function requestConfirmation(
  use: RatingRequestDependencies,
  { slo, rubric, calibration, says }: JudgeWarning,
  progress: ConfirmationProgress,
  seriesSet: SeriesSet,
  now: number,
): Promise<{
  readonly progress: ConfirmationProgress;
  readonly notice?: Notice & { readonly batch: string };
}> {
  const judged = seriesSet.column(slo.surface, '*', verdictColumn(rubric, 'judged'));
  const window = dueWindow(progress, (from, to) => sumColumn(judged, from, to), now);
  if (window === undefined) return { progress };
  const { candidates, returnedModel } = await readCandidates(use.judgements, {
    surface: slo.surface,
    rubric,
    ...window,
  });
  if (candidates.length === 0) return { progress };
  const id = `${slo.surface}-${slo.id}-${formatHour(window.to)}-warning`;
  const batch = composeBatch(
    {
      id,
      surface: slo.surface,
      rubric,
      fingerprint: judgeFingerprint(rubric),
      returnedModel,
      ...window,
      seed: id,
      drawnAt: now,
      count: confirmationBatch,
      confirms: { slo: slo.id, since: progress.since, freezes: progress.freezes },
    },
    candidates,
  );
  await use.ratings.writeBatch(batch);
  return {
    progress: {
      ...progress,
      rounds: [...progress.rounds, roundOf(batch, rubric.passMark, calibration?.population)],
    },
    notice: { ...composeConfirmationNotice(batch, { slo, says }, progress, use.stage), batch: id },
  };
}

function composeConfirmationNotice(
  batch: RatingBatch,
  { slo, says }: Pick<JudgeWarning, 'slo' | 'says'>,
  progress: ConfirmationProgress,
  stage: string,
): Notice {
  const { responseIds, id } = batch;
  return {
    subject: `Assay: ${responseIds.length} responses of ${slo.surface} to rate`,
    message: [
      says,
      `${sloName(slo)} (${slo.title}) warns since ${formatMinute(progress.since)}, on the judge's word.`,
      `Is it true? ${responseIds.length} responses given since then were drawn for people to rate. If they find that it is, it pages on their word, whatever is thought of the judge.`,
      '',
      `  npx assay ratings open ${id} --stack assay-${stage}`,
      '',
      `writes the rating page and a CSV file; "npx assay ratings upload FILE --stack assay-${stage}" takes the ratings in. They count for this warning until ${formatMinute(progress.since + confirmationLasts)}, and for the calibration afterwards.${progress.rounds.length > 0 ? ` It is batch ${progress.rounds.length + 1} of this warning; one a day is drawn while it stands.` : ''}`,
      `Owner: ${slo.owner}. Runbook: ${slo.runbook}`,
    ].join('\n'),
  };
}

/** Asks for ratings although no alarm does. */
export function composeRatingsNotice(slo: Slo, why: string, stage: string): Notice {
  return {
    subject: `Assay: ${slo.surface} should be rated anew`,
    message: [
      `${sloName(slo)} (${slo.title}): ${why}.`,
      'Alarms go on as before. Better responses, worse ones or another mix of questions move the scores alike; only people can tell.',
      '',
      `  npx assay ratings draw --surface ${slo.surface} --stack assay-${stage}`,
      '',
      `Owner: ${slo.owner}. Runbook: ${slo.runbook}`,
    ].join('\n'),
  };
}

/** `20261103T09` */
function formatHour(at: number): string {
  return new Date(at).toISOString().slice(0, 13).replaceAll('-', '');
}

function formatMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
