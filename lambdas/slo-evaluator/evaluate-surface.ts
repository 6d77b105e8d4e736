import type { Calibration } from '#core/calibration/calibration.ts';
import { ratedSeries } from '#core/calibration/rated-series.ts';
import { humanRate, presentCalibration } from '#core/calibration/use-calibration.ts';
import { type Catalogue, rubricsOf, type Surface, sloRubric } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { type Severity, severities } from '#core/names.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { ControlReading } from '#core/series/control.ts';
import { noCohort, type Slice } from '#core/series/keys.ts';
import type { SloMeasurer } from '#core/series/measure-slo.ts';
import { type SeriesBook, verdictSource } from '#core/series/series-book.ts';
import { type VerdictColumn, verdictColumn } from '#core/series/summarise-hour.ts';
import { baselinePeriod } from '#core/slo/baseline.ts';
import { buildSeries } from '#core/slo/count-series.ts';
import { evaluateSlo } from '#core/slo/evaluate-slo.ts';
import { type Cohort, evaluateWorstCohort } from '#core/slo/evaluate-worst-cohort.ts';
import type { SloCalibration, SloContext, SloEvaluation, Transition } from '#core/slo/evaluation.ts';
import { expectedEventsPerDay } from '#core/slo/expected-events.ts';
import { type Slo, sloName } from '#core/slo/slo.ts';
import {
  type CohortState,
  compactState,
  readCohortState,
  readSloState,
  type SloState,
} from '#core/slo/state.ts';
import { day } from '#core/time.ts';

/** What an SLO's evaluation leaves for reports, commands and the page. */
export interface SloReading
  extends Pick<
    SloEvaluation,
    | 'measured'
    | 'raw'
    | 'calibrated'
    | 'calibration'
    | 'burn'
    | 'budgetLeft'
    | 'budgetSpentAt'
    | 'pressure'
    | 'firing'
    | 'held'
  > {
  readonly reason: string;
  /** The raw SLI 7 days before, over the same window; null where there was none. */
  readonly weekBefore: number | null;
  /** The cohort or release nearest to an alarm of its own, where there are any. */
  readonly worst: { readonly name: string; readonly reason: string } | null;
  /** Providers' own rates, for the SLI that has them. */
  readonly providers?: Readonly<Record<string, { readonly good: number; readonly total: number }>>;
}

/** What is remembered of an SLO from tick to tick. */
export interface StoredSlo {
  readonly state: SloState;
  readonly cohorts?: CohortState | undefined;
  readonly reading: SloReading;
}

export type StoredSurface = Readonly<Record<string, StoredSlo>>;

export interface SurfaceInput {
  readonly catalogue: Catalogue;
  readonly surface: Surface;
  readonly book: SeriesBook;
  readonly measurer: SloMeasurer;
  readonly control: ControlReading;
  readonly calibrations: readonly Calibration[];
  readonly previous: StoredSurface;
  readonly now: number;
}

export interface SurfaceOutcome {
  readonly stored: Readonly<Record<string, StoredSlo>>;
  readonly transitions: readonly Transition[];
  /** What people should know although it is no alarm: too many cohorts, a state that could not be read. */
  readonly notes: readonly string[];
}

/** SLIs whose cohorts and releases are watched. */
const watchedByCohort = new Set(['judge-pass', 'accepted', 'field', 'success']);

/** Intraclass correlation assumed between the responses of one conversation; see docs/statistics.md. */
const conversationCorrelation = 0.3;

/** Evaluates every SLO of a surface at a tick. */
export function evaluateSurface(input: SurfaceInput): SurfaceOutcome {
  const stored: Record<string, StoredSlo> = {};
  const transitions: Transition[] = [];
  const notes: string[] = [];
  for (const slo of input.surface.slos) {
    const outcome = evaluateOne(input, slo, notes);
    stored[slo.id] = outcome.stored;
    transitions.push(...outcome.transitions);
  }
  return { stored, transitions, notes: [...new Set(notes)] };
}

function evaluateOne(
  input: SurfaceInput,
  slo: Slo,
  notes: string[],
): { stored: StoredSlo; transitions: readonly Transition[] } {
  const { catalogue, measurer, now } = input;
  const rubric = sloRubric(catalogue, slo);
  const before = input.previous[slo.id];
  const previous = previousState(before?.state, readSloState, notes);
  const calibration =
    slo.calibration === 'required' && rubric !== undefined ? findCalibration(input, rubric) : undefined;
  const context = contextOf(input, slo, rubric);
  if (slo.sli.kind === 'provider-success') return evaluateProviders(input, slo, previous);
  if (slo.sli.kind === 'human-pass') return evaluateRated(input, slo, rubric, previous);
  const measurement = measurer.measure(slo, rubric, now, baselinePeriod(slo, previous, now));
  const outcome = evaluateSlo({ slo, measurement, calibration, previous, now, context });
  const cohorts = findCohorts(input, slo, rubric, calibration, notes);
  const previousCohorts = previousState(before?.cohorts, readCohortState, notes);
  const worst =
    cohorts.size === 0
      ? undefined
      : evaluateWorstCohort({ slo, cohorts, previous: previousCohorts, now, context });
  const reading = readingOf(outcome.evaluation, outcome.reason(), weekBefore(input, slo, rubric), worst);
  return {
    stored: {
      state: compactState(outcome.state),
      ...(worst !== undefined && { cohorts: compactState(worst.state) }),
      reading,
    },
    transitions: combineTransitions(
      slo,
      before?.reading.firing,
      reading,
      now,
      outcome.evaluation.transitions,
      worst?.evaluation.transitions ?? [],
    ),
  };
}

function previousState<S>(
  stored: unknown,
  read: (stored: unknown) => { ok: true; state: S } | { ok: false; reason: string },
  notes: string[],
): S | undefined {
  if (stored === undefined) return undefined;
  const reading = read(stored);
  if (reading.ok) return reading.state;
  notes.push(reading.reason);
  return undefined;
}

/** Global and worst cohort share the gauge, so that one alarm stands for both; the words say which it is. */
function readingOf(
  evaluation: SloEvaluation,
  reason: string,
  before: number | null,
  worst: ReturnType<typeof evaluateWorstCohort> | undefined,
): SloReading {
  const { measured, raw, calibrated, calibration, burn, budgetLeft, budgetSpentAt, held } = evaluation;
  const pressure = bySeverity((severity) =>
    Math.max(evaluation.pressure[severity], worst?.evaluation.pressure[severity] ?? 0),
  );
  const firing = bySeverity(
    (severity) => evaluation.firing[severity] || (worst?.evaluation.firing[severity] ?? false),
  );
  // A firing severity masks the lower ones, whichever of the two raised it.
  const highest = severities.find((severity) => firing[severity]);
  const masked = bySeverity(
    (severity) => highest !== undefined && severities.indexOf(severity) > severities.indexOf(highest),
  );
  return {
    measured,
    raw,
    calibrated,
    calibration,
    burn,
    budgetLeft,
    budgetSpentAt,
    held,
    pressure: bySeverity((severity) =>
      masked[severity] ? Math.min(0.99, pressure[severity]) : pressure[severity],
    ),
    firing: bySeverity((severity) => firing[severity] && !masked[severity]),
    reason:
      worst !== undefined &&
      severities.some((severity) => worst.evaluation.firing[severity] && !evaluation.firing[severity])
        ? `${worst.reason()} As a whole: ${reason}`
        : reason,
    weekBefore: before,
    worst: worst?.worst === undefined ? null : { name: worst.worst, reason: worst.reason() },
  };
}

function bySeverity<T>(value: (severity: Severity) => T): Record<Severity, T> {
  return {
    rollback: value('rollback'),
    page: value('page'),
    ticket: value('ticket'),
    digest: value('digest'),
  };
}

/** Transitions of what is published: of the whole and its cohorts together. */
function combineTransitions(
  slo: Slo,
  before: Readonly<Record<Severity, boolean>> | undefined,
  reading: SloReading,
  now: number,
  own: readonly Transition[],
  cohorts: readonly Transition[],
): Transition[] {
  return severities.flatMap((severity) => {
    const was = before?.[severity] ?? false;
    const is = reading.firing[severity];
    if (was === is) return [];
    const to = is ? 'ALARM' : 'OK';
    const found = [...own, ...cohorts].find(
      (transition) => transition.severity === severity && transition.to === to,
    );
    const reason = found?.reason ?? reading.reason;
    return [
      {
        at: now,
        slo: slo.id,
        surface: slo.surface,
        severity,
        from: was ? 'ALARM' : 'OK',
        to,
        reason,
      } as const,
    ];
  });
}

/** The correction of the judge that is asked now, in the time of the responses. */
function findCalibration({ calibrations, surface, book, now }: SurfaceInput, rubric: Rubric): SloCalibration {
  const own = calibrations.filter((each) => each.surface === surface.surface && each.rubric.id === rubric.id);
  const present = {
    rubric,
    fingerprint: judgeFingerprint(rubric),
    returnedModel: newestModel(book, surface.surface, rubric),
  };
  return presentCalibration(own, present, now);
}

/** People's own verdict: the post-stratified rate of the window, and the rated responses by day as its events. */
function evaluateRated(
  input: SurfaceInput,
  slo: Slo,
  rubric: Rubric | undefined,
  previous: SloState | undefined,
): { stored: StoredSlo; transitions: readonly Transition[] } {
  const { book, calibrations, now } = input;
  const calibration = calibrations.find(
    (each) =>
      rubric !== undefined &&
      each.surface === slo.surface &&
      each.rubric.id === rubric.id &&
      each.rubric.version === rubric.version &&
      each.fingerprint === judgeFingerprint(rubric),
  );
  const count = (what: VerdictColumn) =>
    rubric === undefined
      ? 0
      : sumOf(book.column(slo.surface, '*', verdictColumn(rubric, what)), now - slo.window, now);
  const window = { from: now - slo.window, to: now, judged: count('judged'), judgePassed: count('pass') };
  const rate = calibration === undefined || window.judged === 0 ? null : humanRate(calibration, window);
  const measurement = {
    kind: 'counts' as const,
    series: calibration === undefined ? buildSeries([]) : ratedSeries(calibration, book, slo.surface, rubric),
  };
  const context: SloContext =
    rate === null ? {} : { estimate: { value: rate.value, lower: rate.lower, upper: rate.upper } };
  const outcome = evaluateSlo({ slo, measurement, previous, now, context });
  const reading = readingOf(outcome.evaluation, outcome.reason(), null, undefined);
  return {
    stored: { state: compactState(outcome.state), reading },
    transitions: outcome.evaluation.transitions,
  };
}

/** Providers' own success: informational, so it has rates and no alarm. */
function evaluateProviders(
  input: SurfaceInput,
  slo: Slo,
  previous: SloState | undefined,
): { stored: StoredSlo; transitions: readonly Transition[] } {
  const { book, measurer, now } = input;
  const names = [...(book.slices(slo.surface).get('*')?.keys() ?? [])]
    .filter((name) => name.startsWith('pt:'))
    .map((name) => name.slice(3));
  const providers = Object.fromEntries(
    names.map((name) => [name, measurer.provider(slo, name).window(now, slo.window)]),
  );
  const cohorts = new Map(names.map((name) => [name, { series: measurer.provider(slo, name) }]));
  const measurement = measurer.measure(slo, undefined, now, baselinePeriod(slo, previous, now));
  const outcome = evaluateSlo({ slo, measurement, previous, now });
  const worst = cohorts.size === 0 ? undefined : evaluateWorstCohort({ slo, cohorts, now });
  const total = Object.values(providers).reduce(
    (sum, counts) => ({ good: sum.good + counts.good, total: sum.total + counts.total }),
    { good: 0, total: 0 },
  );
  const raw = { value: total.total === 0 ? null : total.good / total.total, ...total };
  const reading = {
    ...readingOf(outcome.evaluation, worst?.reason() ?? outcome.reason(), null, undefined),
    raw,
    measured: total.total > 0,
    providers,
  };
  return { stored: { state: compactState(outcome.state), reading }, transitions: [] };
}

/** Cohorts and releases with events in the longest window that counts, at most the policy's number of them. */
function findCohorts(
  input: SurfaceInput,
  slo: Slo,
  rubric: Rubric | undefined,
  calibration: SloCalibration | undefined,
  notes: string[],
): Map<string, Cohort> {
  const cohorts = new Map<string, Cohort>();
  if (!watchedByCohort.has(slo.sli.kind)) return cohorts;
  const { book, catalogue, measurer, now } = input;
  const longest = Math.max(slo.window, ...Object.values(slo.rows).map((row) => row?.long ?? 0));
  const found: { name: string; cohort: Cohort; events: number }[] = [];
  for (const slice of book.slices(slo.surface).keys()) {
    if (slice === '*' || slice === `c:${noCohort}`) continue;
    const measurement = measurer.measure(slo, rubric, now, baselinePeriod(slo, undefined, now), slice);
    if (measurement.kind !== 'counts') continue;
    const events = measurement.series.window(now, longest).total;
    if (events === 0) continue;
    const lent = calibration === undefined ? undefined : { ...calibration, borrowed: true };
    found.push({
      name: cohortName(slice),
      cohort: { series: measurement.series, calibration: lent },
      events,
    });
  }
  const kinds = new Set(found.map(({ name }) => name.split(' ')[0]));
  // One cohort alone, or one release alone, is the whole again.
  const several = found.filter(
    ({ name }) =>
      found.filter((other) => other.name.split(' ')[0] === name.split(' ')[0]).length > 1 || kinds.size === 0,
  );
  several.sort((a, b) => b.events - a.events);
  if (several.length > catalogue.maxCohorts) {
    notes.push(
      `Surface "${slo.surface}" has ${several.length} cohorts and releases, and at most ${catalogue.maxCohorts} are watched (maxCohorts in slos/policy.yaml): the ${several.length - catalogue.maxCohorts} with the fewest events are left out. Send fewer cohort values, or raise the cap.`,
    );
  }
  for (const { name, cohort } of several.slice(0, catalogue.maxCohorts)) cohorts.set(name, cohort);
  return cohorts;
}

/** `cohort eu`, `release v42`. */
function cohortName(slice: Slice): string {
  return slice.startsWith('r:') ? `release ${slice.slice(2)}` : `cohort ${slice.slice(2)}`;
}

function contextOf(
  { catalogue, surface, book, control, now }: SurfaceInput,
  slo: Slo,
  rubric: Rubric | undefined,
): SloContext {
  const judged = slo.sli.kind === 'judge-pass' && rubric !== undefined;
  const count = (what: VerdictColumn) =>
    rubric === undefined
      ? 0
      : sumOf(book.column(slo.surface, '*', verdictColumn(rubric, what)), now - slo.window, now);
  const circuit = control.circuits.find(({ model }) => model === rubric?.judge.model);
  const ended = judged ? count('judged') + count('unjudgeable') + count('shed') : 0;
  const conversations = judged ? count('squares') : 0;
  return {
    expectedPerDay: expectedEventsPerDay(slo, surface),
    rollbackClearedAt: control.rollbackClears.get(sloName(slo)),
    release: newestRelease(book, slo.surface),
    ...(judged && {
      unjudgeableShare: ended === 0 ? 0 : 1 - count('judged') / ended,
      judgeUnhealthy: circuit?.reason,
      rubricChangedAt: rubricChangedAt(book, catalogue, slo.surface, rubric),
      designEffect:
        conversations === 0
          ? 1
          : 1 + Math.max(0, conversations / count('judged') - 1) * conversationCorrelation,
    }),
  };
}

/** Sum of a column over (from, to]: buckets that began before `to`. */
export function sumOf(column: ReadonlyMap<number, number>, from: number, to: number): number {
  let sum = 0;
  for (const [bucket, value] of column) if (bucket >= from && bucket < to) sum += value;
  return sum;
}

/** The release that was seen last for the first time. */
function newestRelease(book: SeriesBook, surface: string): SloContext['release'] {
  let newest: SloContext['release'];
  for (const [slice, columns] of book.slices(surface)) {
    if (!slice.startsWith('r:')) continue;
    const at = firstBucket(columns.get('n'));
    if (at !== undefined && (newest === undefined || at > newest.at)) newest = { id: slice.slice(2), at };
  }
  return newest;
}

/** When this rubric version took over from an earlier one; undefined where it never did. */
function rubricChangedAt(
  book: SeriesBook,
  catalogue: Catalogue,
  surface: string,
  rubric: Rubric,
): number | undefined {
  const columns = book.slices(surface).get('*');
  const hasOther = [...(columns?.keys() ?? [])].some(
    (name) =>
      name.startsWith('v:') && name.endsWith('|judged') && !name.startsWith(`${verdictSource(rubric)}|`),
  );
  if (!hasOther || rubricsOf(catalogue, surface).length === 0) return undefined;
  return firstBucket(columns?.get(verdictColumn(rubric, 'judged')));
}

/** The model id that came back with the newest verdicts. */
function newestModel(book: SeriesBook, surface: string, rubric: Rubric): string | undefined {
  const prefix = `${verdictSource(rubric)}|model:`;
  let newest: { model: string; at: number } | undefined;
  for (const [name, column] of book.slices(surface).get('*') ?? []) {
    if (!name.startsWith(prefix)) continue;
    for (const at of column.keys())
      if (newest === undefined || at > newest.at) newest = { model: name.slice(prefix.length), at };
  }
  return newest?.model;
}

function firstBucket(column: ReadonlyMap<number, number> | undefined): number | undefined {
  let first: number | undefined;
  for (const bucket of column?.keys() ?? []) if (first === undefined || bucket < first) first = bucket;
  return first;
}

/** The SLI as it was 7 days ago. */
function weekBefore({ measurer, now }: SurfaceInput, slo: Slo, rubric: Rubric | undefined): number | null {
  if (slo.objective === null) return null;
  const then = now - 7 * day;
  const measurement = measurer.measure(slo, rubric, now, baselinePeriod(slo, undefined, now));
  if (measurement.kind !== 'counts') return null;
  const { good, total } = measurement.series.window(then, slo.window);
  return total === 0 ? null : good / total;
}
