import type { ConfirmingCounts } from '#core/calibration/calibration.ts';
import {
  type ConfirmationProgress,
  continueConfirmation,
  measureEvidence,
} from '#core/calibration/confirmation-progress.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import type { SurfaceInput } from './surface-input.ts';

/** Whether the calibration from before the warning is used: people are being asked about it. */
export function isConfirming(progress: ConfirmationProgress | undefined): boolean {
  return progress?.freezes === true && progress.rounds.length > 0 && progress.confirmed !== true;
}

/** What people have said of the warning that stands. */
export function readConfirmation(
  { calibrations, surface }: SurfaceInput,
  { objective }: Slo,
  rubric: Rubric | undefined,
  progress: ConfirmationProgress | undefined,
): SloContext['confirmation'] {
  if (progress === undefined || rubric === undefined || objective === null) return undefined;
  const counts: ConfirmingCounts = Object.assign(
    {},
    ...calibrations
      .filter(
        (each) =>
          each.surface === surface.surface &&
          each.rubric.id === rubric.id &&
          each.rubric.version === rubric.version &&
          each.fingerprint === judgeFingerprint(rubric),
      )
      .map(({ confirming }) => confirming),
  );
  return measureEvidence(progress, objective, counts);
}

/** What people are asked after a tick. Where nothing pages, nobody is asked. */
export function updateConfirmation(
  slo: Slo,
  before: ConfirmationProgress | undefined,
  warnedAt: number | undefined,
  {
    calibration,
    confirmation,
  }: {
    readonly calibration: SloCalibration | undefined;
    readonly confirmation: SloContext['confirmation'];
  },
  now: number,
): ConfirmationProgress | undefined {
  if (!slo.severities.includes('page')) return undefined;
  const answer = { isCalibrated: calibration?.state === 'valid', evidence: confirmation?.evidence ?? 1 };
  return continueConfirmation(before, warnedAt, answer, now);
}
