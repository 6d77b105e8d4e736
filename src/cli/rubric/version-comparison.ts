import type { JudgeComparison } from '#core/agreement/compare-judges.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { Carrying } from '#core/rubric/same-question.ts';
import type { ComparisonPlan } from './compare-asking.ts';

/** Two versions on the same responses, and what became of asking. */
export interface VersionComparison {
  readonly old: Rubric;
  readonly new: Rubric;
  /** Of the judges whose verdicts are the old ones: an earlier one of a version may have been rated. */
  readonly oldFingerprints: readonly string[];
  readonly plan: ComparisonPlan;
  /** Whether what the plan holds was asked. */
  readonly asked: boolean;
  readonly comparison: JudgeComparison;
  /** Responses without a verdict of the new judge, by why; those whose texts have expired not among them. */
  readonly without: Readonly<Record<string, number>>;
  readonly carrying: Carrying;
  /** The new version's calibrations, surface by surface. */
  readonly calibrations: readonly Calibration[];
  /** Of the responses where the two part, the answers; only where they were asked for and have not expired. */
  readonly answers: ReadonlyMap<string, string>;
}
