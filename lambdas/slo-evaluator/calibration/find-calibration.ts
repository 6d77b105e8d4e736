import { describeDoubt } from '#core/anchors/describe-anchors.ts';
import type { ConfirmationProgress } from '#core/calibration/confirmation-progress.ts';
import { presentCalibration } from '#core/calibration/use-calibration.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { type SeriesSet, verdictSource } from '#core/series/series-set.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import type { SurfaceInput } from '../surface-input.ts';
import { isConfirming } from '../warning-confirmation.ts';

/** The correction of the judge that is asked now, in the time of the responses. */
export function findCalibration(
  { catalogue, calibrations, surface, seriesSet, now, readAnchorStatus }: SurfaceInput,
  rubric: Rubric,
  progress: ConfirmationProgress | undefined,
): SloCalibration {
  const own = calibrations.filter((each) => each.surface === surface.surface && each.rubric.id === rubric.id);
  const { countsFrom, reading } = readAnchorStatus(rubric);
  const present = {
    rubric,
    fingerprint: judgeFingerprint(rubric),
    rubrics: catalogue.rubrics,
    returnedModel: newestModel(seriesSet, surface.surface, rubric),
    countsFrom,
    doubt: reading?.answer === 'cannot tell' ? describeDoubt(reading) : undefined,
    confirmingSince: isConfirming(progress) ? progress?.since : undefined,
  };
  return presentCalibration(own, present, now);
}

/** The model id that came back with the newest verdicts. */
function newestModel(seriesSet: SeriesSet, surface: string, rubric: Rubric): string | undefined {
  const prefix = `${verdictSource(rubric)}|model:`;
  let newest: { model: string; at: number } | undefined;
  for (const [name, column] of seriesSet.slices(surface).get('*') ?? []) {
    if (!name.startsWith(prefix)) continue;
    for (const at of column.keys())
      if (newest === undefined || at > newest.at) newest = { model: name.slice(prefix.length), at };
  }
  return newest?.model;
}
