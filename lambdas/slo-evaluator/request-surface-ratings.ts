import { describeError } from '#adapters/describe-error.ts';
import type { OutboxEntry } from '#adapters/dynamodb/surface-states.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import type { SurfaceOutcome } from './evaluate-surface.ts';
import { noticeEntry } from './outbox.ts';
import {
  composeRatingsNotice,
  type RatingRequestDependencies,
  requestConfirmation,
} from './request-ratings.ts';
import type { StoredSlo, StoredSurface } from './slo-reading.ts';

/**
 * Draws batches about a surface's warnings where they are due, and asks for ratings. What fails is done by a later tick.
 *
 * @returns the surface's states with what was asked, and the notices that tell of it
 */
export async function requestSurfaceRatings(
  use: RatingRequestDependencies & { readonly warn: (message: string) => void },
  { stored, warnings, ratingRequests }: SurfaceOutcome,
  seriesSet: SeriesSet,
  now: number,
): Promise<{ readonly stored: StoredSurface; readonly notices: OutboxEntry[] }> {
  const own: Record<string, StoredSlo> = { ...stored };
  const notices: OutboxEntry[] = [];
  const attempt = async (slo: Slo, request: (before: StoredSlo) => Promise<StoredSlo>) => {
    const before = own[slo.id];
    if (before === undefined) return;
    try {
      own[slo.id] = await request(before);
    } catch (error) {
      use.warn(`people could not be asked about ${sloName(slo)}: ${describeError(error)}`);
    }
  };
  for (const { slo, why, about } of ratingRequests)
    await attempt(slo, async (before) => {
      notices.push(noticeEntry(slo, `rate-anew#${about}`, composeRatingsNotice(slo, why, use.stage)));
      return { ...before, toldOfShift: about };
    });
  for (const warning of warnings)
    await attempt(warning.slo, async (before) => {
      const { confirmation } = before;
      if (confirmation === undefined) return before;
      const requested = await requestConfirmation(use, warning, confirmation, seriesSet, now);
      if (requested.notice !== undefined)
        notices.push(noticeEntry(warning.slo, `batch#${requested.notice.batch}`, requested.notice));
      return { ...before, confirmation: requested.progress };
    });
  return { stored: own, notices };
}
