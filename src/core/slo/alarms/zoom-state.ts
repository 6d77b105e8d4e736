import * as z from 'zod';
import { detectorSchema } from '../rules/memory.ts';

/** A judge SLO as it usually is, and the evidence that it is under that. */
const usualWatchSchema = z.strictObject({
  /** Start of the day in which the usual rate was looked at, epoch milliseconds. */
  day: z.number(),
  /** Whose verdicts they are: another judge's rate is no other judge's usual one. */
  judge: z.string(),
  /** The judge's pass rate of the 28 days before; absent while they are too short. */
  rate: z.number().optional(),
  cursor: z.strictObject({ since: z.number(), good: z.number(), bad: z.number() }).optional(),
  detector: detectorSchema.optional(),
  pressure: z.number(),
});

const zoomStateSchema = z.strictObject({
  /** By how much the surface's sampling rate is multiplied from this tick on; 1 where nothing is zoomed. */
  factor: z.number().min(1),
  /** Since when it is over 1, epoch milliseconds. */
  since: z.number().optional(),
  /** When something last asked for it, epoch milliseconds. */
  askedAt: z.number().optional(),
  /** What asked for it. */
  reason: z.string().optional(),
  /** The day on which zooming has used up its share of the cap, epoch milliseconds. */
  spentOn: z.number().optional(),
  /** By judge SLO. */
  usual: z.record(z.string(), usualWatchSchema),
});

export type UsualWatch = z.infer<typeof usualWatchSchema>;
/** What is remembered of a surface's zoom from tick to tick: plain JSON. */
export type ZoomState = z.infer<typeof zoomStateSchema>;

/** Reads a stored state; one that does not fit, or was never stored, starts anew at a factor of 1. */
export function readZoomState(stored: unknown): ZoomState | undefined {
  const parsed = zoomStateSchema.safeParse(stored);
  return parsed.success ? parsed.data : undefined;
}
