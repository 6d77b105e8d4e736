import type { Rubric } from '#core/rubric/rubric.ts';
import type { Carrying } from '#core/rubric/same-question.ts';

/** What a promotion changes. */
export interface Promotion {
  readonly rubric: Rubric;
  /** Versions that were active. */
  readonly former: readonly Rubric[];
  /** Those that were written, with the state that they have now. */
  readonly files: readonly { readonly file: string; readonly state: Rubric['state'] }[];
  readonly surfaces: readonly PromotedSurface[];
  /** Whether the former one's ratings count; undefined where none was active. */
  readonly carrying: Carrying | undefined;
  /** Whether a run or stack was asked about calibrations. */
  readonly asked: boolean;
  /** The judges' bills at the expected traffic, US dollars. */
  readonly usdPerMonth: { readonly old: number; readonly new: number };
}

/** A surface that another version judges for its SLOs; undefined where none does. */
export interface PromotedSurface {
  readonly surface: string;
  readonly old: number | undefined;
  readonly new: number | undefined;
  /** State and reason of the new version's calibration; undefined where there is none or nobody was asked. */
  readonly calibration: string | undefined;
}
