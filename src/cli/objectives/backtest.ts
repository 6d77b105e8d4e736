import { Command } from 'commander';
import { jsonOption, parsePassMark, parseShare } from '../terminal/options.ts';
import type { BacktestOptions } from './backtest-replay.ts';

/** `assay backtest`: which alarms a history would have raised. */
export function backtestCommand(): Command {
  return new Command('backtest')
    .description(
      'Replay a history through the function that evaluates SLOs, and see which alarms it would have raised. Needs no servers.',
    )
    .option(
      '--counts <file>',
      "CSV with the columns at,slo,surface,good,total (a bucket's start, UTC unless it says otherwise), and perhaps healthy (0 or 1)",
    )
    .option('--responses <file>', 'responses instead, one JSON record a line (docs/records.md)')
    .option('--verdicts <file>', 'with --responses: lines of {"responseId","score"|"criteria"}')
    .option(
      '--objective <share>',
      'objective of every series of --counts, or of the judge SLOs of --responses',
      parseShare,
    )
    .option(
      '--pass-mark <score>',
      "with --verdicts: overall score that passes, 2 to 5, instead of the rubrics' own",
      parsePassMark,
    )
    .option('--surface <name>', 'only this surface')
    .option(
      '--healthy-until <instant>',
      'the service was healthy until then: alarms up to there are false ones',
    )
    .addOption(jsonOption())
    .action(async (options: BacktestOptions) =>
      (await import('./backtest-replay.ts')).replayHistory(options),
    );
}
