import { ArnFormat, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Alarm, Dashboard, type IAlarm, type IWidget, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { isUrgent, severities } from '#core/names.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { JudgeQueue } from '../pipeline/judge-queue.ts';
import { stackName } from '../stage/settings.ts';
import { createDetail, createDetailRows } from './details.ts';
import { dashboardLimits, measureSize, paginate } from './limits.ts';
import { DashboardMetrics, marks } from './metrics.ts';
import { createOperations } from './operations.ts';
import { createFirstScreen, createHealthGraphs, mostLines } from './panels.ts';
import { createHeading } from './widgets.ts';
import { describeColours, formatLink } from './words.ts';

export interface AssayDashboardProps {
  readonly stage: string;
  readonly catalogue: Catalogue;
  readonly intake: Intake;
  readonly judgeQueue: JudgeQueue;
  /** Names of the alarms about Assay itself. */
  readonly ownAlarms: readonly string[];
  readonly runbook: string;
}

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
    const main = [
      createFirstScreen(use, surfaces),
      ...createHealthGraphs(use, surfaces),
      ...this.#operations(use),
    ];
    const [first = [], ...further] = paginate(
      surfaces.map((surface) => createDetail(use, surface)),
      ({ rows }) => measureSize(this, [...rows.values()].flat()),
      measureSize(this, main),
      dashboardLimits,
    );
    const name = stackName(stage);
    const others = further.map((_, index) => `${name}-${index + 2}`);
    this.names = [name, ...others];
    this.#create('Main', name, [this.#words(surfaces.length, others), ...main, ...createDetailRows(first)]);
    for (const [index, page] of further.entries()) {
      this.#create(`Details${index + 2}`, others[index] ?? '', [
        createHeading(
          `# Assay ${stage}: further surfaces\nThe first screen is on ${dashboardLink(name)}.`,
          2,
        ),
        ...createDetailRows(page),
      ]);
    }
  }

  /** A stack of its own: a large stage's dashboards would fill CloudFormation's 1 MB of the parent. */
  #create(id: string, name: string, widgets: readonly IWidget[]): void {
    const stack = new NestedStack(this, id, { description: `Assay: the dashboard ${name}` });
    new Dashboard(stack, 'Dashboard', {
      dashboardName: name,
      defaultInterval: Duration.days(30),
      // Lines have a point an hour and numbers the last 5 minutes, whatever range is chosen.
      periodOverride: PeriodOverride.INHERIT,
      widgets: widgets.map((widget) => [widget]),
    });
  }

  #words(surfaces: number, others: readonly string[]): IWidget {
    const { stage, runbook } = this.#props;
    const spikes = marks.map(({ word }) => word.toLowerCase()).join(', ');
    const sentences = [
      "Values are shares of good events over each objective's own window.",
      `Spikes on the right axis are marks: ${spikes}.`,
      ...(surfaces > mostLines
        ? [
            `Colours are of all ${surfaces} surfaces; lines and numbers on this screen of the ${mostLines} that matter most.`,
          ]
        : []),
      `${formatLink('Runbook', runbook)}.`,
      ...(others.length > 0 ? [`Further surfaces in detail: ${others.map(dashboardLink).join(', ')}.`] : []),
    ];
    return createHeading([`# Assay ${stage}`, describeColours(), sentences.join(' ')].join('\n\n'), 3);
  }

  #operations(use: DashboardMetrics): IWidget[] {
    const { stage, catalogue, intake, judgeQueue, ownAlarms, runbook } = this.#props;
    const urgent = severities
      .filter(isUrgent)
      .flatMap((severity) =>
        catalogue.surfaces.flatMap(({ slos }) =>
          slos
            .filter(({ severities }) => severities.includes(severity))
            .map((slo) => sloAlarmName(stage, slo, severity)),
        ),
      );
    return createOperations({
      use,
      catalogue,
      intake,
      judgeQueue,
      // Two of one name are refused by the stack's own check, with what to do.
      urgentAlarms: [...new Set(urgent)].map((name) => this.#alarm(name)),
      ownAlarms: ownAlarms.map((name) => this.#alarm(name)),
      runbook,
    });
  }

  /** By its name: a reference would tie the stack that holds the alarm to the dashboard's. */
  #alarm(name: string): IAlarm {
    const arn = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return Alarm.fromAlarmArn(this, name, arn);
  }
}

function dashboardLink(name: string): string {
  return `[${name}](#dashboards/dashboard/${name})`;
}
