import type { Transition } from '#core/slo/alarms/evaluation.ts';
import type { BacktestInput, BacktestResult } from '#core/slo/replay/backtest.ts';
import type { RefusedLine } from './backtest-files.ts';

export interface BacktestOutcome {
  readonly results: readonly { readonly result: BacktestResult; readonly input: BacktestInput }[];
  readonly transitions: readonly Transition[];
  readonly refused: readonly RefusedLine[];
  readonly notes: readonly string[];
  readonly seconds: number;
}
