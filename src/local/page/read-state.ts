import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { readStates, readSurfaces } from '#adapters/dynamodb/surface-states.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { type Catalogue, rubricsOf, sloRubric } from '#core/catalogue/catalogue.ts';
import { zoomBudgetUsd } from '#core/catalogue/zoom.ts';
import { describeRetirement, retirements } from '#core/judges/retirement.ts';
import { dimension, metric, severities } from '#core/names.ts';
import { shownRate } from '#core/report/slo-reading.ts';
import type { ControlReading } from '#core/series/control.ts';
import { describeZoom } from '#core/slo/alarms/describe-zoom.ts';
import { describeHealth, healthRules, healths, sloHealth } from '#core/slo/alarms/health.ts';
import { describeMasked } from '#core/slo/alarms/step-alarms.ts';
import { describeSli, unitOf } from '#core/slo/definition/sli-kinds.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { day, hour } from '#core/time.ts';
import type { SloReading, StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import { cacheFor } from './cache-for.ts';
import { composeHeadline, composePanels } from './compose-panels.ts';
import type { AlarmView, CalibrationView, JudgeKind, PageState, SloView, SpendView } from './page-state.ts';
import { type ReadAlarm, readAlarms } from './read-alarms.ts';
import { type FlowReader, flowDays } from './read-flow.ts';
import { gaugeQuery, readMetricData } from './read-series.ts';
import { readShadows, type ShadowSources } from './read-shadows.ts';

export interface StateSources extends ShadowSources {
  readonly stage: string;
  readonly judge: JudgeKind;
  readonly clock: () => number | undefined;
  readonly progress: () => { readonly sent: number; readonly total: number } | undefined;
  readonly ratings: RatingStore;
  readonly cloudwatch: CloudWatchClient;
  readonly flow: FlowReader;
  /** Where a runbook's link leads here. */
  readonly linkRunbook: (link: string) => string;
}

/** Milliseconds for which what is dear, or changes slowly, is kept. */
const flowLife = 2_000;
const calibrationLife = 5_000;
const shadowLife = 30_000;

/** Makes the reader of the page's state. Cheap parts are read each time; the caller keeps the whole for a second. */
export function createStateReader(use: StateSources): () => Promise<PageState> {
  const { catalogue, stage, judge } = use;
  let lastControl: ControlReading | undefined;
  let lastNow = Date.now();
  const readFlow = cacheFor(flowLife, () => {
    if (lastControl === undefined) throw new Error('the control partition is read first');
    return use.flow.read(lastControl, lastNow);
  });
  const readCalibrations = cacheFor(calibrationLife, async () =>
    (await use.ratings.readCalibrations()).map(viewCalibration),
  );
  const readPairs = cacheFor(shadowLife, () =>
    lastControl === undefined ? Promise.resolve([]) : readShadows(use, lastControl, lastNow),
  );
  const readCalls = cacheFor(calibrationLife, () => readCallCosts(use, lastNow));
  return async () => {
    const [control, alarms] = await Promise.all([
      use.series.readControl(),
      readAlarms(use.cloudwatch, catalogue, stage),
    ]);
    const tick = control.tick?.tick ?? null;
    const clock = use.clock() ?? tick ?? Date.now();
    lastControl = control;
    lastNow = clock;
    const [flow, calibrations, calls, shadows] = await Promise.all([
      readFlow(),
      readCalibrations(),
      readCalls(),
      readPairs(),
    ]);
    const states = readStates(control);
    const slos = catalogue.surfaces
      .flatMap((surface) =>
        surface.slos.map((slo) =>
          viewSlo(
            catalogue,
            surface.title,
            slo,
            ((states[surface.surface] ?? {}) as StoredSurface)[slo.id]?.reading ?? null,
            alarms,
          ),
        ),
      )
      .map((slo) => ({ ...slo, runbook: use.linkRunbook(slo.runbook) }));
    const readings = new Map(slos.map((slo) => [slo.name, slo.reading]));
    const viewed = alarms
      .map((alarm) => viewAlarm(alarm, readings))
      .map((alarm) => ({ ...alarm, runbook: alarm.runbook && use.linkRunbook(alarm.runbook) }))
      .sort(byUrgency);
    return {
      stage,
      judge,
      judgeModels: [...new Set(activeRubrics(catalogue).map((rubric) => rubric.judge.model))],
      clock,
      tick,
      progress: use.progress() ?? null,
      headline: composeHeadline(slos, viewed),
      panels: composePanels(slos),
      rules: healths.map((health) => ({
        health,
        word: healthRules[health].word,
        rule: healthRules[health].rule,
      })),
      surfaces: catalogue.surfaces.map(({ surface, title }) => ({ surface, title })),
      slos,
      alarms: viewed,
      flow,
      calibrations,
      shadows,
      spend: viewSpend(control, catalogue, clock, calls),
    };
  };
}

function viewSlo(
  catalogue: Catalogue,
  surfaceTitle: string,
  slo: Slo,
  reading: SloReading | null,
  alarms: readonly ReadAlarm[],
): SloView {
  const firing = alarms.flatMap(({ state, watched }) =>
    state === 'ALARM' && watched?.slo === slo ? [watched.severity] : [],
  );
  const measured = reading?.measured ?? false;
  const health = sloHealth({
    firing,
    measured,
    budgetLeft: reading?.budgetLeft ?? null,
    bad: reading === null ? 0 : reading.raw.total - reading.raw.good,
    calibration: reading?.calibration.state ?? 'none',
  });
  return {
    name: sloName(slo),
    surface: slo.surface,
    surfaceTitle,
    title: slo.title,
    measures: describeSli(slo.sli),
    category: slo.category,
    headline: slo.headline,
    objective: slo.objective,
    window: slo.window,
    unit: unitOf(slo),
    owner: slo.owner,
    severities: slo.severities,
    runbook: slo.runbook,
    calibrationNeeded: slo.calibration === 'required',
    judged: sloRubric(catalogue, slo) !== undefined,
    health,
    healthWord: describeHealth({
      health,
      measured,
      objective: slo.objective,
      events: reading?.raw.total ?? 0,
    }),
    reading,
    shown: reading && shownRate(reading, slo.window),
  };
}

function viewAlarm(alarm: ReadAlarm, readings: ReadonlyMap<string, SloReading | null>): AlarmView {
  const { watched, ...view } = alarm;
  const reading = alarm.slo === null ? null : (readings.get(alarm.slo) ?? null);
  const isExplained =
    alarm.state === 'ALARM' && watched !== null && reading?.firing[watched.severity] === true;
  if (isExplained) return { ...view, reason: reading.reason };
  const maskedBy = (watched && reading?.masked?.[watched.severity]) ?? null;
  return maskedBy === null ? view : { ...view, maskedBy, reason: describeMasked(maskedBy) };
}

/** Firing ones first, the most urgent before the others, the newest of equals first. */
function byUrgency(a: AlarmView, b: AlarmView): number {
  const fires = ({ state }: AlarmView) => (state === 'ALARM' ? 0 : 1);
  const rank = ({ severity }: AlarmView) =>
    severity === null ? severities.length : severities.indexOf(severity);
  return (
    fires(a) - fires(b) ||
    rank(a) - rank(b) ||
    (b.since ?? 0) - (a.since ?? 0) ||
    a.name.localeCompare(b.name)
  );
}

function viewCalibration(calibration: Calibration): CalibrationView {
  const { surface, rubric, state, reason, ratings, madeAt, agreement, rate } = calibration;
  return {
    surface,
    rubric: `${rubric.id}@${rubric.version}`,
    judge: calibration.returnedModel ?? calibration.fingerprint,
    state,
    reason,
    ratings,
    madeAt,
    kappa: agreement.weightedKappa,
    sensitivity: agreement.sensitivity,
    specificity: agreement.specificity,
    rate: rate === undefined ? null : { value: rate.value, lower: rate.lower, upper: rate.upper },
  };
}

function activeRubrics(catalogue: Catalogue) {
  return catalogue.surfaces.flatMap(({ surface }) => rubricsOf(catalogue, surface));
}

/** What the judge published of its calls. It lives on the wall clock also where the traffic does not. */
async function readCallCosts(
  { cloudwatch, catalogue, stage }: StateSources,
  now: number,
): Promise<Pick<SpendView, 'callsUsd' | 'calls'>> {
  const of = catalogue.surfaces.flatMap(({ surface }) =>
    [...new Set(rubricsOf(catalogue, surface).map(({ id }) => id))].map((rubric) => ({
      [dimension.surface]: surface,
      [dimension.rubric]: rubric,
    })),
  );
  const period = 6 * hour;
  const from = Math.min(now, Date.now()) - flowDays * day;
  const queries = of.flatMap((where, index) => [
    gaugeQuery(`cost${index}`, stage, metric.judgeCost, where, 'Sum', period),
    gaugeQuery(`calls${index}`, stage, metric.judgeCost, where, 'SampleCount', period),
  ]);
  const results = await readMetricData(cloudwatch, queries, from, Math.max(now, Date.now()) + period);
  const total = (prefix: string) =>
    results
      .filter(({ Id = '' }) => Id.startsWith(prefix))
      .flatMap(({ Values = [] }) => Values)
      .reduce((sum, value) => sum + value, 0);
  return { callsUsd: total('cost'), calls: total('calls') };
}

/** The newest day that anything was spent on. */
function viewSpend(
  control: ControlReading,
  catalogue: Catalogue,
  now: number,
  calls: Pick<SpendView, 'callsUsd' | 'calls'>,
): SpendView {
  const { spending, circuits, shutdowns } = control;
  const newest = [...spending.keys()].sort().at(-1);
  const today = newest === undefined ? undefined : spending.get(newest);
  return {
    day: newest ?? null,
    reservedUsd: today?.spentUsd ?? 0,
    capUsd: catalogue.spendingCapUsdPerDay,
    shed: today?.shed ?? 0,
    zoomedUsd: today?.zoomedUsd ?? 0,
    zoomCapUsd: zoomBudgetUsd(catalogue),
    rescoredUsd: today?.rescoredUsd ?? 0,
    zooms: [...readSurfaces(control)].flatMap(([surface, { zoom }]) => {
      const words = describeZoom(zoom);
      return words === undefined ? [] : [{ surface, words }];
    }),
    ...calls,
    retiring: retirements(catalogue, shutdowns, now).map((each) => ({
      judge: each.judge,
      words: describeRetirement(each),
    })),
    blocked: circuits.map(({ model, reason, openedAt }) => ({ model, reason, since: openedAt })),
  };
}
