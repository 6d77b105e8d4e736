import type { ConfirmingCounts } from '#core/calibration/calibration.ts';
import {
  type ConfirmationCourse,
  continueCourse,
  courseEvidence,
} from '#core/calibration/confirmation-course.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { SloCalibration, SloContext } from '#core/slo/alarms/evaluation.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { SurfaceInput } from './evaluate-surface.ts';

/** Whether the calibration from before the warning is used: people are being asked about it. */
export function isConfirming(course: ConfirmationCourse | undefined): boolean {
  return course?.freezes === true && course.rounds.length > 0 && course.confirmed !== true;
}

/** What people have said of the warning that stands. */
export function readConfirmation(
  { calibrations, surface }: SurfaceInput,
  { objective }: Slo,
  rubric: Rubric | undefined,
  course: ConfirmationCourse | undefined,
): SloContext['confirmation'] {
  if (course === undefined || rubric === undefined || objective === null) return undefined;
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
  return courseEvidence(course, objective, counts);
}

/** The course after a tick. Where nothing pages, nobody is asked. */
export function courseAfter(
  slo: Slo,
  before: ConfirmationCourse | undefined,
  warnedAt: number | undefined,
  {
    calibration,
    confirmation,
  }: {
    readonly calibration: SloCalibration | undefined;
    readonly confirmation: SloContext['confirmation'];
  },
  now: number,
): ConfirmationCourse | undefined {
  if (!slo.severities.includes('page')) return undefined;
  const said = { isCalibrated: calibration?.state === 'valid', evidence: confirmation?.evidence ?? 1 };
  return continueCourse(before, warnedAt, said, now);
}
