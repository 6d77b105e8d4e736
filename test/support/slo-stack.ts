import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createSeriesStore, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readStates } from '#adapters/dynamodb/surface-states.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { type Catalogue, surfaceOf } from '#core/catalogue/catalogue.ts';
import { env, eventType, type Severity, severities } from '#core/names.ts';
import { countKey, noCohort, type Slice } from '#core/series/keys.ts';
import { sloAlarmName } from '#core/slo/definition/alarm-name.ts';
import { bucketWidth, hourKey } from '#core/time.ts';
import type { StoredSlo, StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import type { SloTransition } from '#lambdas/slo-evaluator/slo-transitions.ts';
import type { AlarmNotification } from '#local/cloudwatch/alarm-store.ts';
import type { AlarmTransition, LocalStack } from '#local/stack/local-stack.ts';
import { incrementsOf } from './counted-records.ts';
import { type EmbeddedStack, type EmbeddedStackOptions, startEmbeddedStack } from './embedded-stack.ts';
import { templatesOf } from './templates.ts';

export const stage = 'test';

/** An alarm transition as it went out as an event. */
export type Announced = Omit<SloTransition, 'at'> & { readonly at: string; readonly stage: string };

/** The whole stack with every alarm of its template, at simulated times. */
export class SloStack {
  readonly stack: LocalStack;
  readonly judge: EmbeddedStack['judge'];
  readonly aws: EmbeddedStack['aws'];
  readonly catalogue: Catalogue;
  readonly dynamo: DynamoDBClient = createDynamo();
  readonly series: SeriesStore;
  readonly #embedded: EmbeddedStack;

  private constructor(embedded: EmbeddedStack, catalogue: Catalogue) {
    this.stack = embedded.stack;
    this.judge = embedded.judge;
    this.aws = embedded.aws;
    this.catalogue = catalogue;
    this.series = createSeriesStore(this.dynamo, embedded.stack.environment[env.seriesTable] ?? '');
    this.#embedded = embedded;
  }

  static async start(
    catalogue: Catalogue,
    options: Pick<EmbeddedStackOptions, 'judge' | 'between'> = {},
  ): Promise<SloStack> {
    const templates = await templatesOf(catalogue, stage);
    return new SloStack(await startEmbeddedStack({ ...options, catalogue, templates }), catalogue);
  }

  /** Sends records at a simulated time and waits until sampler and judge are done with them. */
  async send(records: readonly Record<string, unknown>[], at: number): Promise<void> {
    this.stack.clock.set(at);
    await this.stack.send(records.map((record) => JSON.stringify(record)));
    await this.stack.drain();
  }

  /** Handles messages, and ends their waits, until none is left. */
  settle(): Promise<void> {
    return this.#embedded.settle();
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
    const states = readStates(await this.series.readControl());
    const found = (states[surface] as StoredSurface | undefined)?.[slo];
    if (found === undefined) throw new Error(`the last tick left nothing of ${surface}/${slo}`);
    return found;
  }

  async close(): Promise<void> {
    await this.#embedded.close();
    this.dynamo.destroy();
  }
}
