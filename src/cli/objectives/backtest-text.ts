import { severities } from '#core/names.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import type { BacktestInput, BacktestResult } from '#core/slo/replay/backtest.ts';
import { formatDuration, formatInstant, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { formatWindow } from '#local/replay/run-report.ts';
import { oneLine, table } from '../terminal/output.ts';
import type { RefusedLine } from './backtest-files.ts';

export interface BacktestOutcome {
  readonly results: readonly { readonly result: BacktestResult; readonly input: BacktestInput }[];
  readonly transitions: readonly Transition[];
  readonly refused: readonly RefusedLine[];
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Lines of a kind that a person reads before it is too much; JSON has all of them. */
const mostLines = { transitions: 60, refused: 20 } as const;

/** What `--json` prints: transitions and SLOs under the run report's own names, and what only a replay knows. */
export function backtestJson({ results, transitions, refused, notes, seconds }: BacktestOutcome) {
  return {
    transitions: transitions.map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
    slos: results.map(({ result, input: { slo, series } }) => {
      const evaluation = result.last?.evaluation;
      return {
        slo: slo.id,
        surface: slo.surface,
        objective: slo.objective,
        window: formatWindow(slo.window),
        raw: evaluation?.raw ?? { value: null, good: 0, total: 0 },
        calibrated: evaluation?.calibrated ?? null,
        calibration: evaluation?.calibration ?? {
          state: 'none',
          reason: 'nothing was evaluated',
          ratings: 0,
        },
        budgetLeft: evaluation?.budgetLeft ?? null,
        pressure: evaluation?.pressure ?? { rollback: 0, page: 0, ticket: 0, digest: 0 },
        from: new Date(result.from).toISOString(),
        to: new Date(result.to).toISOString(),
        ticks: result.ticks,
        counted: series.between(series.start ?? 0, series.end ?? 0),
        /** Milliseconds. */
        timeInAlarm: result.timeInAlarm,
        alarms: result.alarms,
        falseAlarms: result.falseAlarms,
      };
    }),
    refused,
    notes,
    seconds,
  };
}

/** Prints a replay: what fired and why, then each SLO in a line. Notes and refused lines go to stderr. */
export function printBacktest(outcome: BacktestOutcome): void {
  const { results, transitions, refused, notes, seconds } = outcome;
  describeRefused(refused);
  for (const note of notes) console.error(`Note: ${note}`);
  const from = Math.min(...results.map(({ result }) => result.from));
  const to = Math.max(...results.map(({ result }) => result.to));
  const ticks = results.reduce((sum, { result }) => sum + result.ticks, 0);
  console.log(
    `${results.length === 1 ? 'One SLO' : `${results.length} SLOs`}, ${formatInstant(from)} to ${formatInstant(to)}, evaluated every 5 minutes: ${formatNumber(ticks)} evaluations in ${seconds.toFixed(1)} s.\n`,
  );
  console.log(transitions.length === 0 ? 'No alarm would have fired.' : 'Alarms that would have fired:');
  for (const { at, slo, surface, severity, to: state, reason } of transitions.slice(
    0,
    mostLines.transitions,
  )) {
    console.log(
      `  ${formatInstant(at)}  ${state === 'ALARM' ? 'ALARM' : 'ok   '}  ${severity.padEnd(8)}  ${oneLine(sloName({ id: slo, surface }))}\n      ${oneLine(reason, 600)}`,
    );
  }
  if (transitions.length > mostLines.transitions)
    console.log(`  and ${transitions.length - mostLines.transitions} more changes; --json has all of them.`);
  console.log(`\n${sloTable(results)}`);
  describeFalseAlarms(results);
}

function sloTable(results: BacktestOutcome['results']): string {
  const used = severities.filter((severity) =>
    results.some(({ input }) => input.slo.severities.includes(severity)),
  );
  const knows = results.some(({ result }) => result.falseAlarms !== null);
  const rows = results.map(({ result, input: { slo, series } }) => {
    const { start = 0, end = 0 } = series;
    const { good, total } = series.between(start, end);
    return [
      oneLine(sloName(slo), 60),
      slo.objective === null ? '-' : `>= ${formatPercent(slo.objective)}`,
      total === 0 ? '-' : `${formatPercent(good / total)} of ${formatNumber(total)}`,
      ...used.map((severity) => {
        if (!slo.severities.includes(severity)) return '-';
        const times = result.alarms[severity];
        return times === 0
          ? 'never'
          : `${times === 1 ? 'once' : `${times} times`}, ${formatDuration(result.timeInAlarm[severity])}`;
      }),
      ...(knows ? [result.falseAlarms === null ? '-' : String(result.falseAlarms)] : []),
    ];
  });
  const head = ['SLO', 'objective', 'good', ...used, ...(knows ? ['false alarms'] : [])];
  return table([head, ...rows]);
}

function describeFalseAlarms(results: BacktestOutcome['results']): void {
  const known = results.flatMap(({ result }) => (result.falseAlarms === null ? [] : [result.falseAlarms]));
  if (known.length === 0) return;
  const sum = known.reduce((total, each) => total + each, 0);
  console.log(
    sum === 0
      ? '\nNo alarm fired while the service was healthy.'
      : `\n${sum} ${sum === 1 ? 'alarm' : 'alarms'} fired while the service was healthy.`,
  );
}

function describeRefused(refused: readonly RefusedLine[]): void {
  if (refused.length === 0) return;
  console.error(
    `${refused.length === 1 ? 'One line was' : `${refused.length} lines were`} refused; the rest was replayed:`,
  );
  for (const { file, line, column, reason } of refused.slice(0, mostLines.refused))
    console.error(`  ${file}:${line}${column === 0 ? '' : `, column ${column}`}: ${oneLine(reason, 300)}`);
  if (refused.length > mostLines.refused) console.error(`  and ${refused.length - mostLines.refused} more`);
}
