import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  GraphWidget,
  type IAlarm,
  type IWidget,
  LegendPosition,
  Row,
  SingleValueWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { type Catalogue, calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { dimension, metric } from '#core/names.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { JudgeQueue } from '../pipeline/judge-queue.ts';
import { boundColour, constant, type DashboardMetrics, labelBy, lineWidth, nowWidth } from './metrics.ts';
import { createHeading, createNumbers, month } from './widgets.ts';
import { formatLink } from './words.ts';

/** What stands below the first screen: alarms, calibration, the pipeline's balance, spending. */
export interface OperationsProps {
  readonly use: DashboardMetrics;
  readonly catalogue: Catalogue;
  readonly intake: Intake;
  readonly judgeQueue: JudgeQueue;
  /** Pages and rollbacks of every SLO. */
  readonly urgentAlarms: readonly IAlarm[];
  /** Alarms about Assay itself. */
  readonly ownAlarms: readonly IAlarm[];
  readonly runbook: string;
}

/** Dimensions of what the judge publishes. */
const ofJudge = [dimension.rubric, dimension.surface];

const half = 12;
/** CloudWatch's limit of one alarm widget. */
const mostAlarms = 100;

export function createOperations(props: OperationsProps): IWidget[] {
  return [
    ...createAlarms(props),
    ...createCalibration(props),
    ...createBalance(props),
    ...createSpending(props),
  ];
}

function createAlarms({ urgentAlarms, ownAlarms, runbook }: OperationsProps): IWidget[] {
  const widgets = [
    ...createAlarmWidgets('Rollbacks and pages', urgentAlarms),
    ...createAlarmWidgets('Assay itself', ownAlarms),
  ];
  return [
    createHeading(
      `## Alarms\nEach alarm's description says what it means, the first step and whom to ask. ${formatLink('Runbook', runbook)}`,
      2,
    ),
    ...widgets,
  ];
}

function createAlarmWidgets(title: string, all: readonly IAlarm[]): IWidget[] {
  const pages = Array.from({ length: Math.ceil(all.length / mostAlarms) }, (_, index) =>
    all.slice(index * mostAlarms, (index + 1) * mostAlarms),
  );
  return pages.map(
    (page, index) =>
      new AlarmStatusWidget({
        title: pages.length === 1 ? title : `${title} (${index + 1} of ${pages.length})`,
        alarms: [...page],
        // What fires comes first.
        sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        width: 24,
        // Some five alarms stand side by side.
        height: Math.min(8, 2 + Math.ceil(page.length / 5)),
      }),
  );
}

function createCalibration({ use, catalogue }: OperationsProps): IWidget[] {
  const rubrics = [...new Set(calibratedRubrics(catalogue).map(({ id }) => id))];
  if (rubrics.length === 0) return [];
  return [
    createHeading(
      "## Calibration\n1: people's ratings correct the judge, and its SLO may page. 0: missing, stale or invalid; the SLO holds at ticket. `npx assay calibration` says what is missing.",
      2,
    ),
    new Row(
      createNumbers(
        'Calibration is valid',
        [
          use.each(metric.calibrationValid, [dimension.slo, dimension.surface], Stats.MINIMUM, {
            label: labelBy(dimension.surface, dimension.slo),
            period: nowWidth,
          }),
        ],
        half,
        5,
      ),
      new GraphWidget({
        title: 'Drift of the judge on its anchors',
        left: rubrics.map((rubric) =>
          use.gauge(
            metric.judgeDrift,
            { [dimension.rubric]: rubric },
            { label: rubric, period: lineWidth },
            Stats.MAXIMUM,
          ),
        ),
        leftAnnotations: [{ value: 1, label: 'the judge changed', color: boundColour }],
        leftYAxis: { min: 0, showUnits: false },
        start: month,
        width: half,
        height: 5,
      }),
    ),
  ];
}

function createBalance(props: OperationsProps): IWidget[] {
  const { use, intake, judgeQueue } = props;
  const gauge = (name: string, label: string, period: Duration) => use.gauge(name, {}, { label, period });
  const waiting = (label: string, queue: JudgeQueue['queue']) =>
    queue.metricApproximateNumberOfMessagesVisible({ label, statistic: Stats.MAXIMUM, period: nowWidth });
  const rejected = (period: Duration) => intake.metricRejected().with({ label: 'Rejected', period });
  const judged = (period: Duration) => [
    use.total(metric.judged, ofJudge, { label: 'Judged', period }),
    use.total(metric.unjudgeable, ofJudge, { label: 'Unjudgeable', period }),
    use.total(metric.shed, ofJudge, { label: 'Shed over the cap', period }),
  ];
  return [
    createHeading(
      "## The pipeline's balance\nWhere the records are; `npx assay status` counts them one by one.",
    ),
    new Row(
      createNumbers(
        'Of the last hour, and waiting now',
        [
          gauge(metric.received, 'Received', nowWidth),
          gauge(metric.sampled, 'Sampled', nowWidth),
          use.gauge(metric.redelivered, {}, { label: 'Redelivered (share)', period: nowWidth }),
          waiting('Waiting for the judge', judgeQueue.queue),
          waiting('In the dead-letter queue', judgeQueue.dlq),
        ],
        half,
        3,
      ),
      new SingleValueWidget({
        title: 'Last 24 hours',
        metrics: [...judged(Duration.days(1)), rejected(Duration.days(1))],
        // Counts: one sum of the whole range.
        setPeriodToTimeRange: true,
        start: '-P1D',
        width: half,
        height: 3,
      }),
    ),
    new Row(
      new GraphWidget({
        title: 'Responses by the hour',
        left: [
          gauge(metric.received, 'Received', lineWidth),
          gauge(metric.sampled, 'Sampled', lineWidth),
          ...judged(lineWidth),
          rejected(lineWidth),
        ],
        leftYAxis: { min: 0, showUnits: false },
        start: month,
        width: half,
        height: 5,
      }),
      new GraphWidget({
        title: 'Age of the oldest that waits',
        left: [
          intake.metricAge().with({ label: 'for the sampler (s)', period: lineWidth }),
          judgeQueue.metricAge().with({ label: 'for the judge (s)', period: lineWidth }),
        ],
        leftYAxis: { min: 0, showUnits: false, label: 's' },
        start: month,
        width: half,
        height: 5,
      }),
    ),
  ];
}

function createSpending({ use, catalogue }: OperationsProps): IWidget[] {
  const cap = catalogue.spendingCapUsdPerDay;
  const day = Duration.days(1);
  return [
    createHeading('## Judge spend'),
    new Row(
      createNumbers(
        'Today (UTC)',
        [
          use.gauge(
            metric.judgeSpend,
            {},
            { label: 'Spent or reserved ($)', period: nowWidth },
            Stats.MAXIMUM,
          ),
          constant(cap, { label: 'Cap a day ($)', period: nowWidth, colour: boundColour }),
          use.gauge(metric.capReached, {}, { label: 'Shedding (1 is yes)', period: nowWidth }, Stats.MAXIMUM),
        ],
        6,
        5,
      ),
      new GraphWidget({
        title: 'Spend of each UTC day',
        left: [
          use.gauge(metric.judgeSpend, {}, { label: 'Spent or reserved ($)', period: day }, Stats.MAXIMUM),
        ],
        leftAnnotations: [{ value: cap, label: `cap $${cap}`, color: boundColour }],
        leftYAxis: { min: 0, showUnits: false, label: '$' },
        start: month,
        width: 9,
        height: 5,
      }),
      new GraphWidget({
        title: 'Cost of the calls by surface and rubric, a day',
        left: [use.each(metric.judgeCost, ofJudge, Stats.SUM, { label: labelBy(...ofJudge), period: day })],
        stacked: true,
        leftYAxis: { min: 0, showUnits: false, label: '$' },
        legendPosition: LegendPosition.RIGHT,
        start: month,
        width: 9,
        height: 5,
      }),
    ),
  ];
}
