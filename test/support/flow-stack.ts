import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { fromItem, toItem } from '#adapters/dynamodb/client.ts';
import { countersOf } from '#adapters/dynamodb/counter-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env, metric } from '#core/names.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { minute } from '#core/time.ts';
import { gaugeQuery, readMetricData } from '#local/page/read-series.ts';
import type { SqsHandler } from '#local/stack/event-source.ts';
import type { LocalStack } from '#local/stack/local-stack.ts';
import { type AwsProxy, startAwsProxy } from './aws-proxy.ts';
import { testCatalogue } from './catalogue.ts';
import { type EmbeddedStack, type EmbeddedStackOptions, startEmbeddedStack } from './embedded-stack.ts';
import { givingBackAtOnce, startPollers } from './pollers.ts';
import { type QueuedMessage, queueUrlOf, readQueue } from './queues.ts';
import { templatesOf, withoutAlarms } from './templates.ts';

export type QueueName = 'JudgeDlq' | 'RejectedQueue' | 'ResponseQueue' | 'JudgeQueue';

/** Of the test catalogue unless told otherwise. */
export type FlowOptions = Omit<Partial<EmbeddedStackOptions>, 'templates' | 'between'>;

/** A judgement's item as it stands in the table. */
export interface JudgementItem {
  readonly pk: string;
  readonly sk: string;
  readonly responseId: string;
  readonly rubric: string;
  readonly state: string;
  readonly reason?: string;
  readonly score?: number;
  readonly tries?: number;
  readonly probability?: number;
  readonly costUsd?: number;
}

/** Published by the judge, with the wall's time. */
const judgeMetrics: readonly string[] = [
  metric.score,
  metric.pass,
  metric.judgeLatency,
  metric.inputTokens,
  metric.cachedTokens,
  metric.outputTokens,
  metric.judgeCost,
  metric.judged,
  metric.unjudgeable,
  metric.shed,
  metric.judgeErrors,
];

/** The whole stack on embedded servers: real handlers, real SDK clients, SQS and DynamoDB behind proxies. */
export class FlowStack {
  readonly stack: LocalStack;
  readonly judge: EmbeddedStack['judge'];
  readonly dynamo: AwsProxy;
  readonly queues: AwsProxy;
  readonly catalogue: Catalogue;
  readonly timeFactor: number;
  readonly #embedded: EmbeddedStack;
  readonly #scans = new Map<string, { at: number; items: Promise<Record<string, unknown>[]> }>();
  readonly #sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  readonly #client = new DynamoDBClient({});
  readonly #cloudwatch = new CloudWatchClient({});
  #stopPolling: () => Promise<void> = async () => undefined;

  private constructor(
    embedded: EmbeddedStack,
    { catalogue, dynamo, queues }: Pick<FlowStack, 'dynamo' | 'queues' | 'catalogue'>,
  ) {
    this.stack = embedded.stack;
    this.judge = embedded.judge;
    this.timeFactor = embedded.timeFactor;
    this.dynamo = dynamo;
    this.queues = queues;
    this.catalogue = catalogue;
    this.#embedded = embedded;
  }

  static async start(options: FlowOptions = {}): Promise<FlowStack> {
    const catalogue = options.catalogue ?? testCatalogue();
    let proxies: Pick<FlowStack, 'dynamo' | 'queues'> | undefined;
    const embedded = await startEmbeddedStack({
      ...options,
      catalogue,
      // No test here looks at alarms, which alone depend on the catalogue.
      templates: withoutAlarms(await templatesOf(testCatalogue())),
      async between(endpoints) {
        const [dynamo, queues] = await Promise.all([
          startAwsProxy(endpoints.AWS_ENDPOINT_URL_DYNAMODB),
          startAwsProxy(endpoints.AWS_ENDPOINT_URL_SQS),
        ]);
        proxies = { dynamo, queues };
        return { ...endpoints, AWS_ENDPOINT_URL_DYNAMODB: dynamo.url, AWS_ENDPOINT_URL_SQS: queues.url };
      },
    });
    if (proxies === undefined) throw new Error('the stack started without its proxies');
    return new FlowStack(embedded, { catalogue, ...proxies });
  }

  async send(records: readonly (Record<string, unknown> | string)[]): Promise<void> {
    await this.stack.send(
      records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))),
    );
  }

  /** Handles messages, and ends their waits, until none is left. */
  settle(): Promise<void> {
    return this.#embedded.settle();
  }

  /** Puts a message into any of the queues. */
  async sendTo(queue: QueueName, body: string): Promise<string> {
    const { MessageId = '' } = await this.#sqs.send(
      new SendMessageCommand({ QueueUrl: this.queueUrl(queue), MessageBody: body }),
    );
    return MessageId;
  }

  /**
   * Judgements by response id; a response under two rubrics has two.
   *
   * @param maxAgeMs how old a reading may be, where many wait side by side: a scan takes the servers' time
   */
  async judgements(maxAgeMs = 0): Promise<Map<string, JudgementItem[]>> {
    const found = new Map<string, JudgementItem[]>();
    for (const item of await this.#scan(this.#environment(env.judgementTable), maxAgeMs)) {
      if (!String(item.pk).startsWith('judgement#')) continue;
      const judgement = {
        ...item,
        rubric: String(item.pk).split('#')[2] ?? '',
      } as unknown as JudgementItem;
      found.set(judgement.responseId, [...(found.get(judgement.responseId) ?? []), judgement]);
    }
    return found;
  }

  /** The one judgement of a response. */
  async judgement(responseId: string, maxAgeMs = 0): Promise<JudgementItem | undefined> {
    const found = (await this.judgements(maxAgeMs)).get(responseId) ?? [];
    if (found.length > 1) throw new Error(`wanted one judgement of ${responseId}, got ${found.length}`);
    return found[0];
  }

  /** Sets the tries of a judgement that waits. False where it does not wait any more. */
  async setTries({ pk, sk }: JudgementItem, tries: number): Promise<boolean> {
    const setting = new UpdateItemCommand({
      TableName: this.#environment(env.judgementTable),
      Key: toItem({ pk, sk }),
      UpdateExpression: 'SET tries = :tries',
      ConditionExpression: '#state = :waiting',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({ ':tries': tries, ':waiting': 'waiting' }),
    });
    return this.#client.send(setting).then(
      () => true,
      () => false,
    );
  }

  /** Counters of a surface over all buckets and cohorts; `from` narrows them to one 5-minute bucket's hour and index. */
  async counters(surface: string, bucket?: { hour: string; index: string }): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const item of await this.#scan(this.#environment(env.seriesTable))) {
      const { pk, sk } = item;
      if (!String(pk).startsWith(`count#${surface}#${bucket?.hour ?? ''}`)) continue;
      if (!String(sk).slice(3).startsWith('c:')) continue;
      if (bucket !== undefined && !String(sk).startsWith(bucket.index)) continue;
      for (const [name, value] of Object.entries(countersOf(item)))
        sums[name] = (sums[name] ?? 0) + Number(value);
    }
    return sums;
  }

  /** An item of the series table's control partition. */
  async control(sortKey: string): Promise<Record<string, unknown> | undefined> {
    const items = await this.#scan(this.#environment(env.seriesTable));
    return items.find(({ pk, sk }) => pk === 'control' && sk === sortKey);
  }

  /** Everything in a queue, seen from outside: nothing is received, nothing hidden. */
  queued(name: QueueName): Promise<QueuedMessage[]> {
    return readQueue(this.#embedded.aws.endpoints.AWS_ENDPOINT_URL_SQS, this.queueUrl(name));
  }

  queueUrl(name: QueueName): string {
    return queueUrlOf(this.stack.provisioned, name);
  }

  /**
   * Polls in the background until the stack is closed. What a function gave back without a wait of its own comes again
   * at once, as if the queue's visibility time-out were over: that one bounds work, and a test need not wait for it.
   */
  async poll(): Promise<void> {
    const [sampler, judge] = await Promise.all([
      import('#lambdas/sampler/handler.ts'),
      import('#lambdas/judge/handler.ts'),
    ]);
    const { eventSources: mappings } = this.stack.provisioned;
    const giveBack = (functionName: string, handler: SqsHandler) => {
      const queueUrl = mappings.find((mapping) => mapping.functionName === functionName)?.queueUrl ?? '';
      const endpoint = this.#embedded.aws.endpoints.AWS_ENDPOINT_URL_SQS;
      return givingBackAtOnce(handler, { queueUrl, endpoint, seen: this.queues.answered });
    };
    this.#stopPolling = startPollers(
      { mappings, timeFactor: this.timeFactor },
      { sampler: giveBack('sampler', sampler.handler), judge: giveBack('judge', judge.handler) },
    );
  }

  /** A gauge's value at a minute, as CloudWatch has it. */
  async gauge(
    name: string,
    at: number,
    dimensions: Readonly<Record<string, string>> = {},
  ): Promise<number | undefined> {
    const query = gaugeQuery('gauge', 'test', name, dimensions, 'Maximum', minute);
    const [found] = await readMetricData(this.#cloudwatch, [query], at, at + minute);
    return found?.Values?.[0];
  }

  /** Everything the evaluator has published, by metric and minute. The judge's own metrics carry the wall's time. */
  gauges(): Record<string, unknown> {
    return Object.fromEntries(
      this.#embedded.aws.cloudwatch.metrics
        .snapshot()
        .filter(({ name }) => !judgeMetrics.includes(name))
        .map(({ name, dimensions, columns }) => [`${name} ${JSON.stringify(dimensions)}`, columns]),
    );
  }

  /** The series table as it stands, in a form that can be compared. */
  async series(): Promise<Map<string, unknown>> {
    const items = await this.#scan(this.#environment(env.seriesTable));
    return new Map(items.map((item) => [`${String(item.pk)} ${String(item.sk)}`, item]));
  }

  /** Stored roll-ups of a surface: per day and slice its columns. */
  async rollups(surface: string, from: number, to: number): Promise<Record<string, PackedDay>> {
    const store = createSeriesStore(this.#client, this.#environment(env.seriesTable));
    const days = await store.readDays(surface, from, to);
    return Object.fromEntries(days.map(({ day, slice, packed }) => [`${day} ${slice}`, packed]));
  }

  async close(): Promise<void> {
    await this.#stopPolling();
    await this.#embedded.close();
    await Promise.all([this.dynamo.close(), this.queues.close()]);
    this.#sqs.destroy();
    this.#client.destroy();
    this.#cloudwatch.destroy();
  }

  #environment(name: string): string {
    return this.stack.environment[name] ?? '';
  }

  #scan(table: string, maxAgeMs = 0): Promise<Record<string, unknown>[]> {
    const last = this.#scans.get(table);
    if (last !== undefined && Date.now() - last.at < maxAgeMs) return last.items;
    const items = this.#scanNow(table);
    this.#scans.set(table, { at: Date.now(), items });
    return items;
  }

  async #scanNow(TableName: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    const pages = paginateScan({ client: this.#client }, { TableName, ConsistentRead: true });
    for await (const { Items = [] } of pages) items.push(...Items.map(fromItem));
    return items;
  }
}
