import { Duration } from 'aws-cdk-lib';
import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { driftBound } from '#core/anchors/anchor-evidence.ts';
import { type Catalogue, calibratedRubrics } from '#core/catalogue/catalogue.ts';
import { callsOf } from '#core/cost/traffic.ts';
import { retirementNotice } from '#core/judges/retirement.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { JudgeQueue } from '../pipeline/judge-queue.ts';
import type { Judging } from '../pipeline/judging.ts';
import type { Ratings } from '../pipeline/ratings.ts';
import type { SloEvaluation } from '../pipeline/slo-evaluation.ts';
import type { Storage } from '../pipeline/storage.ts';
import { stackName } from '../stage/settings.ts';
import { FunctionAlarms, type WatchedFunction } from './function-alarms.ts';
import { type Operations, type Watch, watchOperations } from './operations-watch.ts';

export interface OperationalAlarmsProps extends Operations {
  readonly catalogue: Catalogue;
  readonly storage: Storage;
  readonly intake: Intake;
  readonly judgeQueue: JudgeQueue;
  readonly judging: Judging;
  readonly evaluation: SloEvaluation;
  readonly ratingIntake: Ratings;
}

/** Alarms about Assay itself. All are tickets but the silent evaluator: when nobody evaluates, no other alarm can fire. */
export class OperationalAlarms extends Construct {
  readonly #props: OperationalAlarmsProps;

  constructor(scope: Construct, id: string, props: OperationalAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#watchEvaluator();
    this.#watchQueues();
    this.#watchJudge();
    this.#watchAnchors();
    this.#watchTables();
    new FunctionAlarms(this, 'Functions', props, this.#functions());
  }

  #watchEvaluator(): void {
    const { evaluation } = this.#props;
    for (const { name, share } of evaluation.evaluators) {
      const surfaces = share === undefined ? 'All SLO alarms' : `The SLO alarms of its share, ${share},`;
      this.#watch(`${name}-silent`, {
        measures: `Ticks of the slo-${name} in each minute; one is due.`,
        means: `Fires when 8 of the last 10 minutes had none. ${surfaces} hold their last state meanwhile: none can fire. A new stage that has not ticked yet rings nobody.`,
        firstStep: `Read the last lines of the slo-${name}’s log; without any, see whether its schedule is enabled and the account has Lambda concurrency left.`,
        section: 'evaluator-silent',
        metric: evaluation.metricSilence(share),
        threshold: 1,
        below: true,
        periods: 10,
        needed: 8,
        // What is missing is filled with 0 once there was a beat; without one there is nothing to miss yet, and after
        // a long silence nothing that would end it.
        missing: TreatMissingData.IGNORE,
        severity: 'page',
      });
    }
    this.#watch('late-verdicts', {
      measures: 'Verdicts stored after their hour had frozen, 72 hours after its end.',
      means: 'Fires at one: such a verdict is kept but counts in no SLO.',
      firstStep:
        'See how long the judge queue was held up (alarms judge-blocked and judge-queue-age) and whether old records are being replayed.',
      metric: evaluation.metricLate(),
      threshold: 1,
      missing: TreatMissingData.IGNORE,
    });
  }

  #watchQueues(): void {
    const { intake, judgeQueue, ratingIntake, stage } = this.#props;
    const notEmpty = (name: string, queue: Queue, what: string, firstStep: string) =>
      this.#watch(name, {
        measures: `Messages in the ${what}.`,
        means:
          'Fires at one: what lies here is not worked on until somebody sends it back, and is deleted after 14 days.',
        firstStep,
        metric: queue.metricApproximateNumberOfMessagesVisible({
          statistic: Stats.MAXIMUM,
          period: Duration.minutes(5),
        }),
        threshold: 1,
        // SQS stops reporting an idle queue, and an idle dead-letter queue is an empty one.
        missing: TreatMissingData.NOT_BREACHING,
      });
    notEmpty(
      'judge-dlq',
      judgeQueue.dlq,
      "judge's dead-letter queue: judgements whose tries are spent",
      `Read a message's "reason" attribute; mend the cause, then npx assay redrive judge --stack ${stackName(stage)}.`,
    );
    notEmpty(
      'response-dlq',
      intake.responseDlq,
      'dead-letter queue of the responses: records that AWS failed on for hours',
      'Read the log of the sampler around the time of the message; then move the messages back in the SQS console.',
    );
    notEmpty(
      'rating-dlq',
      ratingIntake.failures,
      'queue of rating files that the ratings function failed on three times, or did not come to in six hours',
      `Read the errors in the log of the ratings function; once mended, put the file that the message names under incoming/ again (npx assay ratings upload FILE --stack ${stackName(stage)}): nothing counts twice. Then delete the message.`,
    );
    this.#watch('rejected-growing', {
      measures: 'Records that the sampler cannot read and put into the rejected queue, each with its reason.',
      means:
        'Fires when each of three 5-minute periods in a row had one: not a stray record, but a sender that is wrong.',
      firstStep: `Read a message's "reason" attribute and tell the sender; once mended, npx assay redrive rejected --stack ${stackName(stage)}.`,
      metric: intake.metricRejected(),
      threshold: 1,
      periods: 3,
      missing: TreatMissingData.NOT_BREACHING,
    });
    this.#watch('response-queue-age', {
      measures: 'Age of the oldest record that waits for the sampler, in seconds.',
      means: 'Fires at 15 minutes, twice what one failed try takes: the sampler does not keep up or fails.',
      firstStep:
        'See the errors, throttles and concurrency of the sampler function, then the throttles of the series table.',
      // One failed try takes the visibility time-out of 380 s.
      metric: intake.metricAge(),
      threshold: 15 * 60,
      periods: 2,
      missing: TreatMissingData.NOT_BREACHING,
    });
    this.#watch('judge-queue-age', {
      measures: 'Age of the oldest sampled response that waits for its verdict, in seconds.',
      means:
        'Fires at one hour: verdicts come too late for the fast alert rows. A blocked judge parks messages for 15 minutes at a time, so this is more than a passing fault.',
      firstStep:
        "If judge-blocked is in alarm, start there. Else compare the judge's latency and retryable errors with its bounded concurrency.",
      // Four parkings of an open circuit, which has an alarm of its own.
      metric: judgeQueue.metricAge(),
      threshold: 60 * 60,
      periods: 2,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  #watchJudge(): void {
    const { judging, evaluation, catalogue, stage } = this.#props;
    const period = Duration.minutes(15);
    const tolerated = toleratedErrors(catalogue, period);
    this.#watch('judge-errors', {
      measures:
        'Calls to the judge model in 15 minutes that failed and will be tried again (429, 5xx, time-outs).',
      means: `Fires at ${tolerated}, a quarter of the calls that the expected traffic makes in that time, twice in a row.`,
      firstStep:
        "Look at the provider's status page and at your rate limits there; lower the judge's concurrency if it is 429.",
      metric: judging.metricErrors('retryable', period),
      threshold: tolerated,
      periods: 2,
      // No errors, no data.
      missing: TreatMissingData.NOT_BREACHING,
    });
    this.#watch('judge-blocked', {
      measures:
        'Whether a judge model is unusable until somebody acts: key refused, model unknown, quota spent, or every text refused.',
      means:
        'Fires at once. Nothing is lost: sampled responses wait, and one probe every 15 minutes finds out when it works again.',
      firstStep:
        "The log of the judge names the reason. A new stack's key is filled with the output JudgeKeyCommand.",
      metric: evaluation.metricJudgeBlocked(),
      threshold: 1,
      missing: TreatMissingData.IGNORE,
    });
    for (const [id, days, threshold] of [
      ['judge-retires', retirementNotice.ahead, 1],
      ['judge-retires-soon', retirementNotice.near, 2],
    ] as const)
      this.#watch(id, {
        measures: `Whether the model of a judge in use is shut down within ${days} days, by its provider's word or by "retires" in rubrics/judges.yaml.`,
        means:
          'Fires once and stands. From that day on the judge cannot be asked: nothing is judged until a rubric has another one.',
        firstStep: `npx assay status --stack ${stackName(stage)} names the judge, the day and the rubrics; then the runbook: bump, compare, deploy.`,
        section: 'judge-retires',
        metric: evaluation.metricJudgeRetires(),
        threshold,
        missing: TreatMissingData.IGNORE,
      });
    this.#watch('judge-overcharged', {
      measures: 'Calls of which the provider said that they cost more than they can have, in an hour.',
      means:
        'Fires at one. The most that the call can have cost is noted instead, so the cap holds; the bill may say otherwise.',
      firstStep:
        "Compare the provider's bill of the day with the spending of it on the dashboard; see whether its usage counts tokens, and whether the model thinks beyond maxOutputTokens.",
      metric: judging.metricOvercharged(),
      threshold: 1,
      // None, no data.
      missing: TreatMissingData.NOT_BREACHING,
    });
    this.#watch('cap-reached', {
      measures: `Whether the day's judge spending has reached the cap of $${catalogue.spendingCapUsdPerDay}.`,
      means:
        'Fires at once. Until midnight UTC further sampled responses are shed, visibly, and SLOs rest on fewer verdicts.',
      firstStep:
        'Compare today’s traffic with the expected; raise spendingCapUsdPerDay or lower sample rates in slos/.',
      metric: evaluation.metricCapReached(),
      threshold: 1,
      missing: TreatMissingData.IGNORE,
    });
  }

  #watchAnchors(): void {
    const { catalogue, evaluation, stage } = this.#props;
    for (const rubric of calibratedRubrics(catalogue)) {
      this.#watch(`judge-drift-${rubric.id}`, {
        measures: `Anchors of the rubric ${rubric.id}: responses that its judge scores again, against its own earlier scorings of them (ln of the evidence that it moved over ln ${driftBound}).`,
        means:
          'Fires at 1: the judge changed, not the product. Its calibration no longer holds; SLOs that rest on it hold at ticket and start no page.',
        firstStep: `npx assay status --stack ${stackName(stage)}; see whether the provider changed the model ${rubric.judge.model}, then draw and rate a new batch (npx assay ratings draw --surface NAME --stack ${stackName(stage)}).`,
        section: 'judge-drift',
        metric: evaluation.metricJudgeDrift(rubric.id),
        threshold: 1,
        missing: TreatMissingData.IGNORE,
      });
    }
  }

  #watchTables(): void {
    const { storage } = this.#props;
    this.#watch('table-throttles', {
      measures: 'Reads and writes of the three tables that DynamoDB refused because they came too fast.',
      means:
        'Fires at ten in each of three 5-minute periods in a row. They are tried again, so nothing is lost, but counting and evaluating slow down.',
      firstStep:
        'See in the CloudWatch metrics of AWS/DynamoDB which table it is, then docs/scale.md for what moves that wall.',
      metric: storage.metricThrottles(),
      threshold: 10,
      periods: 3,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }

  #functions(): readonly WatchedFunction[] {
    const { intake, judging, evaluation, ratingIntake } = this.#props;
    const comesAgain = 'Messages come again by themselves, so a single crash needs nobody.';
    return [
      {
        name: 'sampler',
        function: intake.sampler,
        crashes: 3,
        crashMeans: comesAgain,
        crashStep: '',
        throttles: 3,
      },
      {
        name: 'judge',
        function: judging.judge,
        crashes: 3,
        crashMeans: comesAgain,
        crashStep: '',
        throttles: 3,
      },
      ...evaluation.evaluators.map(({ name, evaluator }) => ({
        name,
        function: evaluator,
        crashes: 2,
        crashMeans: 'A tick that fails is made good by the next; ticks that go on failing freeze alarms.',
        crashStep: `The state that the last good tick stored holds meanwhile.`,
        throttles: 3,
        // The next tick is due by then.
        dueWithin: Duration.minutes(1),
        dropped: 3,
      })),
      {
        name: 'ratings',
        function: ratingIntake.ratings,
        // A file comes a few times a week, and its three tries may lie hours apart.
        crashes: 1,
        crashMeans: `A file is tried three times; then its event lies in the queue of the alarm rating-dlq. Rows that are refused are no crash: they stand in the report.`,
        crashStep: '',
        // One file at a time: others wait their turn, up to a quarter of an hour each.
        throttles: 12,
        dropped: 1,
      },
    ];
  }

  #watch(name: string, watch: Watch): void {
    watchOperations(this, this.#props, name, watch);
  }
}

/**
 * A quarter of the judge calls that the expected traffic makes in a period, and at least 10, so that a handful of
 * failures on a quiet stage calls nobody.
 */
export function toleratedErrors(catalogue: Catalogue, period: Duration): number {
  const callsPerDay = catalogue.surfaces.reduce(
    (sum, { surface, expectedPerDay, sampleRate }) =>
      sum + expectedPerDay * sampleRate * callsOf(catalogue, surface),
    0,
  );
  return Math.max(10, Math.ceil((callsPerDay * period.toDays({ integral: false })) / 4));
}
