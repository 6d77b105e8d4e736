import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Synthesis } from '#cdk/synthesize.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { env, metric } from '#core/names.ts';
import { minute } from '#core/time.ts';
import {
  type JudgeReply,
  type JudgeRequest,
  type JudgeServer,
  startJudgeServer,
} from '#local/judges/judge-server.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { EventSource, type SqsHandler } from '#local/stack/event-source.ts';
import { LocalStack } from '#local/stack/local-stack.ts';
import { testPrices } from '#test/support/judges.ts';
import { withWallTimes } from '../support/templates.ts';
import { catalogue } from './fault-catalogue.ts';
import { type FaultMode, interceptCalls } from './intercept-calls.ts';
import type { SteeredClock } from './steered-clock.ts';

/** A function of `lambdas/`. */
export type FunctionName = 'sampler' | 'judge' | 'slo-evaluator' | 'ratings';

/** One call of one function, and what goes wrong with it. */
export interface CellFault {
  /** `judge: dynamodb UpdateItem judgement judgement lease` */
  readonly call: string;
  readonly mode: FaultMode;
}

export interface FaultWorldOptions {
  /** Keeps tables, metrics and alarms: the past that every cell begins with. */
  readonly folder: string;
  readonly templates: Synthesis;
  readonly clock: SteeredClock;
  readonly judge: (request: JudgeRequest) => JudgeReply;
}

/** As on AWS, a batch's leases and time-outs are of some minutes. */
const wallTimes = { functionSeconds: 60, visibilitySeconds: 6 * 60 };

/** Lambda's own calls, which move messages between a queue and a function. */
const ofPollers = /^sqs (ReceiveMessage|DeleteMessageBatch) /;

/** Rounds in which messages that come again at once are handled. */
const mostRounds = 3;

/** The deployed handlers on embedded servers, each call of each of which can be made to fail. */
export class FaultWorld {
  readonly aws: EmbeddedAws;
  readonly judge: JudgeServer;
  readonly stack: LocalStack;
  readonly clock: SteeredClock;
  /** Past everything that goes wrong. */
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly catalogue = catalogue;
  /** Calls of each function so far that the fault's time saw, by name. */
  readonly seen = new Map<string, number>();
  /** Invocations that ended in an exception: those that CloudWatch has not been told of, and all. */
  readonly crashes = new Map<FunctionName, number>();
  readonly allCrashes = new Map<FunctionName, number>();
  /** URL of a queue that hears what the ticket topic is told. */
  peopleQueue = '';
  /** What judge calls truly cost, US dollars, and how many were answered with a completion. */
  truth = { usd: 0, calls: 0 };
  fault: CellFault | undefined;
  /** How often it happened. */
  met = 0;
  isNoting = false;
  #current: FunctionName | undefined;
  readonly #sources: ReadonlyMap<FunctionName, EventSource>;

  private constructor(
    parts: Pick<FaultWorld, 'aws' | 'judge' | 'stack' | 'clock' | 'dynamo' | 'sqs'>,
    handlers: Readonly<Record<string, SqsHandler>>,
  ) {
    this.aws = parts.aws;
    this.judge = parts.judge;
    this.stack = parts.stack;
    this.clock = parts.clock;
    this.dynamo = parts.dynamo;
    this.sqs = parts.sqs;
    this.#sources = new Map(
      this.stack.provisioned.eventSources.map((mapping) => {
        const name = mapping.functionName as FunctionName;
        const handler = handlers[name];
        if (handler === undefined) throw new Error(`there is no handler for the function ${name}`);
        const onError = () => this.#noteCrash(name);
        return [
          name,
          new EventSource({ sqs: this.sqs, mapping, handler, timeFactor: 1, sentAt: (at) => at, onError }),
        ];
      }),
    );
  }

  static async start({ folder, templates, clock, judge }: FaultWorldOptions): Promise<FaultWorld> {
    const aws = await startEmbeddedAws({ folder: join(folder, 'aws'), timeFactor: 1 });
    let world: FaultWorld | undefined;
    const truth = { usd: 0, calls: 0 };
    const judging = await startJudgeServer((request) => {
      const reply = judge(request);
      if (reply.kind === 'text') addCost(truth, request, reply.text);
      return reply;
    });
    interceptCalls((name) => world?.decide(name));
    const stack = await LocalStack.start({
      endpoints: aws.endpoints,
      judgeUrl: judging.url,
      judgeKey: () => 'a-key',
      templates: withWallTimes(templates, 1, wallTimes),
      catalogue,
      catalogueFile: join(folder, 'catalogue.json'),
      timeFactor: 1,
      onError: () => undefined,
    });
    // Calls are told apart by the service that they are signed for.
    delete process.env[env.unsigned];
    const [sampler, judgeFunction] = await Promise.all([
      import('#lambdas/sampler/handler.ts'),
      import('#lambdas/judge/handler.ts'),
    ]);
    world = new FaultWorld(
      {
        aws,
        judge: judging,
        stack,
        clock,
        dynamo: new DynamoDBClient({}),
        sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
      },
      { sampler: sampler.handler, judge: judgeFunction.handler },
    );
    world.truth = truth;
    return world;
  }

  /** Calls past the handlers are none of theirs. */
  decide(name: string): FaultMode | undefined {
    if (this.#current === undefined || !this.isNoting || ofPollers.test(name)) return undefined;
    const call = `${this.#current}: ${name}`;
    this.seen.set(call, (this.seen.get(call) ?? 0) + 1);
    if (this.fault?.call !== call) return undefined;
    this.met += 1;
    return this.fault.mode;
  }

  /** Runs what a function does; what it throws is noted as Lambda does. @returns whether it ended well */
  async invoke(name: FunctionName, work: () => Promise<unknown>): Promise<boolean> {
    this.#current = name;
    try {
      await work();
      return true;
    } catch {
      this.#noteCrash(name);
      return false;
    } finally {
      this.#current = undefined;
    }
  }

  /** Handles every message that is visible. */
  async drain(): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      let handled = 0;
      for (const name of ['sampler', 'judge'] as const) {
        const source = this.#sources.get(name);
        await this.invoke(name, async () => {
          handled += (await source?.drain()) ?? 0;
        });
        await source?.deleted();
      }
      if (handled === 0) return;
    }
  }

  /** One tick of the schedule, and CloudWatch's look at its alarms. */
  async tick(at: number): Promise<void> {
    const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
    await this.invoke('slo-evaluator', () => handler({ time: new Date(at).toISOString() }));
    this.#beatBefore(at);
    await this.stack.evaluateAlarms(at);
  }

  /** A tick stands for the minutes before it, and so does its heartbeat, where it has one. */
  #beatBefore(at: number): void {
    const { metrics } = this.aws.cloudwatch;
    const beat = [...metrics.list()].find(({ name }) => name === metric.heartbeat);
    if (beat?.series.aggregate(at / minute, at / minute + 1) === undefined) return;
    const { namespace, name, dimensions } = beat;
    for (let before = at - 4 * minute; before < at; before += minute)
      if (beat.series.aggregate(before / minute, before / minute + 1) === undefined)
        metrics.add({ namespace, name, dimensions }, 'None', new Date(before), {
          count: 1,
          sum: 1,
          min: 1,
          max: 1,
          values: undefined,
        });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sources.values()].map((source) => source.stop()));
    await this.stack.stop();
    this.dynamo.destroy();
    this.sqs.destroy();
    await this.judge.close();
    await this.aws.close();
  }

  #noteCrash(name: FunctionName): void {
    this.crashes.set(name, (this.crashes.get(name) ?? 0) + 1);
  }
}

/** As the judge server counts tokens. */
function addCost(truth: { usd: number; calls: number }, request: JudgeRequest, text: string): void {
  truth.calls += 1;
  truth.usd += judgeCostUsd(testPrices, {
    inputTokens: Math.ceil(request.prompt.length / 4),
    cachedInputTokens: 0,
    outputTokens: Math.ceil(text.length / 4),
  });
}
