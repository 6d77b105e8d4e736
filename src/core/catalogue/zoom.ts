import { countsOf } from '../slo/definition/sli-kinds.ts';
import type { Catalogue, Surface } from './catalogue.ts';

/**
 * By how much a surface's sampling rate may be multiplied at most: 1 where it is never zoomed, for it says so, no judge is
 * asked about it, or all of it is sampled anyway.
 */
export function mostZoom({ zoom, sampleRate, slos }: Pick<Surface, 'zoom' | 'sampleRate' | 'slos'>): number {
  const isJudged = slos.some(({ sli }) => countsOf(sli) === 'verdicts');
  return isJudged ? Math.max(1, Math.min(zoom?.most ?? 1, 1 / sampleRate)) : 1;
}

/** What zooming may use of a day's spending cap, US dollars. */
export function zoomBudgetUsd({ spendingCapUsdPerDay, zoomShare = 0 }: Catalogue): number {
  return zoomShare * spendingCapUsdPerDay;
}
