import * as z from 'zod';
import { severities } from '../../names.ts';

/** How long a bad share takes to fire a severity. */
const timeToFireSchema = z.strictObject({
  badShare: z.number(),
  /** Median of the simulated series, milliseconds from its begin, in steps of 5 minutes; null where half do not fire within 14 days. */
  after: z.number().nullable(),
  /** In four of five series it fires between the two; null where it does not within 14 days. */
  early: z.number().nullable(),
  late: z.number().nullable(),
  /** The same where the surface is sampled more while a page is near; absent where it never is. */
  zoomed: z
    .strictObject({ after: z.number().nullable(), early: z.number().nullable(), late: z.number().nullable() })
    .optional(),
  /** Share of the SLO's window's budget that it has spent by the median; null where that does not fire. */
  budgetSpent: z.number().nullable(),
});

const severityExplainedSchema = z.strictObject({
  severity: z.enum(severities),
  /**
   * Lasting bad share, on people's scale, from which the row fires, evidence being there; of a judge's SLO with the
   * margin for what the ratings leave open. Null where it cannot start, for want of a calibration.
   */
  rowFiresAt: z.number().nullable(),
  /** Lasting bad share, on people's scale, over which the detector's evidence grows; null without a detector. */
  detectorFiresOver: z.number().nullable(),
  /** Events that the row's test needs at exactly its bad share; null where no number would do. */
  eventsNeeded: z.number().nullable(),
  /** Events that its long window holds at this traffic. */
  eventsExpected: z.number(),
  timesToFire: z.array(timeToFireSchema),
  /** Chance to fire within a day of the drop. */
  power: z.number(),
});

/** What an SLO's alarms amount to; it comes through JSON unchanged. */
export const sloExplainedSchema = z.strictObject({
  severities: z.array(severityExplainedSchema),
  maximumBurn: z.number(),
  droppedBadShare: z.number(),
  /** Simulated series behind the times, and behind the chance. */
  series: z.number(),
  days: z.number(),
});

export type TimeToFire = z.infer<typeof timeToFireSchema>;
export type SeverityExplained = z.infer<typeof severityExplainedSchema>;
export type SloExplained = z.infer<typeof sloExplainedSchema>;
