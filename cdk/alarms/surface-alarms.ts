import { NestedStack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Surface } from '#core/catalogue/catalogue.ts';
import { type Severity, severities } from '#core/names.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { countsOf } from '#core/slo/definition/sli-kinds.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { formatShare } from '#core/slo/words/format.ts';
import type { Notifications } from '../pipeline/notifications.ts';
import type { SloEvaluation } from '../pipeline/slo-evaluation.ts';
import { stackName } from '../stage/settings.ts';
import { createAlarm } from './alarm.ts';
import { describeRule, describeSlo } from './describe-slo.ts';
import { plainSentence } from './operations-watch.ts';

export interface SurfaceAlarmsProps {
  readonly stage: string;
  readonly surface: Surface;
  readonly evaluation: SloEvaluation;
  readonly notifications: Notifications;
  /** Address of the runbook. */
  readonly runbook: string;
}

/** Share of judgements that may end without a verdict. */
const mostUnjudged = 0.2;

/**
 * The alarms of one surface. A stack of their own, for CloudFormation allows 500 resources a stack, and so that a
 * surface's alarms come and go with its file.
 */
export class SurfaceAlarms extends NestedStack {
  readonly surface: string;
  readonly #props: SurfaceAlarmsProps;

  constructor(scope: Construct, id: string, props: SurfaceAlarmsProps) {
    super(scope, id, {
      description: `Assay ${props.stage}: alarms of the surface "${props.surface.surface}"`,
    });
    this.surface = props.surface.surface;
    this.#props = props;
    for (const slo of props.surface.slos) {
      for (const severity of severities) {
        if (slo.severities.includes(severity)) this.#watchSlo(slo, severity);
      }
    }
    if (props.surface.slos.length > 0) this.#watchMeasurement();
    if (props.surface.slos.some(({ sli }) => countsOf(sli) === 'verdicts')) {
      this.#watchSample();
      this.#watchEnds();
    }
  }

  #watchSlo(slo: Slo, severity: Severity): void {
    const { stage, surface, evaluation, notifications } = this.#props;
    createAlarm(this, `${slo.id}-${severity}`, {
      name: sloAlarmName(stage, slo, severity),
      explanation: {
        measures: `${surface.title} (${slo.category}), ${slo.title}: ${describeSlo(slo)}.`,
        means: describeRule(slo, severity),
        firstStep: `npx assay why ${sloName(slo)} --stack ${stackName(stage)} tells when it began and what carries it; ${nextLook[slo.category]}.`,
        owner: slo.owner,
        runbook: slo.runbook,
      },
      metric: evaluation.metricPressure(slo, severity),
      // Pressure is a rule's value over its firing value. Everything an alarm needs to be sure of is in the rule.
      threshold: 1,
      // A gap says nothing about quality: neither fire nor clear. A silent evaluator has its own alarm.
      missing: TreatMissingData.IGNORE,
      severity,
      notifications,
    });
  }

  #watchMeasurement(): void {
    const { stage, surface, evaluation, notifications, runbook } = this.#props;
    createAlarm(this, 'unmeasured', {
      name: `assay-${stage}-${surface.surface}-unmeasured`,
      explanation: {
        plain: plainSentence('unmeasured'),
        measures: `${surface.title}: how many of its SLOs cannot be measured for want of recent data.`,
        means:
          'Fires at one: alarms of such an SLO hold their last state, so neither green nor red can be trusted.',
        firstStep: `npx assay status --stack ${stackName(stage)} shows what came in, was judged and was rejected; see whether the application still sends records of "${surface.surface}".`,
        owner: surface.owner,
        runbook: `${runbook}#unmeasured`,
      },
      metric: evaluation.metricUnmeasured(surface.surface),
      threshold: 1,
      missing: TreatMissingData.IGNORE,
      severity: 'ticket',
      notifications,
    });
  }

  #watchEnds(): void {
    const { stage, surface, evaluation, notifications, runbook } = this.#props;
    createAlarm(this, 'unjudged', {
      name: `assay-${stage}-${surface.surface}-unjudged`,
      explanation: {
        plain: plainSentence('unjudged'),
        measures: `${surface.title}: the share of its judgements of the last 6 hours that ended without a verdict: unjudgeable, shed or in the dead-letter queue.`,
        means:
          'Fires over 0.2 once 50 have ended: more than a fifth of the sample is missing, and what is left may not stand for the traffic.',
        firstStep: `npx assay status --stack ${stackName(stage)} counts the reasons, commonest first.`,
        owner: surface.owner,
        runbook: `${runbook}#unjudged`,
      },
      metric: evaluation.metricUnjudgedShare(surface.surface),
      threshold: mostUnjudged,
      over: true,
      missing: TreatMissingData.IGNORE,
      severity: 'ticket',
      notifications,
    });
  }

  /** The gauge is held back by the evaluator until a day's traffic makes a fifth more than chance. */
  #watchSample(): void {
    const { stage, surface, evaluation, notifications, runbook } = this.#props;
    const metric = evaluation.metricSampledShare(surface.surface);
    const watch = (side: 'low' | 'high', threshold: number, means: string) =>
      createAlarm(this, `sampled-share-${side}`, {
        name: `assay-${stage}-${surface.surface}-sampled-share-${side}`,
        explanation: {
          plain: plainSentence(`sampled-share-${side}`),
          measures: `${surface.title}: the share of responses that was sampled over the configured rate of ${formatShare(surface.sampleRate)}; 1 is right.`,
          means,
          firstStep: `npx assay status --stack ${stackName(stage)}; then the log of the sampler, and whether the sampling key (trace id, else response id) really differs from response to response.`,
          owner: surface.owner,
          runbook: `${runbook}#sampled-share`,
        },
        metric,
        threshold,
        below: side === 'low',
        // Held back while there is too little to tell by, which is no reason to look at it.
        missing: TreatMissingData.NOT_BREACHING,
        severity: 'ticket',
        notifications,
      });
    watch(
      'low',
      0.8,
      'Fires under 0.8: a fifth of the sample is missing, and what is left may not stand for the traffic.',
    );
    // At full rate nothing can be over it.
    if (surface.sampleRate < 1) {
      watch(
        'high',
        1.2,
        'Fires at 1.2: a fifth more than asked for is judged and paid, often because many responses share one trace id.',
      );
    }
  }
}

const nextLook: Readonly<Record<Slo['category'], string>> = {
  quality:
    'read the lowest verdicts, then look for a release, prompt or model change at the time of the drop',
  latency: "compare with the provider's own latency and look for a release or a longer prompt at that time",
  cost: 'look for longer prompts, a dearer model or retries since that time',
  availability: "look at the providers' own success rates and at failover",
};
