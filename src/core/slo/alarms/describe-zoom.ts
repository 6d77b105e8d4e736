import { dayKey } from '../../time.ts';
import { formatNumber } from '../words/format.ts';
import { readZoomState } from './zoom-state.ts';

/**
 * `sampled 10 times as much as usual since 2026-11-30 15:20Z: the pressure of judge-pass is 0.62`, of what is stored of a
 * surface's zoom; undefined where it is sampled as usual, unless it should not be.
 */
export function describeZoom(stored: unknown): string | undefined {
  const state = readZoomState(stored);
  if (state === undefined) return undefined;
  const { factor, since, reason, spentOn } = state;
  if (factor > 1)
    return `sampled ${formatNumber(factor)} times as much as usual${since === undefined ? '' : ` since ${formatMinute(since)}`}: ${reason}`;
  if (spentOn === undefined) return undefined;
  return `sampled as usual, for zooming has used its share of the spending cap of ${dayKey(spentOn)}, although ${reason}`;
}

function formatMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
