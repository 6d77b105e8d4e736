import { writeFile } from 'node:fs/promises';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { once } from '#adapters/once.ts';
import { createSqs, packBatches } from '#adapters/sqs/queue.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgesInUse } from '#core/judges/find-judge.ts';
import { secretEntries } from '#core/judges/judge-place.ts';
import { env, metric, metricNamespace } from '#core/names.ts';
import { minute } from '#core/time.ts';
import type { AwsEndpoints } from '../servers/embedded-aws.ts';
import { EventSource, type SqsHandler } from './event-source.ts';
import { createContext } from './lambda-context.ts';
import { useEnvironment } from './local-environment.ts';
import { type Provisioned, provision, type Templates } from './provision.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** An alarm that changed its state. */
export interface AlarmTransition {
  readonly at: string;
  readonly alarm: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface LocalStackOptions {
  readonly endpoints: AwsEndpoints;
  readonly judgeUrl: string | undefined;
  /** The key under an entry of the judges' secret. */
  readonly judgeKey: (entry: string) => string;
  readonly templates: Templates;
  readonly catalogue: Catalogue;
  /** File that the compiled catalogue is written to, as the functions' layer. */
  readonly catalogueFile: string;
  readonly timeFactor: number;
  readonly onError: (functionName: string, error: unknown) => void;
}

/** What is longer than CloudWatch's look at heartbeats needs none in between. */
const longestStep = 15 * minute;

/** The deployed stack on the embedded servers: real handlers behind local pollers and a simulated clock. */
export class LocalStack {
  readonly clock = new SimulatedClock();
  readonly provisioned: Provisioned;
  /** What the functions find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #use: LocalStackOptions;
  readonly #sqs = createSqs();
  #tickedAt: number | undefined;
  /** Minutes that a replay skipped, epoch milliseconds: CloudWatch is told of their heartbeats when it next looks. */
  #skipped: number[] = [];
  readonly #sources: EventSource[];
  /** Before a function's time begins; a command that only reads never loads them. */
  readonly #handlers = once(loadHandlers);

  private constructor(
    use: LocalStackOptions,
    provisioned: Provisioned,
    environment: Readonly<Record<string, string>>,
  ) {
    this.environment = environment;
    this.#use = use;
    this.provisioned = provisioned;
    this.#sources = provisioned.eventSources.map(
      (mapping) =>
        new EventSource({
          sqs: this.#sqs,
          mapping,
          handler: async (event, context) => {
            const { sqs } = await this.#handlers();
            return (sqs[mapping.functionName] ?? missingHandler(mapping.functionName))(event, context);
          },
          timeFactor: use.timeFactor,
          sentAt: (wall) => this.clock.at(wall),
          onError: use.onError,
        }),
    );
  }

  /** Makes the stack's resources. Sets this process's environment as Lambda would. */
  static async start(options: LocalStackOptions): Promise<LocalStack> {
    const { endpoints } = options;
    const environmentOf = (set: Readonly<Record<string, string>>) =>
      useEnvironment(endpoints, set, options.judgeUrl === undefined ? options.catalogue : undefined);
    environmentOf({});
    await writeFile(options.catalogueFile, JSON.stringify(options.catalogue), { mode: 0o600 });
    const provisioned = await provision(options.templates, options.timeFactor, secretOf(options));
    const environment = Object.assign(
      {},
      ...Object.values(provisioned.functions).map((each) => each.environment),
    ) as Record<string, string>;
    environment[env.catalogue] = options.catalogueFile;
    environment[env.judgeUrl] = options.judgeUrl ?? '';
    environmentOf(environment);
    return new LocalStack(options, provisioned, environment);
  }

  get responseQueueUrl(): string {
    return this.#queueUrl('ResponseQueue');
  }

  /** Sends record bodies to the response queue. */
  async send(bodies: readonly string[]): Promise<void> {
    const QueueUrl = this.responseQueueUrl;
    for (const Entries of packBatches(bodies.map((body) => ({ body })))) {
      const { Failed = [] } = await this.#sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0)
        throw new Error(`the local queue refused ${Failed.length} records: ${Failed[0]?.Message ?? ''}`);
    }
  }

  /** Handles every message that is visible now, through sampler and judge. */
  async drain(): Promise<void> {
    await this.#handlers();
    for (;;) {
      let handled = 0;
      for (const source of this.#inFlowOrder()) handled += await source.drain();
      if (handled === 0 || this.parked === 0) break;
    }
  }

  /** Messages that wait to come again. */
  get parked(): number {
    return this.#sources.reduce((sum, source) => sum + source.parked, 0);
  }

  /** Drains until nothing waits any more, or the time is over. @returns messages still waiting */
  async settle(longestMs: number): Promise<number> {
    const end = Date.now() + longestMs;
    await this.drain();
    while (this.parked > 0 && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await this.drain();
    }
    await Promise.all(this.#sources.map((source) => source.deleted()));
    return this.parked;
  }

  /** One tick of the schedule: the evaluator publishes its gauges. */
  async tick(at: number): Promise<void> {
    const { evaluate } = await this.#handlers();
    const timeout = this.provisioned.functions['slo-evaluator']?.timeoutSeconds ?? 60;
    await evaluate(
      { time: new Date(at).toISOString() },
      createContext('slo-evaluator', Date.now() + timeout * 1000),
    );
    this.#beatSince(this.#tickedAt, at);
    this.#tickedAt = at;
  }

  /** The schedule ticks each minute. Where a replay skips some, its tick stands for them, and so does its heartbeat. */
  #beatSince(before: number | undefined, at: number): void {
    if (before === undefined || at - before > longestStep) return;
    for (let skippedAt = before + minute; skippedAt < at; skippedAt += minute) this.#skipped.push(skippedAt);
  }

  /** Lets CloudWatch look at its alarms. @returns those that changed */
  async evaluateAlarms(at: number): Promise<AlarmTransition[]> {
    const response = await fetch(`${this.#use.endpoints.AWS_ENDPOINT_URL_CLOUDWATCH}/_assay/evaluate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ now: new Date(at).toISOString(), ...this.#takeSkipped() }),
    });
    return ((await response.json()) as { transitions: AlarmTransition[] }).transitions;
  }

  #takeSkipped() {
    const beats = this.#skipped.splice(0);
    return beats.length === 0
      ? {}
      : {
          metrics: {
            Namespace: metricNamespace(this.environment[env.stage] ?? ''),
            MetricData: beats.map((beat) => ({
              MetricName: metric.heartbeat,
              Timestamp: beat / 1_000,
              Value: 1,
            })),
          },
        };
  }

  /** Polls in the background, for a stack that lives. */
  poll(): void {
    void this.#handlers();
    for (const source of this.#sources) source.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.stop()));
    this.#sqs.destroy();
  }

  #queueUrl(name: string): string {
    const found = Object.entries(this.provisioned.queues).find(([id]) => id.includes(name));
    if (found === undefined) throw new Error(`the template has no queue named like ${name}`);
    return found[1];
  }

  #inFlowOrder(): EventSource[] {
    return this.provisioned.eventSources
      .map(({ functionName }, index) => ({
        rank: functionName === 'sampler' ? 0 : 1,
        source: this.#sources[index],
      }))
      .sort((a, b) => a.rank - b.rank)
      .flatMap(({ source }) => (source === undefined ? [] : [source]));
  }
}

interface Handlers {
  readonly sqs: Readonly<Record<string, SqsHandler>>;
  readonly evaluate: (event: { time: string }, context: ReturnType<typeof createContext>) => Promise<void>;
}

/** The deployed handlers themselves. Loaded late, for they read their environment. */
async function loadHandlers(): Promise<Handlers> {
  const [sampler, judge, evaluator] = await Promise.all([
    import('#lambdas/sampler/handler.ts'),
    import('#lambdas/judge/handler.ts'),
    import('#lambdas/slo-evaluator/handler.ts'),
  ]);
  return { sqs: { sampler: sampler.handler, judge: judge.handler }, evaluate: evaluator.handler };
}

function missingHandler(name: string): SqsHandler {
  return () => Promise.reject(new Error(`there is no handler for the function ${name}`));
}

/** What the judges' secret holds: each entry that a judge of the catalogue names. */
function secretOf({ catalogue, judgeKey }: LocalStackOptions): string {
  // A run that was saved before there were judges has them in its rubrics.
  const entries = secretEntries([...(catalogue.judges ?? []), ...judgesInUse(catalogue)]);
  return JSON.stringify(Object.fromEntries(entries.map((entry) => [entry, judgeKey(entry)])));
}
