import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { dimension, env, eventSource, metric, metricNamespace, type Severity } from '#core/names.ts';
import { nameShare } from '#core/share.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { AssayFunction, type FunctionContext } from '../functions/assay-function.ts';
import type { JudgeQueue } from './judge-queue.ts';
import type { Notifications } from './notifications.ts';
import type { Storage } from './storage.ts';

/** The account's own bus: rules of other teams find the transitions without being told of another. */
const busName = 'default';

export interface SloEvaluationProps {
  readonly context: FunctionContext;
  readonly storage: Storage;
  /** Takes the anchors that are scored again. */
  readonly judgeQueue: JudgeQueue;
  /** Is told of batches that wait for people. */
  readonly notifications: Notifications;
  /** How many functions share the surfaces. */
  readonly evaluators: number;
}

/** One of the functions that evaluate, and the schedule that calls it. */
export interface Evaluator {
  /** `evaluator`, `evaluator-2`, … */
  readonly name: string;
  /** `2/3`; undefined where one evaluates all. */
  readonly share: string | undefined;
  readonly evaluator: AssayFunction;
}

/** Evaluates every SLO each minute and publishes the gauges that alarms watch. */
export class SloEvaluation extends Construct {
  readonly evaluators: readonly Evaluator[];
  readonly #props: SloEvaluationProps;
  readonly #stage: string;

  constructor(scope: Construct, id: string, props: SloEvaluationProps) {
    super(scope, id);
    this.#props = props;
    this.#stage = props.context.stage;
    this.evaluators = Array.from({ length: props.evaluators }, (_, index) =>
      this.#createEvaluator(index + 1),
    );
    this.#scheduleEachMinute();
  }

  #createEvaluator(number: number): Evaluator {
    const { context, storage, judgeQueue, notifications, evaluators } = this.#props;
    const share = evaluators === 1 ? undefined : nameShare({ number, of: evaluators });
    const evaluator = new AssayFunction(this, numbered('SloEvaluator', number), {
      context,
      name: 'slo-evaluator',
      description: `Assay: rolls verdicts up, evaluates ${share === undefined ? 'every SLO' : `the SLOs of share ${share}`} and publishes gauges, each minute`,
      // A tick is due each minute. One that starts cold, with months of history, may take longer and is not broken off.
      timeout: Duration.minutes(5),
      // One whole CPU: it computes tests and intervals for all SLOs within the minute.
      memorySize: 1769,
      // Two evaluations at once would race for the states; the second one waits for the next minute instead.
      reservedConcurrentExecutions: 1,
      environment: {
        [env.judgementTable]: storage.judgements.tableName,
        [env.seriesTable]: storage.series.tableName,
        [env.ratingTable]: storage.ratings.tableName,
        [env.eventBus]: busName,
        [env.judgeQueueUrl]: judgeQueue.queue.queueUrl,
        [env.ticketTopic]: notifications.topic('ticket').topicArn,
        ...(share !== undefined && { [env.evaluatorShare]: share }),
      },
    });
    // A failed tick is made good by the next; a late one would only be refused as older than the state.
    evaluator.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
    evaluator.allow(storage.judgements.tableArn, [
      'dynamodb:Query',
      // The anchors' texts, and their verdicts.
      'dynamodb:BatchGetItem',
    ]);
    evaluator.allow(storage.ratings.tableArn, [
      'dynamodb:GetItem',
      'dynamodb:Query',
      // Batches about a warning, and anchor sets.
      'dynamodb:PutItem',
    ]);
    evaluator.allow(judgeQueue.queue.queueArn, ['sqs:SendMessage']);
    evaluator.allow(notifications.topic('ticket').topicArn, ['sns:Publish']);
    evaluator.allow(notifications.key.keyArn, ['kms:GenerateDataKey', 'kms:Decrypt']);
    evaluator.allow(storage.series.tableArn, [
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
    ]);
    evaluator.allow(
      Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: busName }),
      ['events:PutEvents'],
      { StringEquals: { 'events:source': eventSource } },
    );
    evaluator.allowMetrics(context.stage);
    return { name: number === 1 ? 'evaluator' : `evaluator-${number}`, share, evaluator };
  }

  /** Pressure of one severity's rule: the rule's value over its firing value; 1 fires. */
  metricPressure(slo: Slo, severity: Severity): Metric {
    return this.#gauge(metric.pressure, {
      [dimension.surface]: slo.surface,
      [dimension.slo]: slo.id,
      [dimension.severity]: severity,
    });
  }

  /** How many SLOs of a surface cannot be measured now. */
  metricUnmeasured(surface: string): Metric {
    return this.#gauge(metric.unmeasuredSlos, { [dimension.surface]: surface });
  }

  /** Judged share of a surface's traffic over its configured rate. */
  metricSampledShare(surface: string): Metric {
    return this.#gauge(metric.sampledShare, { [dimension.surface]: surface });
  }

  /** Share of a surface's judgements of the last 6 hours that ended without a verdict; 0 while few ended. */
  metricUnjudgedShare(surface: string): Metric {
    return this.#gauge(metric.unjudgedShare, { [dimension.surface]: surface });
  }

  /** How near the anchors of a rubric's judge are to saying that it moved; 1 says so. */
  metricJudgeDrift(rubricId: string): Metric {
    return this.#gauge(metric.judgeDrift, { [dimension.rubric]: rubricId });
  }

  /** 1 while a judge model's circuit is open. */
  metricJudgeRetires(): Metric {
    return this.#gauge(metric.judgeRetires);
  }

  metricJudgeBlocked(): Metric {
    return this.#gauge(metric.judgeBlocked);
  }

  /** 1 while the day's spending cap sheds judgements. */
  metricCapReached(): Metric {
    return this.#gauge(metric.capReached);
  }

  /** Verdicts that came after their hour had frozen. */
  metricLate(): Metric {
    return this.#gauge(metric.late);
  }

  /**
   * Ticks in each minute since the first that is seen: 0 in a silent minute, and nothing before the first, so that a
   * stage that has not begun is not silent.
   */
  metricSilence(share: string | undefined): MathExpression {
    const period = Duration.minutes(1);
    const beats = this.#gauge(metric.heartbeat, share === undefined ? {} : { [dimension.share]: share });
    return new MathExpression({
      expression: 'IF(FILL(beats, REPEAT) > 0, FILL(beats, 0))',
      usingMetrics: { beats: beats.with({ statistic: Stats.SUM }) },
      period,
    });
  }

  #gauge(metricName: string, dimensionsMap: Record<string, string> = {}): Metric {
    return new Metric({
      namespace: metricNamespace(this.#stage),
      metricName,
      dimensionsMap,
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(1),
    });
  }

  #scheduleEachMinute(): void {
    const role = new Role(this, 'ScheduleRole', {
      // Without the condition any account's schedule could borrow this role.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: this.evaluators.map(({ evaluator }) => evaluator.functionArn),
      }),
    );
    for (const [index, { evaluator }] of this.evaluators.entries())
      new CfnSchedule(this, numbered('EachMinute', index + 1), {
        description: 'Assay: evaluates the SLOs',
        scheduleExpression: 'rate(1 minute)',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: evaluator.functionArn,
          roleArn: role.roleArn,
          // The tick's own time: an evaluation that starts late still speaks of its minute.
          input: JSON.stringify({ time: '<aws.scheduler.scheduled-time>' }),
          // Scheduler would retry for a day. A minute is its least age, and the next tick is then due.
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
        },
      });
  }
}

/** Logical ids of the first stay as they were when there was one. */
function numbered(id: string, number: number): string {
  return number === 1 ? id : `${id}${number}`;
}
