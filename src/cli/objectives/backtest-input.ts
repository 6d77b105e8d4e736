import type { BacktestInput } from '#core/slo/replay/backtest.ts';
import { day } from '#core/time.ts';
import type { RefusedLine } from './backtest-files.ts';

/** A longer history is a slip in an instant: at a tick every 5 minutes it would not end. */
export const longestHistory = 800 * day;

/** What there is to replay, and what people should know of it. */
export interface Replayable {
  readonly inputs: readonly BacktestInput[];
  readonly refused: readonly RefusedLine[];
  readonly notes: readonly string[];
}

/** What both kinds of histories are read by. */
export interface HistoryOptions {
  readonly surface?: string;
  readonly objective?: number;
  /** Epoch milliseconds. */
  readonly healthyUntil?: number;
}

/** Whether the service was healthy at an instant; undefined where nobody says. */
export function healthUntil(until: number | undefined): ((at: number) => boolean) | undefined {
  return until === undefined ? undefined : (at) => at <= until;
}
