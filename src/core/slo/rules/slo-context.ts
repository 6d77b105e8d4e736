import type { DesignEffect } from './design-effect.ts';
import type { RateEstimate } from './readings.ts';

/** What the evaluation has to know besides the counts. Everything absent is unknown or does not apply. */
export interface SloContext {
  /** What event counts are divided by before any test. */
  readonly designEffect?: DesignEffect | undefined;
  /** Share of judged work that ended unjudgeable or shed, in the SLO's window, 0 to 1. */
  readonly unjudgeableShare?: number | undefined;
  /** Why the judge cannot be trusted now (its circuit is open, say); absent while it is healthy. */
  readonly judgeUnhealthy?: string | undefined;
  /** When the rubric's version last changed. */
  readonly rubricChangedAt?: number | undefined;
  /** The surface's present release and when it was first seen. */
  readonly release?: { readonly id: string; readonly at: number } | undefined;
  /** When `assay rollback clear` was last given. */
  readonly rollbackClearedAt?: number | undefined;
  /** The anchor set: absent where there is none, so that nothing waits for it. */
  readonly anchors?:
    | { readonly state: 'pending' }
    | { readonly state: 'steady' | 'moved' | 'cannot tell'; readonly at: number }
    | undefined;
  /** Evidence of the ratings drawn since the warning (E, 1 at its start). */
  readonly confirmation?: { readonly evidence: number; readonly ratings: number } | undefined;
  /** Events of this SLI that a day is expected to bring. */
  readonly expectedPerDay?: number | undefined;
  /** The post-stratified rate of the window, where people rate and nothing needs correcting. */
  readonly estimate?: RateEstimate | undefined;
}
