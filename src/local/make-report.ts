import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore, readStates } from '#adapters/dynamodb/series-store.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env, severities } from '#core/names.ts';
import type { StoredSurface } from '#lambdas/slo-evaluator/evaluate-surface.ts';
import type { AlarmTransition } from './local-stack.ts';
import { readBalance } from './read-run.ts';
import { formatWindow, type RunReport, runReportSchema } from './run-report.ts';

export interface ReportInput {
  readonly catalogue: Catalogue;
  readonly queues: Readonly<Record<string, string>>;
  readonly transitions: readonly AlarmTransition[];
  readonly seconds: number;
}

/** The run's report, read back from tables, queues and metrics. */
export async function makeReport({
  catalogue,
  queues,
  transitions,
  seconds,
}: ReportInput): Promise<RunReport> {
  const [balance, gauges] = await Promise.all([readBalance(queues), readSlos(catalogue)]);
  return runReportSchema.parse({
    received: balance.received,
    rejected: balance.rejected,
    sampled: balance.sampled,
    judged: balance.states.judged,
    unjudgeable: balance.states.unjudgeable,
    shed: balance.states.shed,
    dlq: balance.states.dlq,
    late: 0,
    seconds,
    slos: gauges,
    transitions: sloTransitions(catalogue, transitions),
    agreement: [],
  } satisfies RunReport);
}

/** Transitions of SLO alarms, known by their names. */
function sloTransitions(
  catalogue: Catalogue,
  transitions: readonly AlarmTransition[],
): RunReport['transitions'] {
  return transitions.flatMap(({ at, alarm, from, to, reason }) => {
    for (const { surface, slos } of catalogue.surfaces) {
      for (const slo of slos) {
        const severity = severities.find((each) =>
          alarm.endsWith(`-${surface}-${slo.category}-${slo.id}-${each}`),
        );
        if (severity === undefined) continue;
        const toState = to === 'ALARM' ? 'ALARM' : 'OK';
        const fromState = from === 'ALARM' ? 'ALARM' : 'OK';
        if (toState === fromState) return [];
        return [{ at, slo: slo.id, surface, severity, from: fromState, to: toState, reason } as const];
      }
    }
    return [];
  });
}

/** The last tick's readings, from the evaluator's stored states. */
async function readSlos(catalogue: Catalogue): Promise<RunReport['slos']> {
  const control = await createSeriesStore(createDynamo(), String(process.env[env.seriesTable])).readControl();
  const states = readStates(control.tick);
  return catalogue.surfaces.flatMap(({ surface, slos }) =>
    slos.flatMap((slo) => {
      const reading = ((states[surface] ?? {}) as StoredSurface)[slo.id]?.reading;
      if (reading === undefined) return [];
      const { raw, calibrated, calibration, budgetLeft, pressure } = reading;
      return [
        {
          slo: slo.id,
          surface,
          objective: slo.objective,
          window: formatWindow(slo.window),
          raw,
          calibrated,
          calibration,
          budgetLeft,
          pressure,
        },
      ];
    }),
  );
}
