import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Dashboard, type IWidget, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { sloAlarmName } from '#core/slo/alarm-name.ts';
import { detailOf, detailRows, type SurfaceDetail } from './dashboard-details.ts';
import { DashboardMetrics, marks } from './dashboard-metrics.ts';
import { heading, operations } from './dashboard-operations.ts';
import { firstScreen, healthOfSurfaces } from './dashboard-panels.ts';
import { linkTo, ruleOfColours } from './dashboard-words.ts';
import type { Intake } from './intake.ts';
import type { JudgeQueue } from './judging.ts';
import { stackName } from './settings.ts';

export interface AssayDashboardProps {
  readonly stage: string;
  readonly catalogue: Catalogue;
  readonly intake: Intake;
  readonly judgeQueue: JudgeQueue;
  /** Holds the alarms about Assay itself. */
  readonly operationalAlarms: Construct;
  readonly runbook: string;
}

/** CloudWatch's limits of a dashboard. A metric in an expression counts, shown or not. */
export const dashboardLimits = { widgets: 500, metrics: 2_500 } as const;

/**
 * The stage's dashboard: four panels on the first screen, what Assay itself does below them, then each category in
 * detail. Surfaces whose details do not fit go to further dashboards.
 */
export class AssayDashboard extends Construct {
  /** The names, the main one first. */
  readonly names: readonly [string, ...string[]];
  readonly #props: AssayDashboardProps;

  constructor(scope: Construct, id: string, props: AssayDashboardProps) {
    super(scope, id);
    this.#props = props;
    const { stage, catalogue } = props;
    const use = new DashboardMetrics(stage);
    const surfaces = catalogue.surfaces.filter(({ slos }) => slos.length > 0);
    const main = [firstScreen(use, surfaces), ...healthOfSurfaces(use, surfaces), ...this.#operations(use)];
    const pages = divide(
      surfaces.map((surface) => detailOf(use, surface)),
      sizeOf(main),
    );
    const [first = [], ...further] = pages;
    const mainName = stackName(stage);
    const others = further.map((_, index) => `${mainName}-${index + 2}`);
    this.names = [mainName, ...others];
    this.#create('Dashboard', mainName, [this.#words(others), ...main, ...detailRows(first)]);
    for (const [index, page] of further.entries()) {
      const name = others[index] ?? '';
      this.#create(`Dashboard${index + 2}`, name, [
        heading(`# Assay ${stage}: further surfaces\nThe first screen is on ${dashboardLink(mainName)}.`, 2),
        ...detailRows(page),
      ]);
    }
  }

  #create(id: string, name: string, widgets: readonly IWidget[]): void {
    new Dashboard(this, id, {
      dashboardName: name,
      defaultInterval: Duration.days(30),
      // Lines have a point an hour and numbers the last 5 minutes, whatever range is chosen.
      periodOverride: PeriodOverride.INHERIT,
      widgets: widgets.map((widget) => [widget]),
    });
  }

  #words(others: readonly string[]): IWidget {
    const { stage, catalogue, runbook } = this.#props;
    const spikes = marks.map(({ word }) => word.toLowerCase()).join(', ');
    const more =
      others.length === 0 ? '' : ` Further surfaces in detail: ${others.map(dashboardLink).join(', ')}.`;
    return heading(
      [
        `# Assay ${stage}`,
        ruleOfColours(),
        `Values are shares of good events over each objective's own window. Spikes on the right axis are marks: ${spikes}. ${linkTo('Runbook', runbook)}.${more}`,
      ].join('\n\n'),
      3,
    );
  }

  #operations(use: DashboardMetrics): IWidget[] {
    const { catalogue, intake, judgeQueue, operationalAlarms, runbook } = this.#props;
    const ownAlarms = operationalAlarms.node.findAll().filter((construct) => construct instanceof Alarm);
    return operations({
      use,
      catalogue,
      intake,
      judgeQueue,
      urgentAlarms: this.#urgentAlarms(),
      ownAlarms,
      runbook,
    });
  }

  /** Of the nested stacks, by their names: a reference would tie each surface's stack to the dashboard. */
  #urgentAlarms() {
    const { stage, catalogue } = this.#props;
    const urgent = (['rollback', 'page'] as const).flatMap((severity) =>
      catalogue.surfaces.flatMap(({ slos }) =>
        slos
          .filter(({ severities }) => severities.includes(severity))
          .map((slo) => sloAlarmName(stage, slo, severity)),
      ),
    );
    return urgent.map((name) =>
      Alarm.fromAlarmArn(
        this,
        name,
        Stack.of(this).formatArn({
          service: 'cloudwatch',
          resource: 'alarm',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
    );
  }
}

function dashboardLink(name: string): string {
  return `[${name}](#dashboards/dashboard/${name})`;
}

interface Size {
  readonly widgets: number;
  readonly metrics: number;
}

/** Room for the words of the sections. */
const spare = 8;

/** Fills the main dashboard with as many surfaces as fit beside what it holds, then further ones. */
function divide(details: readonly SurfaceDetail[], main: Size): SurfaceDetail[][] {
  const pages: SurfaceDetail[][] = [[]];
  let size = main;
  for (const detail of details) {
    const own = sizeOf([...detail.rows.values()].flat());
    const together = { widgets: size.widgets + own.widgets, metrics: size.metrics + own.metrics };
    const fits =
      together.widgets + spare <= dashboardLimits.widgets && together.metrics <= dashboardLimits.metrics;
    if (fits) {
      pages.at(-1)?.push(detail);
      size = together;
    } else {
      pages.push([detail]);
      size = own;
    }
  }
  return pages;
}

/** What widgets weigh in the limits. */
function sizeOf(widgets: readonly IWidget[]): Size {
  const all = widgets.flatMap((widget) => widget.toJson() as RenderedWidget[]);
  return {
    widgets: all.length,
    metrics: all.reduce((sum, { properties }) => sum + (properties.metrics ?? []).filter(isMetric).length, 0),
  };
}

interface RenderedWidget {
  readonly properties: { readonly metrics?: readonly (readonly unknown[])[] };
}

/** An expression is an entry of one object; a metric begins with its namespace. */
function isMetric(entry: readonly unknown[]): boolean {
  return typeof entry[0] === 'string';
}
