import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { packBatches } from '#adapters/sqs/queue.ts';
import { env, ratingPrefix } from '#core/names.ts';
import { hour, minute } from '#core/time.ts';
import type { Dimension } from '#local/cloudwatch/metric-store.ts';
import { createdEvent, findRatingBucket } from '#local/stack/upload-rating-file.ts';
import { endWaits, queueUrlOf, readQueue } from '../support/queues.ts';
import { begin, lateBatch } from './fault-catalogue.ts';
import { trafficOf } from './fault-traffic.ts';
import type { FaultWorld, FunctionName } from './fault-world.ts';
import type { Past } from './make-past.ts';
import { type Outcome, readOutcome } from './outcome.ts';

/** People upload their file in this minute, and Lambda tries an asynchronous event three times. */
const ratedAt = 5;
const mostRatingTries = 3;

/** While calls fail the schedule ticks each fifth minute, which is a fifth of the work; then each minute until alarms are right. */
const step = 5;

/** Ticks after the last fault by which the alarms are right; those that clear rest for ten minutes first. */
const rightAfter = 1;
const clearedAfter = 15;

/** When the waits of the circuit and of messages that failed are over, and when every hour is closed. */
const restAfter = 20;

/**
 * An hour of traffic with a fault, and what follows until everything is at rest.
 *
 * @param minutes that the fault lasts
 */
export async function runHour(world: FaultWorld, past: Past, minutes: number): Promise<Outcome> {
  const run = new HourRun(world, past, minutes);
  return run.run();
}

class HourRun {
  readonly #world: FaultWorld;
  readonly #past: Past;
  readonly #minutes: number;
  readonly #s3: S3Client;
  /** By id of an announcement, the minute in which it arrived first. */
  readonly #arrived = new Map<string, number>();
  #bucket = '';
  #isRated = false;
  #ratingTries = 0;

  constructor(world: FaultWorld, past: Past, minutes: number) {
    this.#world = world;
    this.#past = past;
    this.#minutes = minutes;
    this.#s3 = new S3Client({ endpoint: world.aws.endpoints.AWS_ENDPOINT_URL_S3, forcePathStyle: true });
  }

  async run(): Promise<Outcome> {
    const world = this.#world;
    await this.#subscribe();
    this.#bucket = await findRatingBucket(this.#s3);
    const before = await readOutcome(world, new Map());
    const notified = world.aws.cloudwatch.alarms.notifications.length;
    world.isNoting = true;
    for (let from = 0; from < this.#minutes; from += step)
      await this.#pass(from, Math.min(from + step, this.#minutes) - 1);
    world.isNoting = false;
    // What waits is back by itself within minutes; here it is at once.
    await this.#endWaits();
    await this.#rateAgain();
    for (let index = this.#minutes; index <= this.#minutes + rightAfter; index += 1)
      await this.#pass(index, index);
    const right = alarmStates(world);
    for (let from = this.#minutes + rightAfter + 1; from <= this.#minutes + clearedAfter; from += step)
      await this.#pass(from, Math.min(from + step - 1, this.#minutes + clearedAfter));
    const cleared = alarmStates(world);
    world.clock.advanceTo(begin + (this.#minutes + restAfter) * minute);
    await this.#rest();
    for (const at of [this.#minutes + restAfter, this.#minutes + restAfter + 1])
      await this.#tick(begin + at * minute, at);
    // Every hour is closed by then.
    const late = Math.ceil((begin + (this.#minutes + restAfter) * minute) / hour) * hour + 2 * minute;
    for (const at of [late, late + minute]) await this.#tick(at, (at - begin) / minute);
    const outcome = await readOutcome(world, this.#arrived);
    this.#s3.destroy();
    return {
      ...outcome,
      spentUsd: outcome.spentUsd - before.spentUsd,
      alarms: { right, cleared },
      rang: world.aws.cloudwatch.alarms.notifications
        .slice(notified)
        .filter(({ to }) => to === 'ALARM')
        .map(({ alarm, at }) => ({ alarm, minute: Math.round((Date.parse(at) - begin) / minute) })),
    };
  }

  /** What comes in from one minute to another, and the tick of the latter. */
  async #pass(from: number, to: number): Promise<void> {
    const world = this.#world;
    const at = begin + to * minute;
    world.clock.advanceTo(at);
    world.stack.clock.set(at);
    for (let index = from; index <= to; index += 1) {
      const { records, tasks } = trafficOf(index);
      await this.#send('ResponseQueue', records);
      await this.#send('JudgeQueue', tasks);
    }
    if (
      this.#past.ratings !== undefined &&
      to >= ratedAt &&
      this.#ratingTries < mostRatingTries &&
      !this.#isRated
    )
      await this.#rate();
    await this.#tick(at, to);
  }

  async #tick(at: number, index: number): Promise<void> {
    this.#world.clock.advanceTo(at);
    this.#world.stack.clock.set(at);
    await this.#world.drain();
    await this.#tellAws(at);
    await this.#world.tick(at);
    for (const { detail } of this.#world.aws.events.events()) {
      const { id } = detail as { id: string };
      if (!this.#arrived.has(id)) this.#arrived.set(id, index);
    }
  }

  async #send(queue: string, bodies: readonly string[]): Promise<void> {
    const QueueUrl = queueUrlOf(this.#world.stack.provisioned, queue);
    for (const Entries of packBatches(bodies.map((body) => ({ body }))))
      await this.#world.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }

  /** People's file, and S3's event about it; its last failure lies in a queue of its own. */
  async #rate(): Promise<void> {
    const key = `${ratingPrefix.incoming}${lateBatch}.csv`;
    await this.#s3.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: this.#past.ratings ?? '' }),
    );
    const event = createdEvent(this.#bucket, key, begin + 5 * minute);
    this.#isRated = await this.#world.invoke('ratings', async () => {
      const { handler } = await import('#lambdas/ratings/handler.ts');
      await handler(event as unknown as Parameters<typeof handler>[0]);
    });
    this.#ratingTries += 1;
    if (!this.#isRated && this.#ratingTries === mostRatingTries)
      await this.#world.sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrlOf(this.#world.stack.provisioned, 'RatingDlq'),
          MessageBody: JSON.stringify(event),
        }),
      );
  }

  /** Whoever reads the alarm puts the file there again. */
  async #rateAgain(): Promise<void> {
    if (!this.#isRated && this.#ratingTries > 0) await this.#rate();
  }

  /** What Lambda and SQS tell CloudWatch by themselves. */
  async #tellAws(at: number): Promise<void> {
    const { alarms, metrics } = this.#world.aws.cloudwatch;
    const put = (namespace: string, name: string, dimensions: readonly Dimension[], value: number) =>
      metrics.add({ namespace, name, dimensions }, 'Count', new Date(at), {
        count: 1,
        sum: value,
        min: value,
        max: value,
        values: undefined,
      });
    for (const { source } of alarms.list()) {
      if (source.kind !== 'metric') continue;
      const { AlarmName, Namespace = '', MetricName = '', Dimensions = [] } = source.definition;
      const watched = /operations-(\w+)-crashes$/.exec(AlarmName)?.[1];
      if (watched !== undefined) {
        const name = (watched === 'evaluator' ? 'slo-evaluator' : watched) as FunctionName;
        put(Namespace, MetricName, Dimensions, this.#world.crashes.get(name) ?? 0);
        this.#world.allCrashes.set(
          name,
          (this.#world.allCrashes.get(name) ?? 0) + (this.#world.crashes.get(name) ?? 0),
        );
        this.#world.crashes.delete(name);
      }
      const queue = /operations-(judge|response|rating)-dlq$/.exec(AlarmName)?.[1];
      if (queue !== undefined) {
        const id = `${queue[0]?.toUpperCase()}${queue.slice(1)}Dlq`;
        const endpoint = this.#world.aws.endpoints.AWS_ENDPOINT_URL_SQS;
        const held = await readQueue(endpoint, queueUrlOf(this.#world.stack.provisioned, id));
        put(Namespace, MetricName, Dimensions, held.length);
      }
    }
  }

  async #endWaits(): Promise<void> {
    for (const { queueUrl } of this.#world.stack.provisioned.eventSources)
      await endWaits(this.#world.aws.endpoints.AWS_ENDPOINT_URL_SQS, queueUrl);
  }

  /** Until nothing waits any more. */
  async #rest(): Promise<void> {
    for (let round = 0; round < 30; round += 1) {
      await this.#endWaits();
      await this.#world.drain();
      let left = 0;
      for (const { queueUrl } of this.#world.stack.provisioned.eventSources)
        left += (await readQueue(this.#world.aws.endpoints.AWS_ENDPOINT_URL_SQS, queueUrl)).length;
      if (left === 0) return;
      this.#world.clock.advanceTo(this.#world.clock.now() + minute);
    }
  }

  async #subscribe(): Promise<void> {
    const { sqs, stack, aws } = this.#world;
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'people' }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const sns = new SNSClient({ endpoint: aws.endpoints.AWS_ENDPOINT_URL_SNS });
    await sns.send(
      new SubscribeCommand({
        TopicArn: stack.environment[env.ticketTopic] ?? '',
        Protocol: 'sqs',
        Endpoint: Attributes?.QueueArn ?? '',
      }),
    );
    sns.destroy();
    this.#world.peopleQueue = QueueUrl ?? '';
  }
}

function alarmStates(world: FaultWorld): Record<string, string> {
  return Object.fromEntries(
    world.aws.cloudwatch.alarms
      .list()
      .map(({ source, status }) => [source.definition.AlarmName, status.state])
      // What is amiss with Assay itself is told in its own column.
      .filter(([name = '']) => !name.includes('-operations-')),
  );
}
