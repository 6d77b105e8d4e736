import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readStates } from '#adapters/dynamodb/surface-states.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { byEndState, type EndState } from '#core/judging/judgement.ts';
import { env, severities } from '#core/names.ts';
import type { EndReason } from '#core/report/end-reasons.ts';
import { firingOf, shownRate } from '#core/report/slo-reading.ts';
import { healthOf } from '#core/slo/alarms/health.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { findOwnAlarm } from '#core/slo/words/own-alarms.ts';
import type { SloReading, StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import type { Session } from '../session/session.ts';
import type { AlarmTransition } from '../stack/local-stack.ts';
import { readBalance } from './read-balance.ts';
import { formatWindow, type RunReport, runReportSchema } from './run-report.ts';

export interface ReportInput {
  readonly judge: RunReport['judge'];
  readonly catalogue: Catalogue;
  readonly session: Pick<Session, 'queues' | 'endpoints'>;
  readonly transitions: readonly AlarmTransition[];
  readonly seconds: number;
  /** Why records were rejected. */
  readonly rejections?: readonly EndReason[];
  /** Made of the ratings that came with the run. */
  readonly calibrations?: readonly Calibration[];
}

/** The run's report, read back from tables, queues and metrics. */
export async function makeReport({
  judge,
  catalogue,
  session,
  transitions,
  seconds,
  calibrations = [],
  rejections = [],
}: ReportInput): Promise<RunReport> {
  const [balance, slos] = await Promise.all([readBalance(session.queues), readSlos(catalogue)]);
  return runReportSchema.parse({
    judge,
    received: balance.received,
    rejected: balance.rejected,
    sampled: balance.sampled,
    ...byEndState((state) => balance.states[state]),
    late: slos.late,
    textless: balance.notes.textless,
    repeatedIds: balance.notes.repeatedIds,
    leftOut: { ...balance.notes.unusable },
    overflow: { ...balance.notes.overflow },
    reasons: [...rejections, ...balance.reasons],
    seconds,
    slos: slos.readings,
    transitions: await sloTransitions(catalogue, session, transitions),
    ownAlarms: standingOwnAlarms(transitions),
    agreement: agreementEntries(calibrations),
  } satisfies RunReport & Record<EndState, number>);
}

interface SentTransition {
  readonly at: string;
  readonly slo: string;
  readonly surface: string;
  readonly severity: string;
  readonly to: string;
  readonly reason: string;
}

/** Transitions of SLO alarms as CloudWatch made them, with the evaluator's words from the events it sent. */
async function sloTransitions(
  catalogue: Catalogue,
  session: ReportInput['session'],
  transitions: readonly AlarmTransition[],
): Promise<RunReport['transitions']> {
  const response = await fetch(`${session.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE}/_assay/events`);
  const { events } = (await response.json()) as { events: { detail: SentTransition }[] };
  const reasons = new Map<string, string>();
  for (const { detail } of events) {
    const { at, slo, surface, severity, to, reason } = detail;
    reasons.set([at, surface, slo, severity, to].join('|'), reason);
  }
  const known = new Map(
    catalogue.surfaces.flatMap(({ slos }) =>
      slos.flatMap((slo) =>
        severities.map((severity) => [sloAlarmName('local', slo, severity), { slo, severity }] as const),
      ),
    ),
  );
  return transitions.flatMap(({ at, alarm, from, to, reason }) => {
    const found = known.get(alarm);
    const states = { from: from === 'ALARM' ? 'ALARM' : 'OK', to: to === 'ALARM' ? 'ALARM' : 'OK' } as const;
    if (found === undefined || states.from === states.to) return [];
    const { id, surface } = found.slo;
    const words = reasons.get([at, surface, id, found.severity, states.to].join('|')) ?? reason;
    return [{ at, slo: id, surface, severity: found.severity, ...states, reason: words }];
  });
}

/** Of the alarms without an objective, those whose last change put them on. */
function standingOwnAlarms(transitions: readonly AlarmTransition[]): RunReport['ownAlarms'] {
  const last = new Map(transitions.map((each) => [each.alarm, each]));
  return [...last.values()].flatMap(({ at, alarm, to }) => {
    const own = to === 'ALARM' ? findOwnAlarm('local', alarm) : undefined;
    if (own === undefined) return [];
    const { surface, title, plain } = own;
    return [{ since: at, alarm, title: surface === undefined ? title : `${surface}: ${title}`, says: plain }];
  });
}

/** The last tick's readings, from the evaluator's stored states. */
async function readSlos(catalogue: Catalogue): Promise<{ readings: RunReport['slos']; late: number }> {
  const control = await createSeriesStore(createDynamo(), String(process.env[env.seriesTable])).readControl();
  const states = readStates(control);
  const readings = catalogue.surfaces.flatMap(({ surface, slos }) =>
    slos.flatMap((slo) => {
      const reading = ((states[surface] ?? {}) as StoredSurface)[slo.id]?.reading;
      if (reading === undefined) return [];
      const { raw, calibrated, calibration, budgetLeft, pressure, alarmWindow = null } = reading;
      return [
        {
          slo: slo.id,
          surface,
          objective: slo.objective,
          window: formatWindow(slo.window),
          raw,
          calibrated,
          ...viewShown(reading, slo.window),
          alarmWindow: alarmWindow && { ...alarmWindow, width: formatWindow(alarmWindow.width) },
          calibration,
          budgetLeft,
          pressure,
        },
      ];
    }),
  );
  return { readings, late: control.tick?.late ?? 0 };
}

/** What every screen shows of an SLO. */
function viewShown(
  reading: SloReading,
  window: number,
): Pick<RunReport['slos'][number], 'shown' | 'health' | 'measured' | 'reason'> {
  const { value, calibrated, good, total, window: width } = shownRate(reading, window);
  return {
    shown: {
      value,
      lower: calibrated?.lower ?? null,
      upper: calibrated?.upper ?? null,
      good,
      total,
      window: formatWindow(width),
      windowMs: width,
      severity: firingOf(reading) ?? null,
    },
    measured: reading.measured,
    reason: reading.reason,
    health: healthOf(reading),
  };
}

/** What calibrations say of the agreement, in the form of the run's report. */
function agreementEntries(calibrations: readonly Calibration[]): RunReport['agreement'] {
  return calibrations.map(({ surface, rubric, fingerprint, agreement }) => ({
    surface,
    rubric: rubric.id,
    version: rubric.version,
    judge: fingerprint,
    rated: agreement.rated,
    kappa: agreement.kappa,
    weightedKappa: agreement.weightedKappa,
    spearman: agreement.spearman,
    alpha: agreement.alpha,
    sensitivity: agreement.sensitivity,
    specificity: agreement.specificity,
    mae: agreement.mae,
  }));
}
