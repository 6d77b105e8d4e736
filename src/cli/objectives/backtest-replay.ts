import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { type BacktestInput, backtestAll } from '#core/slo/replay/backtest.ts';
import { formatInstant } from '#core/slo/words/format.ts';
import { day } from '#core/time.ts';
import { CliError, FileFaultError } from '../terminal/cli-error.ts';
import { requireInstant } from '../terminal/instant.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print, printAside } from '../terminal/print.ts';
import { oneLine } from '../terminal/text.ts';
import { readCountHistories } from './backtest-counts.ts';
import { longestHistory, type Replayable } from './backtest-input.ts';
import { backtestJson } from './backtest-json.ts';
import { type RecordHistoryOptions, readRecordHistories } from './backtest-records.ts';
import { formatBacktest, formatNotes } from './backtest-text.ts';

export interface BacktestOptions extends Omit<RecordHistoryOptions, 'healthyUntil'>, JsonOptions {
  readonly counts?: string;
  readonly responses?: string;
  /** An instant as it was typed. */
  readonly healthyUntil?: string;
}

/** Replays a history and prints what it would have raised. Notes and refused lines go to stderr. */
export async function replayHistory(options: BacktestOptions, root = process.cwd()): Promise<void> {
  const started = Date.now();
  requireConsistent(options);
  const found = await readHistory(options, root);
  if (found.inputs.length === 0) throw new FileFaultError(nothingToReplay(options, found));
  for (const { series, slo } of found.inputs) requireBounded(series, slo);
  const { results, transitions } = backtestAll(found.inputs);
  const outcome = {
    results: results.map((result, index) => ({ result, input: found.inputs[index] ?? missing() })),
    transitions,
    refused: found.refused,
    notes: found.notes,
    seconds: (Date.now() - started) / 1000,
  };
  if (options.json === true) return print(JSON.stringify(backtestJson(outcome), null, 2));
  for (const line of formatNotes(outcome)) printAside(line);
  print(formatBacktest(outcome));
}

function readHistory(
  { counts, responses = '', healthyUntil: until, ...options }: BacktestOptions,
  root: string,
): Promise<Replayable> {
  const healthyUntil = until === undefined ? {} : { healthyUntil: requireInstant('--healthy-until', until) };
  if (counts !== undefined) return readCountHistories(counts, { ...options, ...healthyUntil }, root);
  return readRecordHistories(responses, { ...options, ...healthyUntil }, root);
}

function missing(): never {
  throw new Error('a replay came back without its series');
}

function requireConsistent({ counts, responses, verdicts, passMark }: BacktestOptions): void {
  const fault =
    counts === undefined && responses === undefined
      ? 'Wanted a history: --counts FILE, or --responses FILE with --verdicts FILE. See "npx assay backtest --help".'
      : counts !== undefined && (responses !== undefined || verdicts !== undefined)
        ? 'Wanted --counts or --responses, got both. Replay them one after the other.'
        : counts !== undefined && passMark !== undefined
          ? '--pass-mark makes passes of scores, and counts hold none. Leave it out.'
          : passMark !== undefined && verdicts === undefined
            ? '--pass-mark makes passes of scores. Give the scores with --verdicts FILE, or leave it out.'
            : undefined;
  if (fault !== undefined) throw new CliError(fault);
}

function requireBounded({ start = 0, end = 0 }: BacktestInput['series'], slo: Slo): void {
  if (end - start <= longestHistory) return;
  throw new CliError(
    `${sloName(slo)} goes from ${formatInstant(start)} to ${formatInstant(end)}. Wanted at most ${longestHistory / day} days: look for a mistyped year, or cut the file.`,
  );
}

function nothingToReplay({ counts, responses, surface }: BacktestOptions, { refused }: Replayable): string {
  const file = counts ?? responses ?? '';
  const first = refused[0];
  if (first === undefined)
    return surface === undefined
      ? `${file} holds nothing to replay: it is empty, or nothing in it counts in an SLO.`
      : `${file} holds nothing of the surface "${oneLine(surface)}" that counts in an SLO.`;
  const place =
    first.column === 0 ? `${first.file}:${first.line}` : `${first.file}:${first.line}:${first.column}`;
  return `${place} ${first.reason}.\nNo line of ${file} can be replayed${refused.length > 1 ? ` (${refused.length} were refused)` : ''}.`;
}
