import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createSeriesStore, readStates, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { inParallel } from '#adapters/sqs/queue.ts';
import { type Synthesis, synthesizeTemplate } from '#cdk/synthesize.ts';
import { type Catalogue, surfaceOf } from '#core/catalogue/catalogue.ts';
import { env, eventType, type Severity, severities } from '#core/names.ts';
import { countKey, noCohort, type Slice } from '#core/series/keys.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { bucketWidth, hourKey } from '#core/time.ts';
import type { StoredSlo, StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import type { SloTransition } from '#lambdas/slo-evaluator/slo-transitions.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/aws/embedded-aws.ts';
import type { AlarmNotification } from '#local/cloudwatch/alarm-store.ts';
import { type AnswerJudge, type JudgeServer, startJudgeServer } from '#local/judges/judge-server.ts';
import { type AlarmTransition, LocalStack } from '#local/session/local-stack.ts';
import { goodJudge } from '#test/support/flow-stack.ts';
import { incrementsOf } from './slo-traffic.ts';

export const stage = 'test';

/** An alarm transition as it went out as an event. */
export type Announced = Omit<SloTransition, 'at'> & { readonly at: string; readonly stage: string };

/** The whole stack with every alarm of its template, at simulated times. */
export class SloFlow {
  readonly stack: LocalStack;
  readonly judge: JudgeServer;
  readonly catalogue: Catalogue;
  readonly aws: EmbeddedAws;
  readonly dynamo: DynamoDBClient;
  readonly series: SeriesStore;
  readonly #folder: string;

  private constructor(
    parts: Pick<SloFlow, 'stack' | 'judge' | 'catalogue' | 'aws' | 'dynamo' | 'series'>,
    folder: string,
  ) {
    this.stack = parts.stack;
    this.judge = parts.judge;
    this.catalogue = parts.catalogue;
    this.aws = parts.aws;
    this.dynamo = parts.dynamo;
    this.series = parts.series;
    this.#folder = folder;
  }

  static async start(
    catalogue: Catalogue,
    answer: AnswerJudge = goodJudge,
    {
      templates = synthesizeTemplate(catalogue, stage),
      timeFactor = 30,
    }: { readonly templates?: Synthesis; readonly timeFactor?: number } = {},
  ): Promise<SloFlow> {
    const [aws, judge, folder] = await Promise.all([
      startEmbeddedAws({ timeFactor }),
      startJudgeServer(answer),
      mkdtemp(join(tmpdir(), 'assay-slo-flow-')),
    ]);
    // Handlers read their environment once: another stack needs them afresh.
    vi.resetModules();
    const stack = await LocalStack.start({
      endpoints: aws.endpoints,
      judgeUrl: judge.url,
      judgeKey: 'a-key',
      templates,
      catalogue,
      catalogueFile: join(folder, 'catalogue.json'),
      timeFactor,
      onError: () => undefined,
    });
    const dynamo = createDynamo();
    const series = createSeriesStore(dynamo, stack.environment[env.seriesTable] ?? '');
    return new SloFlow({ stack, judge, catalogue, aws, dynamo, series }, folder);
  }

  /** Sends records at a simulated time and waits until sampler and judge are done with them. */
  async send(records: readonly Record<string, unknown>[], at: number): Promise<void> {
    this.stack.clock.set(at);
    await this.stack.send(records.map((record) => JSON.stringify(record)));
    await this.stack.drain();
  }

  /**
   * Counts records of a surface in every bucket of [from, to), as the sampler would: for traffic that is too much to
   * send one by one.
   */
  async count(
    surface: string,
    records: readonly Record<string, unknown>[],
    { from, to, copies }: { from: number; to: number; copies: number },
    slices: readonly Slice[] = [`c:${noCohort}`],
  ): Promise<void> {
    const increments = incrementsOf(surfaceOf(this.catalogue, surface), records, copies);
    const counters = createCounterStore(this.dynamo, this.stack.environment[env.seriesTable] ?? '');
    const buckets = Array.from(
      { length: (to - from) / bucketWidth },
      (_, index) => from + index * bucketWidth,
    );
    await inParallel(buckets, 8, async (at) => {
      for (const slice of slices) await counters.add(countKey(surface, at, slice), at, increments);
    });
    await counters.markDirty(
      buckets.map((at) => ({ of: 'counts', surface, hour: hourKey(at) })),
      randomUUID(),
    );
  }

  /** A tick, and CloudWatch's look at it. @returns alarms that changed */
  async tick(at: number): Promise<AlarmTransition[]> {
    await this.stack.tick(at);
    return this.stack.evaluateAlarms(at);
  }

  /** State of every alarm by name. */
  alarms(): Map<string, string> {
    return new Map(
      this.aws.cloudwatch.alarms
        .list()
        .map(({ source, status }) => [source.definition.AlarmName, status.state]),
    );
  }

  /** `first-token: page` of every SLO alarm of a surface that is in ALARM, by severity. */
  firing(surface: string): Record<string, Severity[]> {
    const states = this.alarms();
    const firing: Record<string, Severity[]> = {};
    for (const slo of this.catalogue.surfaces.find((each) => each.surface === surface)?.slos ?? []) {
      const own = severities.filter((severity) => states.get(sloAlarmName(stage, slo, severity)) === 'ALARM');
      if (own.length > 0) firing[slo.id] = own;
    }
    return firing;
  }

  /** State of an alarm of a surface's own: `unmeasured`, `sampled-share-low`. */
  surfaceAlarm(surface: string, name: string): string | undefined {
    return this.alarms().get(`assay-${stage}-${surface}-${name}`);
  }

  /** Everything that alarms told a topic, in order. */
  told(severity: Severity): readonly AlarmNotification[] {
    const topic = `${severity[0]?.toUpperCase()}${severity.slice(1)}Topic`;
    return this.aws.cloudwatch.alarms.notifications.filter(({ target }) => target.includes(topic));
  }

  /** Alarm transitions that went out as events. */
  announced(): Announced[] {
    return this.aws.events
      .events()
      .filter(({ detailType }) => detailType === eventType.transition)
      .map(({ detail }) => detail as Announced);
  }

  /** What the last tick left of an SLO. */
  async stored(surface: string, slo: string): Promise<StoredSlo> {
    const states = readStates((await this.series.readControl()).tick);
    const found = (states[surface] as StoredSurface | undefined)?.[slo];
    if (found === undefined) throw new Error(`the last tick left nothing of ${surface}/${slo}`);
    return found;
  }

  async close(): Promise<void> {
    await this.stack.stop();
    await Promise.all([this.judge.close(), this.aws.close()]);
    this.dynamo.destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
