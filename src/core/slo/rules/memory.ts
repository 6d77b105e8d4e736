import * as z from 'zod';
import { severities } from '../../names.ts';

export const detectorSchema = z.strictObject({
  evidence: z.array(z.number()),
  hour: z.number().nullable(),
  events: z.number(),
});

/** What the detectors and rows remember of one series. */
export const memorySchema = z.strictObject({
  /** Events of the buckets from `since` on that the detectors have taken in. */
  cursor: z.strictObject({ since: z.number(), good: z.number(), bad: z.number() }).optional(),
  detectors: z.strictObject({ page: detectorSchema.optional(), warn: detectorSchema.optional() }),
  /** Each row's pressure when it could last be measured. */
  rows: z.partialRecord(z.enum(severities), z.number()),
});
export type SeriesMemory = z.infer<typeof memorySchema>;

/** A series of which nothing was taken in yet. */
export const freshMemory: SeriesMemory = { detectors: {}, rows: {} };
