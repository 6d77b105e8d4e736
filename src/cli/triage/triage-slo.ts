import type { StoredJudgement } from '#adapters/dynamodb/judgement-store.ts';
import { sloRubric } from '#core/catalogue/catalogue.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import { type SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { type VerdictColumn, verdictColumn } from '#core/series/summarise-hour.ts';
import { describeEvents } from '#core/slo/definition/describe-sli.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import type { CountSeries } from '#core/slo/rules/count-series.ts';
import { formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { bucketWidth, day, floorTo } from '#core/time.ts';
import type { DimensionName, SliceCounts } from '#core/triage/carriers.ts';
import { type Fall, findFall } from '#core/triage/change-point.ts';
import { compareCriteria } from '#core/triage/criteria.ts';
import { type Happening, nearStart } from '#core/triage/happenings.ts';
import { providerSeries, type SliSeries, sliSeries } from '#core/triage/sli-series.ts';
import {
  type Comparison,
  compareAround,
  cutTraffic,
  isIn,
  sliceUp,
  type Triage,
  widestSearch,
} from '#core/triage/triage.ts';
import { loadSeriesSet } from '../target/load-series-set.ts';
import type { ReportSource } from '../target/target.ts';
import { CliError } from '../terminal/output.ts';
import { readHappenings } from './triage-happenings.ts';
import { type ReadVerdicts, readVerdicts, readWorst } from './triage-verdicts.ts';

export interface TriageOptions {
  /** The period in which a fall is looked for, epoch milliseconds. */
  readonly period: { readonly from: number; readonly to: number };
  /** Look farther back, up to 30 days, while no clear fall is found and the objective is missed. */
  readonly widen?: boolean;
  /** Where somebody has said when it was: starts outside are not looked for, and it is what is compared where none is found. */
  readonly incident?: { readonly from: number; readonly to: number } | undefined;
  /** How many of the worst verdicts are read with their texts. */
  readonly worst: number;
}

/** A triage with what it was made of, for whoever writes it out. */
export interface TriageWork {
  readonly triage: Triage;
  readonly series: SliSeries;
  readonly seriesSet: SeriesSet;
  readonly rubric: Rubric | undefined;
  readonly verdicts: readonly StoredJudgement[];
}

/** Intraclass correlation assumed between the responses of one conversation, as the evaluator assumes it. */
const conversationCorrelation = 0.3;

/** @throws CliError where there is nothing that could be looked into, with what to do */
export async function triageSlo(source: ReportSource, slo: Slo, options: TriageOptions): Promise<TriageWork> {
  const { incident, worst } = options;
  const rubric = sloRubric(source.catalogue, slo);
  const { to } = options.period;
  const seriesSet = await loadSeriesSet(source, {
    surfaces: [slo.surface],
    from:
      options.widen === true ? Math.min(options.period.from, to - widestSearch) : options.period.from - day,
    to,
    slices: () => true,
  });
  const measurer = new SloMeasurer(seriesSet);
  const input = { slo, rubric, seriesSet, measurer, now: to };
  const series = sliSeries(input);
  if (series === undefined)
    throw new CliError(
      `${sloName(slo)} counts ratings of people, which are too few to tell when something began. Look into the judge's SLO of ${slo.surface} instead, or see "npx assay agreement${source.option}".`,
    );
  const { period, fall, designEffect } = searchBack(series.whole, slo, options, (within) =>
    designEffectOf(seriesSet, slo, rubric, within),
  );
  const whole = series.whole.between(period.from, period.to);
  const known = fall !== undefined && fall.sure !== 'unclear' ? fall : undefined;
  const comparison = known === undefined ? fallback(slo, period, incident) : compareAround(known, period);
  const judged = slo.sli.kind === 'judge-pass' && rubric !== undefined;
  const read = judged ? await readVerdicts(source, slo.surface, rubric, comparison) : undefined;
  const cuts = cutsOf(series, comparison, read, providersOf(input, series));
  const dimensions = cutTraffic(cuts.cuts, designEffect);
  const { happenings, caveats } = await readHappenings({
    source,
    slo,
    rubric,
    seriesSet,
    period,
    verdicts: read?.verdicts ?? [],
    start: known?.at,
  });
  const near = known === undefined ? [] : nearStart(happenings, known);
  const lead = dimensions.flatMap(({ dimension, carriers }) =>
    carriers.filter(({ standsOut }) => standsOut).map(({ name }) => ({ dimension, name })),
  )[0];
  const after = read?.verdicts.filter(({ at }) => isIn(at, comparison.after)) ?? [];
  const before = read?.verdicts.filter(({ at }) => isIn(at, comparison.before)) ?? [];
  const triage: Triage = {
    slo: sloName(slo),
    title: slo.title,
    category: slo.category,
    surface: slo.surface,
    objective: slo.objective,
    events: describeEvents(slo.sli),
    proxy: series.proxy,
    source: source.name,
    at: period.to,
    searched: period,
    whole,
    fall: fall ?? null,
    comparison,
    before: series.whole.between(comparison.before.from, comparison.before.to),
    after: series.whole.between(comparison.after.from, comparison.after.to),
    dimensions,
    notCut: cuts.notCut,
    verdicts:
      read === undefined || rubric === undefined
        ? null
        : {
            rubric: rubricName(rubric),
            passMark: rubric.passMark,
            hours: read.hours,
            hoursLeftOut: read.hoursLeftOut,
            judged: read.verdicts.length,
            failed: after.filter(({ pass }) => pass === false).length,
            criteria: compareCriteria(before, after, designEffect),
            worst: await readWorst(source, rubric, after, worst, (verdict) =>
              lead === undefined || lead.dimension === 'provider'
                ? false
                : verdict[lead.dimension] === lead.name,
            ),
            textsKept: source.catalogue.retention.texts,
          },
    near,
    timeline: happenings,
    caveats: [
      ...source.caveats,
      ...caveats,
      ...yardstickCaveats(near),
      ...(read === undefined ? [] : [rawRates, ...unjudgedCaveat(read, comparison)]),
    ],
  };
  return { triage, series, seriesSet, rubric, verdicts: read?.verdicts ?? [] };
}

interface Search {
  readonly period: TriageOptions['period'];
  readonly fall: Fall | undefined;
  readonly designEffect: number;
}

/** Looks for a fall in the period, and in longer ones where that is wanted and there is reason to. */
function searchBack(
  series: CountSeries,
  slo: Slo,
  { period, incident, widen = false }: TriageOptions,
  designEffectIn: (period: TriageOptions['period']) => number,
): Search {
  const designEffect = designEffectIn(period);
  const fall = findFall({
    buckets: [...series.buckets()].filter(({ at }) => isIn(at, period)),
    designEffect,
    ...(incident !== undefined && { startsIn: incident }),
  });
  const found = { period, fall, designEffect };
  const width = period.to - period.from;
  const { good, total } = series.window(period.to, slo.window);
  const isMissed = total > 0 && (slo.objective === null || good / total < slo.objective);
  const isKnown = (series.start ?? period.to) < period.from;
  if (!widen || fall?.sure === 'clear' || width >= widestSearch || !isMissed || !isKnown) return found;
  const wider = { from: period.to - Math.min(2 * width, widestSearch), to: period.to };
  const farther = searchBack(series, slo, { period: wider, worst: 0, widen }, designEffectIn);
  return farther.fall?.sure === 'clear' ? farther : found;
}

/** Where no start is found: the incident as it was told, or the SLO's last window against what lies before it. */
function fallback(
  slo: Slo,
  period: TriageOptions['period'],
  incident: TriageOptions['incident'],
): Comparison {
  if (incident !== undefined) return { before: { from: period.from, to: incident.from }, after: incident };
  const width = Math.min(slo.window, (period.to - period.from) / 2);
  const start = floorTo(period.to - width, bucketWidth);
  return compareAround({ at: start, until: null }, period);
}

interface Cut {
  readonly dimension: DimensionName;
  readonly slices: SliceCounts[];
}

function cutsOf(
  series: SliSeries,
  comparison: Comparison,
  read: ReadVerdicts | undefined,
  providers: ReadonlyMap<string, CountSeries>,
): { cuts: Cut[]; notCut: DimensionName[] } {
  const fromSeries = (slices: ReadonlyMap<string, CountSeries>): SliceCounts[] =>
    [...slices].map(([name, each]) => ({
      name,
      before: each.between(comparison.before.from, comparison.before.to),
      after: each.between(comparison.after.from, comparison.after.to),
    }));
  const cuts: Cut[] =
    read === undefined
      ? series.slices.map((cut) => ({ dimension: cut.dimension, slices: fromSeries(cut.series) }))
      : (['release', 'model', 'cohort'] as const).map((dimension) => ({
          dimension,
          slices: sliceUp(read.verdicts, (verdict) => verdict[dimension], comparison),
        }));
  if (providers.size > 0 && !cuts.some(({ dimension }) => dimension === 'provider'))
    cuts.push({ dimension: 'provider', slices: fromSeries(providers) });
  const labelled = cuts.filter(({ slices }) => slices.some(({ name }) => name !== '(none)'));
  const all: DimensionName[] = ['release', 'model', 'cohort', 'provider'];
  return {
    cuts: labelled,
    notCut: all.filter((name) => !labelled.some(({ dimension }) => dimension === name)),
  };
}

/** Attempts at providers tell of failures and waits, not of what an answer says or costs. */
function providersOf(
  input: Parameters<typeof providerSeries>[0],
  series: SliSeries,
): Map<string, CountSeries> {
  const { kind } = input.slo.sli;
  const isCut = series.slices.some(({ dimension }) => dimension === 'provider');
  return kind === 'success' && !isCut ? providerSeries(input) : new Map();
}

function designEffectOf(
  seriesSet: SeriesSet,
  slo: Slo,
  rubric: Rubric | undefined,
  { from, to }: { from: number; to: number },
): number {
  if (slo.sli.kind !== 'judge-pass' || rubric === undefined) return 1;
  const count = (what: VerdictColumn) =>
    sumColumn(seriesSet.column(slo.surface, '*', verdictColumn(rubric, what)), from, to);
  const judged = count('judged');
  return judged === 0 ? 1 : 1 + Math.max(0, count('squares') / judged - 1) * conversationCorrelation;
}

const rawRates = "Rates are the judge's own counts, which no ratings correct here.";

/** A judge that changed may be what changed. */
function yardstickCaveats(near: readonly Happening[]): string[] {
  return near.some(({ kind }) => kind === 'judge' || kind === 'rubric')
    ? [
        'The judge or its rubric changed near the start: it may be the yardstick that moved, not the answers. Have people rate a few from either side.',
      ]
    : [];
}

/** Responses that nobody could judge are missing from both rates. */
function unjudgedCaveat({ verdicts, unjudged }: ReadVerdicts, { before, after }: Comparison): string[] {
  const shareIn = (period: { from: number; to: number }) => {
    const missing = unjudged.filter(({ at }) => isIn(at, period)).length;
    const all = missing + verdicts.filter(({ at }) => isIn(at, period)).length;
    return all === 0 ? 0 : missing / all;
  };
  const share = shareIn(after);
  const was = shareIn(before);
  return share >= 0.05 && share >= 2 * was
    ? [
        `${formatPercent(share)} of the sample since the start got no verdict (unjudgeable or shed), ${formatPercent(was)} before: the rates tell of the others, ${formatNumber(verdicts.length)} in all.`,
      ]
    : [];
}
