import { Duration } from 'aws-cdk-lib';
import { Color, type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Category, dimension, metric, metricNamespace } from '#core/names.ts';
import { type Health, healthLevels, healthRules, healths } from '#core/slo/alarms/health.ts';
import { unitOf } from '#core/slo/definition/sli-kinds.ts';
import type { Slo } from '#core/slo/definition/slo.ts';

/** A point an hour: 30 days are 720 of them. */
export const lineWidth = Duration.hours(1);
/** A gauge has a point a minute; one of five may be missing. */
export const nowWidth = Duration.minutes(5);

/** As the page and the rule say them; CloudWatch wants hex. */
export const healthColours: Readonly<Record<Health, string>> = {
  breaking: Color.RED,
  watch: '#f2c200',
  healthy: Color.GREEN,
  unmeasured: Color.GREY,
};

/** Colour of what is wanted: objectives, caps, firing values. */
export const boundColour = Color.ORANGE;

/** A mark's metric, its word and its colour. */
export const marks = [
  { name: metric.releaseMark, word: 'Release', colour: Color.BLUE },
  { name: metric.rubricMark, word: 'Rubric version', colour: Color.PURPLE },
  { name: metric.incidentMark, word: "Provider's incident", colour: Color.BROWN },
] as const;

export interface MetricStyle {
  /** Absent of what is not shown itself. */
  readonly label?: string;
  readonly period: Duration;
  readonly colour?: string;
}

/** The evaluator's and the judge's metrics of a stage, as the dashboard draws them. */
export class DashboardMetrics {
  readonly #namespace: string;
  #ids = 0;

  constructor(stage: string) {
    this.#namespace = metricNamespace(stage);
  }

  /** Value of an SLO: shares in percent, changes in their own unit. */
  value(slo: Slo, style: MetricStyle, name: string = metric.sli): IMetric {
    return unitOf(slo) === 'share' ? this.share(name, slo, style) : this.ofSlo(name, slo, style);
  }

  /** A gauge of an SLO that is a share, in percent; of a change, in percentage points. */
  share(name: string, slo: Slo, style: MetricStyle): IMetric {
    const { period } = style;
    return this.compute([this.ofSlo(name, slo, { period })], style, ([id]) => `100 * ${id}`);
  }

  /** A gauge of an SLO as it is. */
  ofSlo(name: string, slo: Slo, style: MetricStyle): Metric {
    return this.gauge(name, { [dimension.surface]: slo.surface, [dimension.slo]: slo.id }, style);
  }

  /** Pressure of one severity of an SLO: 1 fires. */
  pressure(slo: Slo, severity: Slo['severities'][number], style: MetricStyle): Metric {
    const where = {
      [dimension.surface]: slo.surface,
      [dimension.slo]: slo.id,
      [dimension.severity]: severity,
    };
    return this.gauge(metric.pressure, where, style, Stats.MAXIMUM);
  }

  /** The least or the greatest of one gauge over several SLOs. */
  extreme(
    of: 'MIN' | 'MAX',
    name: string,
    slos: readonly Slo[],
    style: MetricStyle & { readonly percent?: boolean },
  ): IMetric {
    const { period } = style;
    return this.compute(
      slos.map((slo) => this.ofSlo(name, slo, { period })),
      style,
      (ids) => `${style.percent === true ? '100 * ' : ''}${of}([${ids.join(', ')}])`,
    );
  }

  /** 1 in the colour of the health that a category is in, and 0 in the others. */
  healthLights(category: Category, period: Duration): IMetric[] {
    const gauge = this.gauge(metric.health, { [dimension.category]: category }, { period }, Stats.MAXIMUM);
    return healths.map((health) =>
      this.compute(
        [gauge],
        { label: healthRules[health].word, period, colour: healthColours[health] },
        ([id]) => `IF(${id} == ${healthLevels[health]}, 1, 0)`,
      ),
    );
  }

  /** Health of a category, a line a surface: 3 breaking, 2 watch, 1 healthy, 0 no data. */
  healthOfSurfaces(category: Category, period: Duration): IMetric {
    return this.each(metric.health, [dimension.category, dimension.surface], Stats.MAXIMUM, {
      label: labelBy(dimension.surface),
      period,
      where: `${dimension.category}="${category}"`,
    });
  }

  /** Every metric of a name and these dimensions, a line each. */
  each(
    name: string,
    dimensions: readonly string[],
    statistic: string,
    style: MetricStyle & { readonly where?: string },
  ): IMetric {
    return expression(this.#search(name, dimensions, statistic, style.where), {}, style);
  }

  /** Sum of every metric of a name and these dimensions; a period without any is 0 where others have some. */
  total(name: string, dimensions: readonly string[], style: MetricStyle): IMetric {
    return expression(`SUM(FILL(${this.#search(name, dimensions, Stats.SUM)}, 0))`, {}, style);
  }

  /** Releases, rubric versions and incidents as spikes of height 1; incidents belong to no surface. */
  marks(surface?: string): IMetric[] {
    return marks.map(({ name, word, colour }) => {
      const where =
        surface === undefined || name === metric.incidentMark ? {} : { [dimension.surface]: surface };
      const style = { label: word, period: lineWidth, colour };
      const mark = this.gauge(name, where, { period: lineWidth }, Stats.MAXIMUM);
      return this.compute([mark], style, ([id]) => `FILL(${id}, 0)`);
    });
  }

  gauge(
    metricName: string,
    dimensionsMap: Record<string, string>,
    { label, period, colour }: MetricStyle,
    statistic: string = Stats.AVERAGE,
  ): Metric {
    return new Metric({
      namespace: this.#namespace,
      metricName,
      dimensionsMap,
      period,
      statistic,
      ...(label !== undefined && { label }),
      ...(colour !== undefined && { color: colour }),
    });
  }

  /** A number that comes of metrics which are not shown themselves. */
  compute(
    metrics: readonly Metric[],
    style: MetricStyle,
    formula: (ids: readonly string[]) => string,
  ): IMetric {
    const using = metrics.map((one) => {
      this.#ids += 1;
      return [`m${this.#ids}`, one] as const;
    });
    return expression(formula(using.map(([id]) => id)), Object.fromEntries(using), style);
  }

  #search(name: string, dimensions: readonly string[], statistic: string, where = ''): string {
    const terms = [`{${[this.#namespace, ...dimensions].join(',')}}`, `MetricName="${name}"`, where];
    return `SEARCH('${terms.join(' ').trim()}', '${statistic}')`;
  }
}

/** CloudWatch puts the dimensions' values in. */
export function labelBy(...dimensions: readonly string[]): string {
  return dimensions.map((name) => `$\{PROP('Dim.${name}')}`).join(' ');
}

/** A number that is fixed at deploy, beside numbers that move. */
export function constant(value: number, style: MetricStyle): IMetric {
  return expression(`TIME_SERIES(${value})`, {}, style);
}

function expression(
  text: string,
  usingMetrics: Record<string, IMetric>,
  { label, period, colour }: MetricStyle,
): MathExpression {
  return new MathExpression({
    expression: text,
    usingMetrics,
    period,
    ...(label !== undefined && { label }),
    ...(colour !== undefined && { color: colour }),
  });
}
