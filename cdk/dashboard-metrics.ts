import { Duration } from 'aws-cdk-lib';
import { Color, type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Category, dimension, metric, metricNamespace } from '#core/names.ts';
import { type Health, healthLevels, healthRules, healths } from '#core/slo/health.ts';
import type { Slo } from '#core/slo/slo.ts';
import { unitOf } from '#core/slo/value-unit.ts';

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

export interface Look {
  readonly label: string;
  readonly period: Duration;
  readonly colour?: string;
}

/** The evaluator's and the judge's metrics of a stage, as the dashboard draws them. */
export class DashboardMetrics {
  readonly #namespace: string;

  constructor(stage: string) {
    this.#namespace = metricNamespace(stage);
  }

  /** Value of an SLO: shares in percent, changes in their own unit. */
  value(slo: Slo, look: Look, name: string = metric.sli): IMetric {
    const gauge = this.ofSlo(name, slo, look);
    return unitOf(slo) === 'share' ? this.#percent(gauge, idOf(name, slo), look) : gauge;
  }

  /** A gauge of an SLO that is a share, in percent; of a change, in percentage points. */
  share(name: string, slo: Slo, look: Look): IMetric {
    return this.#percent(this.ofSlo(name, slo, look), idOf(name, slo), look);
  }

  /** A gauge of an SLO as it is. */
  ofSlo(name: string, slo: Slo, { label, period, colour }: Look): Metric {
    return this.gauge(
      name,
      { [dimension.surface]: slo.surface, [dimension.slo]: slo.id },
      {
        label,
        period,
        ...(colour !== undefined && { colour }),
      },
    );
  }

  /** Pressure of one severity of an SLO: 1 fires. */
  pressure(slo: Slo, severity: Slo['severities'][number], look: Look): Metric {
    const where = {
      [dimension.surface]: slo.surface,
      [dimension.slo]: slo.id,
      [dimension.severity]: severity,
    };
    return this.gauge(metric.pressure, where, look, Stats.MAXIMUM);
  }

  /** The least or the greatest of one gauge over several SLOs. */
  extreme(
    of: 'MIN' | 'MAX',
    name: string,
    slos: readonly Slo[],
    look: Look & { readonly percent?: boolean },
  ): IMetric {
    const using = Object.fromEntries(slos.map((slo) => [idOf(name, slo), this.ofSlo(name, slo, look)]));
    const extreme = `${of}([${Object.keys(using).join(', ')}])`;
    return expression(look.percent === true ? `100 * ${extreme}` : extreme, using, look);
  }

  /** 1 in the colour of the health that a category is in, and 0 in the others. */
  healthLights(category: Category, period: Duration): IMetric[] {
    const gauge = this.gauge(
      metric.health,
      { [dimension.category]: category },
      { label: category, period },
      Stats.MAXIMUM,
    );
    return healths.map((health) =>
      expression(
        `IF(health == ${healthLevels[health]}, 1, 0)`,
        { health: gauge },
        {
          label: healthRules[health].word,
          period,
          colour: healthColours[health],
        },
      ),
    );
  }

  /** Health of a category of one surface: 3 breaking, 2 watch, 1 healthy, 0 no data. */
  health(surface: string, category: Category, look: Look): Metric {
    return this.gauge(
      metric.health,
      { [dimension.surface]: surface, [dimension.category]: category },
      look,
      Stats.MAXIMUM,
    );
  }

  /** Releases, rubric versions and incidents as spikes of height 1; incidents belong to no surface. */
  marks(surface?: string): IMetric[] {
    return marks.map(({ name, word, colour }) => {
      const where =
        surface === undefined || name === metric.incidentMark ? {} : { [dimension.surface]: surface };
      const look = { label: word, period: lineWidth, colour };
      const mark = this.gauge(name, where, look, Stats.MAXIMUM);
      return expression(`FILL(${idOfMark(name)}, 0)`, { [idOfMark(name)]: mark }, look);
    });
  }

  /** A metric that the judge publishes per surface and rubric. */
  ofJudge(name: string, surface: string, rubric: string, look: Look, statistic: string): Metric {
    return this.gauge(name, { [dimension.surface]: surface, [dimension.rubric]: rubric }, look, statistic);
  }

  gauge(
    metricName: string,
    dimensionsMap: Record<string, string>,
    { label, period, colour }: Look,
    statistic: string = Stats.AVERAGE,
  ): Metric {
    return new Metric({
      namespace: this.#namespace,
      metricName,
      dimensionsMap,
      label,
      period,
      statistic,
      ...(colour !== undefined && { color: colour }),
    });
  }

  #percent(gauge: Metric, id: string, look: Look): IMetric {
    return expression(`100 * ${id}`, { [id]: gauge }, look);
  }
}

/** A number that is fixed at deploy, beside numbers that move. */
export function constant(value: number, look: Look): IMetric {
  return expression(`TIME_SERIES(${value})`, {}, look);
}

export function expression(
  text: string,
  usingMetrics: Record<string, IMetric>,
  { label, period, colour }: Look,
): MathExpression {
  return new MathExpression({
    expression: text,
    usingMetrics,
    label,
    period,
    ...(colour !== undefined && { color: colour }),
  });
}

/** An id inside a widget. Names have no capitals, so a D can stand for the hyphen that ids may not have. */
export function idOf(name: string, slo: { readonly surface: string; readonly id: string }): string {
  return [lowerFirst(name), slo.surface, slo.id].join('_').replaceAll('-', 'D');
}

function idOfMark(name: string): string {
  return lowerFirst(name);
}

function lowerFirst(name: string): string {
  return `${name[0]?.toLowerCase()}${name.slice(1)}`;
}
