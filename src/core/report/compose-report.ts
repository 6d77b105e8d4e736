import { type Category, categories } from '../names.ts';
import { type Health, healthOf, healths } from '../slo/alarms/health.ts';
import { describeEvents } from '../slo/definition/sli-kinds.ts';
import { type Slo, sloName } from '../slo/definition/slo.ts';
import { formatDuration, formatInstant, formatNumber, formatPercent } from '../slo/words/format.ts';
import { day } from '../time.ts';
import type { Incident } from './incident.ts';
import { firingOf, type ShownRate, type SloReading, type SloStanding, shownRate } from './slo-reading.ts';

/** The days of the budgets' table. */
export const budgetDays = 30;

/** An SLO that stands for its category on one surface. */
export interface Headline {
  readonly slo: string;
  readonly title: string;
  readonly surface: string;
  readonly health: Health;
  /** `98.7%`; a dash without data. */
  readonly value: string;
  /** Against 7 days before; null where nothing is known of then. */
  readonly trend: 'better' | 'worse' | 'steady' | null;
  readonly sentence: string;
}

export interface CategoryHeadline {
  readonly category: Category;
  /** Worst surface first; empty where the category has no SLO with an alarm. */
  readonly headlines: readonly Headline[];
}

export interface BudgetLine {
  readonly slo: string;
  readonly objective: number;
  /** Good share of the 30 days, corrected by ratings where a calibration is valid; null without events. */
  readonly value: number | null;
  readonly total: number;
  /** Share of the 30 days' budget that is left; null without events. */
  readonly left: number | null;
  /** Days that events are known of; fewer than 30 in a young deployment. */
  readonly days: number;
  /** The judge's own counts, which no ratings correct. */
  readonly isUncalibrated: boolean;
}

export interface StandingAlarm {
  readonly name: string;
  readonly severity: string | null;
  /** Epoch milliseconds; null where it is not known. */
  readonly since: number | null;
  readonly reason: string;
}

export interface QualityReport {
  readonly stage: string;
  /** What the numbers come from: a local run's folder or a stack's name. */
  readonly source: string;
  /** When they were evaluated, epoch milliseconds. */
  readonly at: number;
  readonly categories: readonly CategoryHeadline[];
  readonly budgets: readonly BudgetLine[];
  readonly alarms: readonly StandingAlarm[];
  readonly incidents: readonly Incident[];
  readonly notes: readonly string[];
}

/** An SLO read over the last 30 days instead of its own window, and since when there is anything to read. */
export interface MonthReading {
  readonly reading: SloReading;
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface ReportInput {
  readonly stage: string;
  readonly source: string;
  readonly at: number;
  readonly standings: readonly SloStanding[];
  /** By `surface/id`. */
  readonly months: ReadonlyMap<string, MonthReading>;
  readonly alarms: readonly StandingAlarm[];
  readonly incidents: readonly Incident[];
  readonly notes: readonly string[];
}

/** Puts the page's content together: pure, so that each format shows the same. */
export function composeReport(input: ReportInput): QualityReport {
  const { standings, months, at } = input;
  return {
    stage: input.stage,
    source: input.source,
    at,
    categories: categories.map((category) => ({ category, headlines: headlinesOf(category, input) })),
    budgets: standings
      .flatMap(({ slo }) => budgetLine(slo, months.get(sloName(slo)), at) ?? [])
      .toSorted((first, second) => (first.left ?? 2) - (second.left ?? 2)),
    alarms: input.alarms,
    incidents: input.incidents
      .filter(({ to }) => to === null || to > at - budgetDays * day)
      .toSorted((first, second) => second.from - first.from),
    notes: input.notes,
  };
}

interface StandingHealth {
  readonly standing: SloStanding;
  readonly health: Health;
}

/** One SLO a surface: the worst, of those as bad as each other the headline. Surfaces that never sent anything stay out. */
function headlinesOf(category: Category, { standings, months }: ReportInput): Headline[] {
  const judged = standings
    .filter(({ slo }) => slo.category === category && slo.severities.length > 0)
    .map((standing): StandingHealth => ({ standing, health: healthOf(standing.reading) }))
    .toSorted(byHealth);
  const sent = judged.filter(
    ({ standing: { slo, reading } }) =>
      (reading?.raw.total ?? 0) > 0 || (months.get(sloName(slo))?.reading.raw.total ?? 0) > 0,
  );
  const shown = new Map<string, StandingHealth>();
  for (const each of sent.length > 0 ? sent : judged) {
    const { slo } = each.standing;
    const before = shown.get(slo.surface);
    const isBetterKnown = before?.health === each.health && !before.standing.slo.headline && slo.headline;
    if (before === undefined || isBetterKnown) shown.set(slo.surface, each);
  }
  return [...shown.values()].toSorted(byHealth).map(({ standing: { slo, reading }, health }) => ({
    slo: sloName(slo),
    title: slo.title,
    surface: slo.surface,
    health,
    value: formatValue(slo, reading),
    trend: trendOf(slo, reading),
    sentence: sentenceOf(slo, reading),
  }));
}

/** The worst first, then the fastest burn; changes, which burn nothing, last. */
function byHealth(first: StandingHealth, second: StandingHealth): number {
  return (
    healths.indexOf(first.health) - healths.indexOf(second.health) ||
    (second.standing.reading?.burn ?? -1) - (first.standing.reading?.burn ?? -1)
  );
}

function formatValue({ objective, window }: Slo, reading: SloReading | undefined): string {
  const value = reading === undefined ? null : shownRate(reading, window).value;
  if (value === null) return '–';
  return objective === null ? formatNumber(value) : formatPercent(value);
}

/** Differences of a twentieth of the budget are no trend. */
const steadyShare = 0.05;

/** Raw against raw: the correction of 7 days ago may have been another one. */
function trendOf({ objective }: Slo, reading: SloReading | undefined): Headline['trend'] {
  const value = reading?.raw.value ?? null;
  const before = reading?.weekBefore ?? null;
  if (value === null || before === null || objective === null) return null;
  if (Math.abs(value - before) < steadyShare * (1 - objective)) return 'steady';
  return value > before ? 'better' : 'worse';
}

/** `97.3% of 41,200 responses over 24 h, wanted 95%, 0.4 points better than 7 days ago; 46% of the budget is left.` */
function sentenceOf(slo: Slo, reading: SloReading | undefined): string {
  if (reading === undefined) return 'It was never evaluated.';
  const { raw, budgetLeft, calibration } = reading;
  if (raw.value === null || raw.total === 0)
    return `No ${describeEvents(slo.sli)} in ${formatDuration(slo.window)}.`;
  if (slo.objective === null)
    return `${formatNumber(raw.value)} over ${formatDuration(slo.window)}, from ${formatNumber(raw.total)} ${describeEvents(slo.sli)}.`;
  const shown = shownRate(reading, slo.window);
  const { value, total, window, calibrated } = shown;
  const counted =
    calibrated === null
      ? ''
      : ` as people would count them (${formatPercent(calibrated.lower)} to ${formatPercent(calibrated.upper)})`;
  const uncalibrated =
    slo.calibration === 'required' && calibrated === null ? `, uncalibrated (${calibration.state})` : '';
  const parts = [
    `${formatPercent(value ?? 0)} of ${formatNumber(total)} ${describeEvents(slo.sli)} were good${counted} over ${formatDuration(window)}${uncalibrated}, wanted ${formatPercent(slo.objective)}${describeOwnWindow(slo, reading, shown)}`,
    ...describeTrend(slo, reading),
  ];
  return `${parts.join(', ')}; ${describeBudget(budgetLeft, reading.budgetSpentAt)}${describeFiring(reading)}.`;
}

/** Beside an alarm's window: what the SLO's own says. */
function describeOwnWindow(slo: Slo, reading: SloReading, { alarm, window }: ShownRate): string {
  const whole = reading.calibrated?.value ?? reading.raw.value;
  if (alarm === undefined || window === slo.window || whole === null) return '';
  return `, and ${formatPercent(whole)} over ${formatDuration(slo.window)}`;
}

function describeTrend(slo: Slo, reading: SloReading): string[] {
  const trend = trendOf(slo, reading);
  if (trend === null) return [];
  if (trend === 'steady') return ['as 7 days ago'];
  const points = 100 * Math.abs((reading.raw.value ?? 0) - (reading.weekBefore ?? 0));
  return [`${formatNumber(Number(points.toPrecision(2)))} points ${trend} than 7 days ago`];
}

function describeBudget(left: number | null, spentAt: number | null): string {
  if (left === null) return 'it has no budget';
  if (left < 0) return `the budget is overspent by ${formatPercent(-left)}`;
  return `${formatPercent(left)} of the budget is left${spentAt === null ? '' : `, spent by ${formatInstant(spentAt)} at this burn`}`;
}

function describeFiring(reading: SloReading): string {
  const firing = firingOf(reading);
  const silent = reading.measured ? '' : '; no recent data';
  return firing === undefined ? silent : `; a ${firing} alarm is on${silent}`;
}

function budgetLine(slo: Slo, month: MonthReading | undefined, at: number): BudgetLine | undefined {
  if (slo.objective === null || month === undefined) return undefined;
  const { raw, calibrated, budgetLeft } = month.reading;
  return {
    slo: sloName(slo),
    objective: slo.objective,
    value: calibrated?.value ?? raw.value,
    total: raw.total,
    left: budgetLeft,
    days: Math.max(0, Math.min(budgetDays, (at - month.since) / day)),
    isUncalibrated: slo.calibration === 'required' && calibrated === null && raw.total > 0,
  };
}
