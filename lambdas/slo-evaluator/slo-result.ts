import type { Rubric } from '#core/rubric/rubric.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import type { MissedAlarms } from './passed-alarms.ts';
import type { StoredSlo } from './slo-reading.ts';

/** An SLO's evaluation at a tick, with the transitions that the engine found: of the whole and of its cohorts. */
export interface SloResult {
  readonly stored: StoredSlo;
  readonly found: readonly Transition[];
  readonly missed?: MissedAlarms | undefined;
  /** A warning that stands on the judge's word. */
  readonly warning?: JudgeWarning | undefined;
  /** The scores have moved since people rated, and nobody was told yet. */
  readonly ratingRequest?: RatingRequest | undefined;
}

/** A request for new ratings. */
export interface RatingRequest {
  readonly why: string;
  /** End of the rated time that is outlived, epoch milliseconds. */
  readonly about: number | undefined;
}

/** A warning on the judge's word, with what it takes to find out whether it is true. */
export interface JudgeWarning {
  readonly slo: Slo;
  readonly rubric: Rubric;
  readonly calibration: SloCalibration | undefined;
  /** The judge's anchors have not answered it yet. */
  readonly needsAnchors: boolean;
  /** What is the matter, in its plain sentence. */
  readonly says: string;
}
