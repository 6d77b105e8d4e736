import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { fromItem, toItem } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { type Synthesis, synthesizeTemplate } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env, metric, metricNamespace } from '#core/names.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/aws/embedded-aws.ts';
import { type AnswerJudge, type JudgeServer, startJudgeServer } from '#local/judges/judge-server.ts';
import { LocalStack } from '#local/session/local-stack.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { type AwsProxy, startAwsProxy } from './aws-proxy.ts';
import { goodJudge } from './judge-replies.ts';
import { type QueuedMessage, readInspection } from './queued-message.ts';

export { goodJudge, verdict } from './judge-replies.ts';

export type QueueName = 'JudgeDlq' | 'RejectedQueue' | 'ResponseQueue' | 'JudgeQueue';

export interface FlowOptions {
  readonly catalogue?: Catalogue;
  /**
   * Waits are divided by it. At 300 the judge's three minutes are 600 ms and its quarter of an hour 3 s: for tests that
   * wait. The default, 20, leaves a busy machine room: no call is given up but the ones that a test wants given up.
   */
  readonly timeFactor?: number;
  /** Seconds, not scaled, that queues hide a received message; the template's own, scaled, where absent. */
  readonly visibilitySeconds?: number;
  readonly judge?: AnswerJudge;
  readonly judgeKey?: string;
}

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
export class Flow {
  readonly stack: LocalStack;
  readonly judge: JudgeServer;
  readonly dynamo: AwsProxy;
  readonly queues: AwsProxy;
  readonly catalogue: Catalogue;
  readonly timeFactor: number;
  readonly #aws: EmbeddedAws;
  readonly #folder: string;
  readonly #scans = new Map<string, { at: number; items: Promise<Record<string, unknown>[]> }>();
  readonly #sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  readonly #client = new DynamoDBClient({});
  readonly #cloudwatch = new CloudWatchClient({});

  private constructor(
    parts: Pick<Flow, 'stack' | 'judge' | 'dynamo' | 'queues' | 'catalogue' | 'timeFactor'>,
    aws: EmbeddedAws,
    folder: string,
  ) {
    this.stack = parts.stack;
    this.judge = parts.judge;
    this.dynamo = parts.dynamo;
    this.queues = parts.queues;
    this.catalogue = parts.catalogue;
    this.timeFactor = parts.timeFactor;
    this.#aws = aws;
    this.#folder = folder;
  }

  static async start(options: FlowOptions = {}): Promise<Flow> {
    const timeFactor = options.timeFactor ?? 20;
    const catalogue = options.catalogue ?? testCatalogue();
    const [aws, judge, folder] = await Promise.all([
      startEmbeddedAws({ timeFactor }),
      startJudgeServer(options.judge ?? goodJudge),
      mkdtemp(join(tmpdir(), 'assay-flow-')),
    ]);
    const [dynamo, queues] = await Promise.all([
      startAwsProxy(aws.endpoints.AWS_ENDPOINT_URL_DYNAMODB),
      startAwsProxy(aws.endpoints.AWS_ENDPOINT_URL_SQS),
    ]);
    // Handlers read their environment once: another stack needs them afresh.
    vi.resetModules();
    const stack = await LocalStack.start({
      endpoints: {
        ...aws.endpoints,
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
        AWS_ENDPOINT_URL_SQS: queues.url,
      },
      judgeUrl: judge.url,
      judgeKey: options.judgeKey ?? 'a-key',
      templates: queuesAndTables(
        options.visibilitySeconds === undefined ? undefined : options.visibilitySeconds * timeFactor,
      ),
      catalogue,
      catalogueFile: join(folder, 'catalogue.json'),
      timeFactor,
      onError: () => undefined,
    });
    return new Flow({ stack, judge, dynamo, queues, catalogue, timeFactor }, aws, folder);
  }

  async send(records: readonly (Record<string, unknown> | string)[]): Promise<void> {
    await this.stack.send(
      records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))),
    );
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
    for (const { pk, sk, expiresAt: _, ...counters } of await this.#scan(
      this.#environment(env.seriesTable),
    )) {
      if (!String(pk).startsWith(`count#${surface}#${bucket?.hour ?? ''}`)) continue;
      if (!String(sk).slice(3).startsWith('c:')) continue;
      if (bucket !== undefined && !String(sk).startsWith(bucket.index)) continue;
      for (const [name, value] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + Number(value);
    }
    return sums;
  }

  /** An item of the series table's control partition. */
  async control(sortKey: string): Promise<Record<string, unknown> | undefined> {
    const items = await this.#scan(this.#environment(env.seriesTable));
    return items.find(({ pk, sk }) => pk === 'control' && sk === sortKey);
  }

  /** Everything in a queue, seen from outside: nothing is received, nothing hidden. */
  async queued(name: QueueName): Promise<QueuedMessage[]> {
    const url = this.queueUrl(name);
    const response = await fetch(
      `${this.#aws.endpoints.AWS_ENDPOINT_URL_SQS}/_fauxqs/queues/${url.split('/').at(-1)}`,
    );
    return readInspection(await response.json());
  }

  queueUrl(name: QueueName): string {
    const found = Object.entries(this.stack.provisioned.queues).find(([id]) =>
      id.replace(/[0-9A-F]{8}$/, '').endsWith(name),
    );
    if (found === undefined) throw new Error(`the template has no queue named like ${name}`);
    return found[1];
  }

  /** A gauge's value at a minute, as CloudWatch has it. */
  async gauge(
    name: string,
    at: number,
    dimensions: Readonly<Record<string, string>> = {},
  ): Promise<number | undefined> {
    const { MetricDataResults = [] } = await this.#cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(at),
        EndTime: new Date(at + 60_000),
        MetricDataQueries: [
          {
            Id: 'm',
            MetricStat: {
              Metric: {
                Namespace: metricNamespace('test'),
                MetricName: name,
                Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
              },
              Period: 60,
              Stat: 'Maximum',
            },
          },
        ],
      }),
    );
    return MetricDataResults[0]?.Values?.[0];
  }

  /** Everything the evaluator has published, by metric and minute. The judge's own metrics carry the wall's time. */
  gauges(): Record<string, unknown> {
    return Object.fromEntries(
      this.#aws.cloudwatch.metrics
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
    await this.stack.stop();
    await Promise.all([this.dynamo.close(), this.queues.close(), this.judge.close(), this.#aws.close()]);
    this.#sqs.destroy();
    this.#client.destroy();
    this.#cloudwatch.destroy();
    await rm(this.#folder, { recursive: true, force: true });
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

let synthesized: Synthesis | undefined;

/** The template without its alarms, which alone depend on the catalogue: no test here looks at them. */
function queuesAndTables(visibilityTimeout: number | undefined): Synthesis {
  synthesized ??= synthesizeTemplate(testCatalogue(), 'test');
  const { template } = synthesized;
  const kept = Object.entries(template.Resources).filter(
    ([, { Type }]) => !Type.startsWith('AWS::CloudWatch::'),
  );
  const Resources = Object.fromEntries(
    kept.map(([id, resource]) => {
      const { Type, Properties = {} } = resource;
      if (Type !== 'AWS::SQS::Queue' || visibilityTimeout === undefined) return [id, resource];
      return [id, { ...resource, Properties: { ...Properties, VisibilityTimeout: visibilityTimeout } }];
    }),
  );
  return { template: { ...template, Resources }, nested: [] };
}

/** Waits until a reading is there. @throws Error naming what did not come about */
export async function until<T>(
  what: string,
  read: () => Promise<T | undefined | false>,
  longestMs = 20_000,
): Promise<T> {
  const end = Date.now() + longestMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited ${longestMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
