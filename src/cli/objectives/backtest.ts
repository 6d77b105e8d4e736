import { Command, InvalidArgumentError } from 'commander';

export interface BacktestOptions {
  readonly counts?: string;
  readonly responses?: string;
  readonly verdicts?: string;
  readonly objective?: number;
  readonly passMark?: number;
  readonly surface?: string;
  /** Epoch milliseconds. */
  readonly healthyUntil?: number;
  readonly json?: boolean;
}

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
      share,
    )
    .option(
      '--pass-mark <score>',
      "with --verdicts: overall score that passes, 2 to 5, instead of the rubrics' own",
      passMark,
    )
    .option('--surface <name>', 'only this surface')
    .option(
      '--healthy-until <instant>',
      'the service was healthy until then: alarms up to there are false ones',
      instant,
    )
    .option('--json', 'print JSON')
    .action(async (options: BacktestOptions) =>
      (await import('./backtest-history.ts')).backtestHistory(options),
    );
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('Wanted a ratio between 0 and 1, such as 0.92.');
  return value;
}

function passMark(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 2 || value > 5)
    throw new InvalidArgumentError('Wanted a whole score from 2 to 5.');
  return value;
}

function instant(text: string): number {
  const at = /^\d{4}-\d\d-\d\d/.test(text)
    ? Date.parse(/[zZ]$|[+-]\d\d:?\d\d$|^.{10}$/.test(text) ? text : `${text}Z`)
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Wanted an instant such as 2026-11-03T09:15:00Z.');
  return at;
}
