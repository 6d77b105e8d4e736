import type { Spending } from '../series/control.ts';

/** Share of the spending cap that a day's rescoring may use. */
export const rescoreShare = 0.5;

/** Days before today by which it is told what judging what comes in takes. */
const daysLookedAt = 7;

/** What rescoring may still spend on a day, US dollars. */
export interface RescoreRoom {
  readonly roomUsd: number;
  /** Its share of the cap. */
  readonly shareUsd: number;
  /** Of the cap, what was spent on that day, on anything. */
  readonly spentUsd: number;
  /** Kept back for what still comes in, by the dearest of the last days. */
  readonly keptUsd: number;
}

/**
 * What rescoring may still spend on a day: its share of the cap, and never what judging new responses is likely to take.
 *
 * @param today such as `2026-11-03`
 * @param capUsd US dollars a day
 */
export function rescoreRoom(
  spending: ReadonlyMap<string, Spending>,
  today: string,
  capUsd: number,
): RescoreRoom {
  const other = ({ spentUsd, rescoredUsd = 0 }: Spending) => Math.max(0, spentUsd - rescoredUsd);
  const now = spending.get(today) ?? { spentUsd: 0, shed: 0 };
  const before = [...spending].filter(([day]) => day < today).sort(([a], [b]) => (a < b ? 1 : -1));
  const usual = Math.max(0, ...before.slice(0, daysLookedAt).map(([, each]) => other(each)));
  const keptUsd = Math.max(0, usual - other(now));
  const shareUsd = rescoreShare * capUsd;
  const left = Math.min(shareUsd - (now.rescoredUsd ?? 0), capUsd - now.spentUsd - keptUsd);
  return { roomUsd: Math.max(0, left), shareUsd, spentUsd: now.spentUsd, keptUsd };
}
