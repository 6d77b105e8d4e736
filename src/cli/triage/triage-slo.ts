import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import { sloRubric } from '#core/catalogue/catalogue.ts';
import { firingOf } from '#core/report/slo-reading.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { pipelineSurface } from '#core/series/keys.ts';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { badWordsOf, describeEvents } from '#core/slo/definition/sli-kinds.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { day, minute } from '#core/time.ts';
import { compareCriteria } from '#core/triage/criteria.ts';
import { type SliSeries, sliSeries } from '#core/triage/sli-series.ts';
import { nearStart } from '#core/triage/timeline.ts';
import {
  type Comparison,
  compareAround,
  findCarriersByDimension,
  isIn,
  type Triage,
  widestSearch,
} from '#core/triage/triage.ts';
import { loadSeriesSet } from '../target/load-series-set.ts';
import type { Target } from '../target/target.ts';
import { CliError } from '../terminal/cli-error.ts';
import { findCaveats, rejectionCaveats } from './triage-caveats.ts';
import { cutsOf, providersOf } from './triage-cuts.ts';
import { compareLastWindow, designEffectOf, type SearchOptions, searchBack } from './triage-search.ts';
import { readTimeline } from './triage-timeline.ts';
import { readVerdicts, readWorst } from './triage-verdicts.ts';

export interface TriageOptions extends SearchOptions {
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

/** @throws CliError where there is nothing that could be looked into, with what to do */
export async function triageSlo(target: Target, slo: Slo, options: TriageOptions): Promise<TriageWork> {
  const { incident, worst } = options;
  const rubric = sloRubric(target.catalogue, slo);
  const { to } = options.period;
  const seriesSet = await loadSeriesSet(target, {
    surfaces: [slo.surface, pipelineSurface],
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
      `${sloName(slo)} counts ratings of people, which are too few to tell when something began. Look into the judge's SLO of ${slo.surface} instead, or see "npx assay agreement${target.flags}".`,
    );
  const { period, fall, designEffect } = searchBack(series.whole, slo, options, (within) =>
    designEffectOf(seriesSet, slo, rubric, within),
  );
  const whole = series.whole.usual(period.from, period.to);
  const known = fall !== undefined && fall.sure !== 'unclear' ? fall : undefined;
  const compared =
    known === undefined ? compareLastWindow(slo, period, incident) : compareAround(known, period);
  const comparison = fromFirst(compared, series.whole.start);
  const judged = slo.sli.kind === 'judge-pass' && rubric !== undefined;
  const read = judged ? await readVerdicts(target, slo.surface, rubric, comparison) : undefined;
  const cuts = cutsOf(series, comparison, read, providersOf(input, series));
  const dimensions = findCarriersByDimension(cuts.cuts, designEffect);
  const { timeline, caveats } = await readTimeline({
    target,
    slo,
    rubric,
    seriesSet,
    period,
    verdicts: read?.verdicts ?? [],
    start: known?.at,
  });
  const near = known === undefined ? [] : nearStart(timeline, known);
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
    source: target.name,
    bad: series.proxy === null ? badWordsOf(slo.sli) : undefined,
    alarm: incident === undefined ? alarmOf(target, slo, to) : undefined,
    at: period.to,
    searched: period,
    whole,
    fall: fall ?? null,
    comparison,
    before: series.whole.usual(comparison.before.from, comparison.before.to),
    after: series.whole.usual(comparison.after.from, comparison.after.to),
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
            worst: await readWorst(target, { surface: slo.surface, rubric }, after, worst, (verdict) =>
              lead === undefined || lead.dimension === 'provider'
                ? false
                : verdict[lead.dimension] === lead.name,
            ),
            textsKept: target.catalogue.retention.texts,
          },
    near,
    timeline,
    caveats: [
      ...target.caveats,
      ...caveats,
      ...findCaveats(near, read, comparison),
      ...rejectionCaveats(seriesSet, comparison),
    ],
  };
  return { triage, series, seriesSet, rubric, verdicts: read?.verdicts ?? [] };
}

/** The alarm that is on, where it is looked back from the last evaluation. */
function alarmOf({ standings, evaluatedAt, session }: Target, slo: Slo, at: number): Triage['alarm'] {
  const isNow = session === undefined ? at > (evaluatedAt ?? at) - minute : at === evaluatedAt;
  const reading = standings.find((each) => sloName(each.slo) === sloName(slo))?.reading;
  const severity = firingOf(reading);
  return !isNow || reading === undefined || severity === undefined
    ? undefined
    : { severity, reason: reading.reason };
}

/** What is compared begins where anything is known. */
function fromFirst({ before, after }: Comparison, start: number | undefined): Comparison {
  if (start === undefined || start <= before.from) return { before, after };
  return { before: { from: Math.min(start, before.to), to: before.to }, after };
}
