import { largest, smallest } from '#core/extremes.ts';
import { severities } from '#core/names.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { formatDuration, formatInstant, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine } from '../terminal/text.ts';
import type { BacktestOutcome } from './backtest-outcome.ts';

/** Lines of a kind that a person reads before it is too much; JSON has all of them. */
const mostLines = { transitions: 60, refused: 20 } as const;

/** A replay: what fired and why, then each SLO in a line. */
export function formatBacktest({ results, transitions, seconds }: BacktestOutcome): string {
  const from = smallest(results.map(({ result }) => result.from));
  const to = largest(results.map(({ result }) => result.to));
  const ticks = results.reduce((sum, { result }) => sum + result.ticks, 0);
  const left = transitions.length - mostLines.transitions;
  return [
    `${results.length === 1 ? 'One SLO' : `${results.length} SLOs`}, ${formatInstant(from)} to ${formatInstant(to)}, evaluated every 5 minutes: ${formatNumber(ticks)} evaluations in ${seconds.toFixed(1)} s.`,
    '',
    transitions.length === 0 ? 'No alarm would have fired.' : 'Alarms that would have fired:',
    ...transitions
      .slice(0, mostLines.transitions)
      .flatMap(({ at, slo, surface, severity, to: state, reason }) => [
        `  ${formatInstant(at)}  ${state === 'ALARM' ? 'ALARM' : 'ok   '}  ${severity.padEnd(8)}  ${oneLine(sloName({ id: slo, surface }))}`,
        `      ${oneLine(reason, 600)}`,
      ]),
    ...(left > 0 ? [`  and ${left} more changes; --json has all of them.`] : []),
    '',
    formatSlos(results),
    ...describeFalseAlarms(results),
  ].join('\n');
}

function formatSlos(results: BacktestOutcome['results']): string {
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
  return formatTable([head, ...rows]);
}

function describeFalseAlarms(results: BacktestOutcome['results']): string[] {
  const known = results.flatMap(({ result }) => (result.falseAlarms === null ? [] : [result.falseAlarms]));
  if (known.length === 0) return [];
  const sum = known.reduce((total, each) => total + each, 0);
  return [
    '',
    sum === 0
      ? 'No alarm fired while the service was healthy.'
      : `${sum} ${sum === 1 ? 'alarm' : 'alarms'} fired while the service was healthy.`,
  ];
}

/** Refused lines and notes. */
export function formatNotes({ refused, notes }: BacktestOutcome): string[] {
  const left = refused.length - mostLines.refused;
  const head = refused.length === 1 ? 'One line was' : `${refused.length} lines were`;
  return [
    ...(refused.length > 0 ? [`${head} refused; the rest was replayed:`] : []),
    ...refused
      .slice(0, mostLines.refused)
      .map(
        ({ file, line, column, reason }) =>
          `  ${file}:${line}${column === 0 ? '' : `, column ${column}`}: ${oneLine(reason, 300)}`,
      ),
    ...(left > 0 ? [`  and ${left} more`] : []),
    ...notes.map((note) => `Note: ${note}`),
  ];
}
