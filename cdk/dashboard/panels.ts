import {
  Column,
  GraphWidget,
  GraphWidgetView,
  type HorizontalAnnotation,
  type IWidget,
  LegendPosition,
  Row,
  Spacer,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Surface } from '#core/catalogue/catalogue.ts';
import { type Category, categories, metric } from '#core/names.ts';
import { healthLevels, healthRules } from '#core/slo/alarms/health.ts';
import { gaugesOfSlo } from '#core/slo/definition/gauges.ts';
import { headlineOf } from '#core/slo/definition/headline.ts';
import { unitOf } from '#core/slo/definition/sli-kinds.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { formatShare } from '#core/slo/words/format.ts';
import { formatDurationWords } from '../alarms/describe-slo.ts';
import {
  boundColour,
  constant,
  type DashboardMetrics,
  healthColours,
  lineWidth,
  nowWidth,
} from './metrics.ts';
import { createNumbers, month, present } from './widgets.ts';
import { describePanel, formatTitle, type HeadlineSlo } from './words.ts';

const width = 6;
const height = { words: 3, numbers: 3, values: 3, line: 5 } as const;
/** More lines than these nobody tells apart. The surfaces that matter most have theirs; the discs hold all. */
export const mostLines = 20;
/** So many surfaces' values fit beside each other; the line's legend holds all of them. */
const mostValues = 6;

/** The first screen: four panels side by side. */
export function createFirstScreen(use: DashboardMetrics, surfaces: readonly Surface[]): IWidget {
  const several = categories.some((category) => headlinesOf(surfaces, category).length > 1);
  return new Row(
    ...categories.map((category) =>
      createPanel(use, category, headlinesOf(surfaces, category).slice(0, mostLines), several),
    ),
  );
}

/** The headline of each surface that has SLOs of a category; the surfaces that matter most come first. */
export function headlinesOf(surfaces: readonly Surface[], category: Category): HeadlineSlo[] {
  return surfaces
    .toSorted((first, second) => first.tier - second.tier)
    .flatMap(({ title, slos }) => {
      const slo = headlineOf(slos, category);
      return slo === undefined ? [] : [{ title, slo }];
    });
}

function createPanel(
  use: DashboardMetrics,
  category: Category,
  headlines: readonly HeadlineSlo[],
  several: boolean,
): IWidget {
  const words = new TextWidget({ markdown: describePanel(category, headlines), width, height: height.words });
  const [first, ...others] = headlines;
  if (first === undefined) return new Column(words, new Spacer({ width, height: 1 }));
  const numbers =
    others.length === 0 ? createNumbersOfOne(use, first.slo) : createNumbersOfSeveral(use, headlines);
  return new Column(
    words,
    new Row(createHealthDisc(use, category), numbers),
    ...(several ? [createValues(use, headlines.slice(0, mostValues))] : []),
    createMonthLine(use, category, headlines),
  );
}

/** A disc in the colour of the category's health. */
function createHealthDisc(use: DashboardMetrics, category: Category): IWidget {
  return new GraphWidget({
    title: formatTitle(category),
    view: GraphWidgetView.PIE,
    left: use.healthLights(category, nowWidth),
    legendPosition: LegendPosition.HIDDEN,
    setPeriodToTimeRange: false,
    start: present,
    width: 2,
    height: height.numbers,
  });
}

function createNumbersOfOne(use: DashboardMetrics, slo: Slo): IWidget {
  return createNumbers('Now', headlineNumbers(use, slo), 4, height.numbers);
}

/** The headline value, its objective, its change and its burn. */
export function headlineNumbers(use: DashboardMetrics, slo: Slo) {
  const { objective, severities } = slo;
  const value = use.value(slo, { label: valueLabel(slo), period: nowWidth });
  if (objective === null) {
    return [
      value,
      ...severities.map((severity) =>
        use.pressure(slo, severity, { label: `${severity}: 1 fires`, period: nowWidth }),
      ),
    ];
  }
  return [
    value,
    constant(percentOf(objective), { label: 'Objective (%)', period: nowWidth, colour: boundColour }),
    ...(publishes(slo, metric.sliChange)
      ? [use.share(metric.sliChange, slo, { label: 'Against 7 days ago (points)', period: nowWidth })]
      : []),
    use.ofSlo(metric.burnRate, slo, {
      label: `Burn rate (1 spends the budget in ${formatDurationWords(slo.window)})`,
      period: nowWidth,
    }),
  ];
}

/** Whether the evaluator has a gauge of this name for an SLO. */
export function publishes(slo: Slo, name: string): boolean {
  return gaugesOfSlo(slo).some((gauge) => gauge.name === name);
}

/** Of several surfaces the worst of each number; whose it is, the health of the surfaces and the lines tell. */
function createNumbersOfSeveral(use: DashboardMetrics, headlines: readonly HeadlineSlo[]): IWidget {
  const worst = (of: 'MIN' | 'MAX', name: string, label: string, percent = false) => {
    const slos = headlines.map(({ slo }) => slo).filter((slo) => publishes(slo, name));
    return slos.length === 0 ? [] : [use.extreme(of, name, slos, { label, period: nowWidth, percent })];
  };
  const all = [
    ...worst('MIN', metric.sliChange, 'Greatest loss against 7 days ago (points)', true),
    ...worst('MAX', metric.burnRate, 'Fastest burn (1 spends the budget in its window)'),
    ...worst('MIN', metric.budgetLeft, 'Least budget left (%)', true),
  ];
  if (all.length === 0) return new Spacer({ width: 4, height: height.numbers });
  return createNumbers('Worst of the surfaces', all, 4, height.numbers);
}

function createValues(use: DashboardMetrics, headlines: readonly HeadlineSlo[]): IWidget {
  return createNumbers(
    'Now',
    headlines.map(({ slo }) =>
      use.value(slo, {
        label: `${slo.surface} (${unitLabel(slo)}), ${objectiveLabel(slo)}`,
        period: nowWidth,
      }),
    ),
    width,
    height.values,
  );
}

/** A line a surface with the objectives drawn in, and the marks as spikes. */
function createMonthLine(
  use: DashboardMetrics,
  category: Category,
  headlines: readonly HeadlineSlo[],
): IWidget {
  const slos = filterSameUnit(headlines.map(({ slo }) => slo));
  const single = slos.length === 1;
  return new GraphWidget({
    title: `${formatTitle(category)}, 30 days`,
    left: slos.map((slo) =>
      use.value(slo, {
        // CloudWatch puts the newest value in.
        label: single ? slo.title : `${slo.surface} $\{LAST}`,
        period: lineWidth,
      }),
    ),
    leftAnnotations: objectiveLines(slos),
    leftYAxis: { label: unitLabel(slos[0]), showUnits: false },
    right: use.marks(),
    rightYAxis: { min: 0, max: 1, showUnits: false, label: 'marks' },
    legendPosition: LegendPosition.BOTTOM,
    start: month,
    width,
    height: height.line,
  });
}

/** Milliseconds and per cent do not share an axis: those that go with the first. */
export function filterSameUnit(slos: readonly Slo[]): Slo[] {
  return slos.filter((slo) => slos[0] !== undefined && unitOf(slo) === unitOf(slos[0]));
}

/** Each objective once, with those who want it where they are few. */
export function objectiveLines(slos: readonly Slo[]): HorizontalAnnotation[] {
  const objectives = new Map<number, string[]>();
  for (const { objective, surface } of slos) {
    if (objective === null) continue;
    objectives.set(objective, [...(objectives.get(objective) ?? []), surface]);
  }
  return [...objectives].map(([objective, all]) => {
    const surfaces = [...new Set(all)];
    const whose = objectives.size > 1 && surfaces.length <= 3 ? ` ${surfaces.join(', ')}` : '';
    return {
      value: percentOf(objective),
      label: `objective ${formatShare(objective)}${whose}`,
      color: boundColour,
    };
  });
}

export function percentOf(share: number): number {
  return Number((100 * share).toPrecision(6));
}

export function unitLabel(slo: Slo | undefined): string {
  return slo === undefined ? '' : unitWords[unitOf(slo)];
}

const unitWords = { share: '%', ms: 'ms', usd: '$', tokensPerSecond: 'tokens/s' } as const;

function valueLabel(slo: Slo): string {
  return `${slo.title} (${unitLabel(slo)})`;
}

function objectiveLabel({ objective, title }: Slo): string {
  return objective === null ? title : `wanted ${formatShare(objective)}`;
}

/** Which surface it is: a line a surface, 3 is breaking. Nothing where one surface is all there is. */
export function createHealthGraphs(use: DashboardMetrics, surfaces: readonly Surface[]): IWidget[] {
  if (surfaces.length < 2) return [];
  const bound = (health: keyof typeof healthLevels): HorizontalAnnotation => ({
    value: healthLevels[health],
    label: healthRules[health].word,
    color: healthColours[health],
  });
  return [
    new Row(
      ...categories.map(
        (category) =>
          new GraphWidget({
            title: `${formatTitle(category)}: health of each surface`,
            left: [use.healthOfSurfaces(category, nowWidth)],
            leftAnnotations: [bound('breaking'), bound('watch'), bound('healthy')],
            leftYAxis: { min: 0, max: 3, showUnits: false },
            start: '-P1D',
            width,
            height: 5,
          }),
      ),
    ),
  ];
}
