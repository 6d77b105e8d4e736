import { GraphWidget, type IMetric, type IWidget, Row } from 'aws-cdk-lib/aws-cloudwatch';
import type { Surface } from '#core/catalogue/catalogue.ts';
import { type Category, categories, metric } from '#core/names.ts';
import { headlineOf } from '#core/slo/definition/headline.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { changeSeverity } from '#core/slo/rules/read-measured-change.ts';
import { boundColour, type DashboardMetrics, lineWidth, nowWidth } from './metrics.ts';
import { filterSameUnit, headlineNumbers, objectiveLines, publishes, unitLabel } from './panels.ts';
import { createHeading, createNumbers, month } from './widgets.ts';
import { describeSloList, describeTarget, formatTitle } from './words.ts';

const height = 6;

/** What a surface shows of each category that it has SLOs of: three widgets side by side. */
export interface SurfaceDetail {
  readonly surface: Surface;
  readonly rows: ReadonlyMap<Category, readonly IWidget[]>;
}

export function createDetail(use: DashboardMetrics, surface: Surface): SurfaceDetail {
  const rows = categories.flatMap((category) => {
    const slos = surface.slos.filter((slo) => slo.category === category);
    const headline = headlineOf(slos, category);
    return headline === undefined ? [] : [[category, createRow(use, surface, headline, slos)] as const];
  });
  return { surface, rows: new Map(rows) };
}

/** A section a category, a row a surface. */
export function createDetailRows(details: readonly SurfaceDetail[]): IWidget[] {
  return categories.flatMap((category) => {
    const rows = details.flatMap(({ rows }) => {
      const widgets = rows.get(category);
      return widgets === undefined ? [] : [new Row(...widgets)];
    });
    if (rows.length === 0) return [];
    const lines = describeSloList(
      details.flatMap(({ surface }) =>
        surface.slos.filter((slo) => slo.category === category).map((slo) => ({ title: surface.title, slo })),
      ),
    );
    const words = [`## ${formatTitle(category)} in detail`, ...lines].join('\n');
    return [createHeading(words, Math.min(8, 2 + Math.ceil(lines.length * 0.6))), ...rows];
  });
}

function createRow(use: DashboardMetrics, surface: Surface, headline: Slo, slos: readonly Slo[]): IWidget[] {
  return [
    createNumbers(surface.title, listNumbers(use, headline, slos), 6, height),
    createLines(use, surface, slos),
    createBurns(use, surface, slos),
  ];
}

/** The headline's numbers, then the values of the others. */
function listNumbers(use: DashboardMetrics, headline: Slo, slos: readonly Slo[]): IMetric[] {
  const style = (label: string) => ({ label, period: nowWidth });
  return [
    ...headlineNumbers(use, headline),
    ...(headline.objective === null
      ? []
      : [use.share(metric.budgetLeft, headline, style('Budget left (%)'))]),
    use.ofSlo(metric.events, headline, style('Events in its window')),
    ...slos
      .filter((slo) => slo !== headline)
      .map((slo) => use.value(slo, style(`${slo.title} (${unitLabel(slo)}${describeTarget(slo)})`))),
  ];
}

/** Every SLO with an objective by the hour; of judged and rated ones the bounds of their interval, and the judge's own rate. */
function createLines(use: DashboardMetrics, surface: Surface, slos: readonly Slo[]): IWidget {
  const withObjective = slos.filter(({ objective }) => objective !== null);
  const drawn = withObjective.length > 0 ? withObjective : filterSameUnit(slos);
  const style = (label: string) => ({ label, period: lineWidth });
  return new GraphWidget({
    title: `${surface.title}: objectives, 30 days`,
    left: drawn.flatMap((slo) => [
      use.value(slo, style(slo.title)),
      ...(publishes(slo, metric.sliRaw)
        ? [use.value(slo, style(`${slo.title}, the judge's own rate`), metric.sliRaw)]
        : []),
      ...(publishes(slo, metric.sliLower)
        ? [
            use.value(slo, style(`${slo.title}, at least`), metric.sliLower),
            use.value(slo, style(`${slo.title}, at most`), metric.sliUpper),
          ]
        : []),
    ]),
    leftAnnotations: objectiveLines(drawn),
    leftYAxis: { label: unitLabel(drawn[0]), showUnits: false },
    right: use.marks(surface.surface),
    rightYAxis: { min: 0, max: 1, showUnits: false, label: 'marks' },
    start: month,
    width: 9,
    height,
  });
}

/** Burn rates, and of kinds of change, which have none, the pressure. */
function createBurns(use: DashboardMetrics, surface: Surface, slos: readonly Slo[]): IWidget {
  return new GraphWidget({
    title: `${surface.title}: burn rates, 30 days`,
    left: slos.flatMap((slo) => {
      const style = { label: slo.title, period: lineWidth };
      if (slo.objective !== null) return [use.ofSlo(metric.burnRate, slo, style)];
      const severity = changeSeverity(slo);
      return severity === undefined ? [] : [use.pressure(slo, severity, style)];
    }),
    leftAnnotations: [
      { value: 1, label: '1 spends the budget in its window; of a change, 1 fires', color: boundColour },
    ],
    leftYAxis: { min: 0, showUnits: false },
    start: month,
    width: 9,
    height,
  });
}
