import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import type { AcceptanceReport } from '#core/calibration/acceptance-report.ts';
import { sloRubric, surfaceOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { frameOf } from '#core/rating/batch.ts';
import { drawBatch } from '#core/rating/draw.ts';
import { hour, hourKey } from '#core/time.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import type { SloStack } from './slo-stack.ts';

export interface RatedWindow {
  readonly surface: string;
  /** Whole hours whose judged responses are drawn from. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly uploadedAt: number;
  /** The score that people give a response. */
  readonly score: (responseId: string) => number;
}

/** Draws judged responses of a window as `assay ratings draw` does, rates them, and has the ratings function take them in. */
export async function ratePeople(flow: SloStack, window: RatedWindow): Promise<AcceptanceReport> {
  const { surface, from, to, uploadedAt } = window;
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
  const candidates = judged.flatMap(({ responseId, at, score, probability }) =>
    score === undefined ? [] : [{ responseId, at, score, probability }],
  );
  const draw = drawBatch(candidates, { count: window.count, passMark: rubric.passMark, seed: 'a seed' });
  await createRatingStore(flow.dynamo, environment[env.ratingTable] ?? '').writeBatch({
    id: `${surface}-batch`,
    surface,
    rubric: { id: rubric.id, version: rubric.version },
    fingerprint: judgeFingerprint(rubric),
    returnedModel: judged[0]?.returnedModel,
    from,
    to,
    seed: 'a seed',
    drawnAt: uploadedAt - hour,
    frame: frameOf(candidates),
    ...draw,
  });
  const rows = draw.responseIds.map((id) => `${id},ann,${window.score(id)}`);
  return uploadRatingFile(
    { name: `${surface}.csv`, text: `response_id,rater_id,score\n${rows.join('\n')}\n` },
    uploadedAt,
  );
}
