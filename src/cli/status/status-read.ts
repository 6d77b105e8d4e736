import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type AlarmStanding, readAlarms } from '#adapters/cloudwatch/alarms.ts';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { readAnchorProgress } from '#adapters/dynamodb/series-store.ts';
import { readStates, readSurfaces } from '#adapters/dynamodb/surface-states.ts';
import { type AnchorAnswer, type AnchorReading, readAnchors } from '#core/anchors/anchor-progress.ts';
import { describeAnswer } from '#core/anchors/describe-anchors.ts';
import { sloRubric } from '#core/catalogue/catalogue.ts';
import { zoomBudgetUsd } from '#core/catalogue/zoom.ts';
import { type Retirement, retirements } from '#core/judges/retirement.ts';
import { type Severity, severities } from '#core/names.ts';
import type { ShadowStanding } from '#core/report/shadow-standings.ts';
import { firingOf } from '#core/report/slo-reading.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import type { Circuit, Spending } from '#core/series/control.ts';
import { describeZoom } from '#core/slo/alarms/describe-zoom.ts';
import { type Health, healthOf } from '#core/slo/alarms/health.ts';
import { readZoomState } from '#core/slo/alarms/zoom-state.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { findOwnAlarm } from '#core/slo/words/own-alarms.ts';
import type { SloReading, StoredSlo, StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import { type Balance, readBalance } from '#local/report/read-balance.ts';
import { findLocalQueues } from '../target/queues.ts';
import type { Target } from '../target/target.ts';
import { readStackBalance, type StackBalance } from './status-balance.ts';
import {
  type EvaluatorStatus,
  findUnevaluated,
  readEvaluators,
  type UnevaluatedSurface,
} from './status-evaluators.ts';
import { peekRejections } from './status-rejections.ts';
import { readShadows } from './status-shadows.ts';

export interface SloStatus extends SloReading {
  /** `chat/judge-pass` */
  readonly slo: string;
  readonly surface: string;
  readonly objective: number | null;
  /** Milliseconds. */
  readonly window: number;
  readonly health: Health;
  /** The most severe alarm that is on; null where none is. */
  readonly severity: Severity | null;
}

/** The calibration that an SLO of a judge rests on, as the last evaluation saw it. */
export interface CalibrationStatus {
  readonly slo: string;
  readonly surface: string;
  readonly rubric: string;
  readonly state: string;
  readonly ratings: number;
  /** Why, and what would make it valid. */
  readonly reason: string;
}

/** A batch that was drawn about a warning and is not rated in full. */
export interface WaitingBatch {
  readonly batch: string;
  readonly slo: string;
  readonly drawn: number;
  readonly rated: number;
}

export interface AnchorStatus {
  /** `helpfulness@1#3f2a9c0d1e2f` */
  readonly judge: string;
  readonly state: AnchorAnswer;
  readonly anchors: number;
  readonly compared: number;
  readonly passThenFail: number;
  readonly failThenPass: number;
  /** The least shifts of its pass rate that would have been seen by now, as shares; null where none would have been. */
  readonly leastSeen: AnchorReading['sight'];
  readonly suspects: AnchorReading['suspects'];
  /** The state in words, with what it could have seen. */
  readonly says: string;
}

/**
 * An alarm that stands. `slo` is absent of alarms about Assay itself and about a surface's data: `says` is their plain
 * sentence, under `title`, of `surface` or of Assay itself.
 */
export type StandingAlarm = Omit<AlarmStanding, 'state' | 'namespace'> & {
  readonly slo?: string;
  readonly surface?: string;
  readonly title?: string;
  readonly says?: string;
};

export interface Status {
  readonly source: string;
  /** ISO 8601; null where nothing was ever evaluated. */
  readonly evaluatedAt: string | null;
  readonly caveats: readonly string[];
  readonly balance: Balance | StackBalance;
  /** Of a local run: why messages that wait in the rejected queue were rejected, the commonest first. */
  readonly rejections: readonly string[];
  /** Surfaces that the last tick could not evaluate: what is told of their SLOs is of the tick before. */
  readonly unevaluated: readonly UnevaluatedSurface[];
  readonly evaluators: readonly EvaluatorStatus[];
  readonly slos: readonly SloStatus[];
  /** Alarms that stand. */
  readonly alarms: readonly StandingAlarm[];
  readonly calibrations: readonly CalibrationStatus[];
  readonly waitingBatches: readonly WaitingBatch[];
  /** Shadows beside the active versions. */
  readonly shadows: readonly ShadowStanding[];
  readonly anchors: readonly AnchorStatus[];
  readonly spending: Readonly<Record<string, Spending>>;
  readonly spendingCapUsdPerDay: number;
  /** Surfaces that are sampled more than usual, or would be if money allowed it: by how much, and why. */
  readonly zooms: readonly { readonly surface: string; readonly factor: number; readonly reason: string }[];
  /** What zooming may use of a day's cap. */
  readonly zoomUsdPerDay: number;
  readonly circuits: readonly Circuit[];
  /** Judges whose model is shut down within 45 days, or has been. */
  readonly retirements: readonly Retirement[];
  /** Epoch milliseconds of the last tick. */
  readonly tick: number | undefined;
}

export async function readStatus(target: Target): Promise<Status> {
  const { control, catalogue, resources, session, name, stage, evaluatedAt } = target;
  const cloudwatch = new CloudWatchClient({});
  try {
    const [balance, alarms, waitingBatches, anchors, shadows] = await Promise.all([
      resources === undefined
        ? readBalance(session?.queues ?? {})
        : readStackBalance(cloudwatch, target, resources.queues, Date.now()),
      readAlarms(cloudwatch, `assay-${stage}-`),
      readWaitingBatches(target),
      readAnchorStates(target),
      readShadows(target),
    ]);
    const rejected = session === undefined ? '' : findLocalQueues(session.queues).IntakeRejectedQueue;
    const stored = storedSlos(target);
    return {
      source: name,
      evaluatedAt: evaluatedAt === undefined ? null : new Date(evaluatedAt).toISOString(),
      caveats: target.caveats,
      balance,
      rejections: rejected === '' || balance.rejected === 0 ? [] : await peekRejections(rejected),
      unevaluated: findUnevaluated(target),
      evaluators: readEvaluators(target),
      slos: stored.map(({ slo, reading }) => statusOf(slo, reading)),
      alarms: standingAlarms(target, alarms),
      calibrations: stored
        .filter(({ slo }) => slo.calibration === 'required')
        .map(({ slo, reading: { calibration } }) => {
          const rubric = sloRubric(catalogue, slo);
          return {
            slo: sloName(slo),
            surface: slo.surface,
            rubric: rubric === undefined ? '' : rubricName(rubric),
            state: calibration.state,
            ratings: calibration.ratings,
            reason: calibration.reason,
          };
        }),
      waitingBatches,
      shadows,
      anchors,
      spending: Object.fromEntries(control.spending),
      spendingCapUsdPerDay: catalogue.spendingCapUsdPerDay,
      zooms: readZoomed(target),
      zoomUsdPerDay: zoomBudgetUsd(catalogue),
      circuits: control.circuits,
      retirements: retirements(catalogue, control.shutdowns, evaluatedAt ?? Date.now()),
      tick: evaluatedAt,
    };
  } finally {
    cloudwatch.destroy();
  }
}

function standingAlarms({ catalogue, stage }: Target, alarms: readonly AlarmStanding[]): StandingAlarm[] {
  const names = new Map(
    catalogue.surfaces.flatMap(({ slos }) =>
      slos.flatMap((slo) =>
        severities.map((severity) => [sloAlarmName(stage, slo, severity), sloName(slo)] as const),
      ),
    ),
  );
  return alarms
    .filter(({ state }) => state === 'ALARM')
    .map(({ state: _, namespace: __, ...alarm }) => {
      const slo = names.get(alarm.name);
      if (slo !== undefined) return { ...alarm, slo };
      const own = findOwnAlarm(stage, alarm.name);
      if (own === undefined) return alarm;
      const { plain: says, ...words } = own;
      return { ...alarm, ...words, says };
    });
}

function readZoomed({ control }: Target): Status['zooms'] {
  return [...readSurfaces(control)].flatMap(([surface, { zoom }]) => {
    const reason = describeZoom(zoom);
    return reason === undefined ? [] : [{ surface, factor: readZoomState(zoom)?.factor ?? 1, reason }];
  });
}

function storedSlos({ control, catalogue }: Target): (StoredSlo & { readonly slo: Slo })[] {
  const states = readStates(control);
  return catalogue.surfaces.flatMap(({ surface, slos }) =>
    slos.flatMap((slo) => {
      const stored = ((states[surface] ?? {}) as StoredSurface)[slo.id];
      return stored === undefined ? [] : [{ ...stored, slo }];
    }),
  );
}

function statusOf(slo: Slo, reading: SloReading): SloStatus {
  return {
    ...reading,
    slo: sloName(slo),
    surface: slo.surface,
    objective: slo.objective,
    window: slo.window,
    severity: firingOf(reading) ?? null,
    health: healthOf(reading),
  };
}

async function readWaitingBatches(target: Target): Promise<WaitingBatch[]> {
  const asked = storedSlos(target).flatMap(({ slo, confirmation }) => {
    const rubric = sloRubric(target.catalogue, slo);
    const rounds = confirmation?.rounds ?? [];
    return rubric === undefined || rounds.length === 0 ? [] : [{ slo, rubric, rounds }];
  });
  if (asked.length === 0) return [];
  const ratings = createRatingStore(target.dynamo, target.tables.ratings);
  const calibrations = await ratings.readCalibrations();
  const waiting: WaitingBatch[] = [];
  for (const { slo, rubric, rounds } of asked) {
    const batches = await ratings.readBatches({ surface: slo.surface, rubric });
    for (const { batch } of rounds) {
      const drawn = batches.find(({ id }) => id === batch)?.responseIds.length ?? 0;
      const counts = calibrations.flatMap(({ confirming }) => Object.values(confirming?.[batch] ?? {}));
      const rated = counts.reduce((sum, count) => sum + count.rated, 0);
      if (rated < drawn) waiting.push({ batch, slo: sloName(slo), drawn, rated });
    }
  }
  return waiting;
}

async function readAnchorStates({ control, dynamo, tables }: Target): Promise<AnchorStatus[]> {
  const store = createAnchorStore(dynamo, tables);
  const found = await Promise.all(
    Object.entries(readAnchorProgress(control.tick)).map(
      async ([judge, progress]): Promise<AnchorStatus[]> => {
        const set = await store.readSet(judge);
        if (set === undefined || set.madeFor !== progress.madeFor) return [];
        const reading = readAnchors(progress, set);
        const { answer: state, compared, passThenFail, failThenPass, sight, suspects } = reading;
        const counts = { anchors: set.anchors.length, compared, passThenFail, failThenPass };
        return [{ judge, state, ...counts, leastSeen: sight, suspects, says: describeAnswer(reading) }];
      },
    ),
  );
  return found.flat();
}
