import { formatWindow } from '#local/report/run-report.ts';
import type { BacktestOutcome } from './backtest-outcome.ts';

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
