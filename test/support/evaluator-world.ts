import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import { putAll } from '#adapters/dynamodb/batch-calls.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { type Catalogue, surfaceOf } from '#core/catalogue/catalogue.ts';
import { countKey, noCohort } from '#core/series/keys.ts';
import { wholeShare } from '#core/share.ts';
import { bucketWidth, hourKey } from '#core/time.ts';
import { Evaluator, type EvaluatorDependencies } from '#lambdas/slo-evaluator/evaluate-tick.ts';
import { createEvaluatorStores } from '#lambdas/slo-evaluator/evaluator-stores.ts';
import { incrementsOf } from './counted-records.ts';
import { createTables } from './tables.ts';

/** Tables of a stage, evaluators that go by them, and what these told. */
export async function makeEvaluatorWorld(dynamo: DynamoDBClient, catalogue: Catalogue, name: string) {
  const tables = { series: `${name}-series`, judgements: `${name}-judgements`, ratings: `${name}-ratings` };
  await createTables(dynamo, Object.values(tables));
  const counters = createCounterStore(dynamo, tables.series);
  const announced: string[] = [];
  const published: Point[] = [];
  const warnings: string[] = [];
  let made = 0;
  return {
    tables,
    counters,
    series: createSeriesStore(dynamo, tables.series),
    /** Transitions in order, each with its id and its reason. */
    announced,
    published,
    warnings,

    /** An evaluator with nothing in its memory. */
    make(options: Partial<EvaluatorDependencies> = {}): Evaluator {
      made += 1;
      return new Evaluator({
        ...createEvaluatorStores(dynamo, tables, catalogue, async (messages) => messages.map(() => true)),
        stage: 'test',
        publish: async (points) => void published.push(...points),
        announce: async (transitions) => {
          for (const { id, reason } of transitions) announced.push(`${id} ${reason}`);
          return new Set(transitions.map(({ id }) => id));
        },
        notify: async () => undefined,
        warn: (message) => void warnings.push(message),
        writer: `${name}-${made}`,
        share: wholeShare,
        roomBytes: Number.POSITIVE_INFINITY,
        ...options,
      });
    },

    /** Counts records of a surface in every bucket of [from, to), in which none were counted before, as the sampler would. */
    async count(
      surface: string,
      records: readonly Record<string, unknown>[],
      { from, to, copies }: { readonly from: number; readonly to: number; readonly copies: number },
    ): Promise<void> {
      const increments = incrementsOf(surfaceOf(catalogue, surface), records, copies);
      const buckets = Array.from(
        { length: (to - from) / bucketWidth },
        (_, index) => from + index * bucketWidth,
      );
      const sums = Object.fromEntries(increments);
      await putAll(
        dynamo,
        tables.series,
        buckets.map((at) => ({ ...countKey(surface, at, `c:${noCohort}`), ...sums })),
      );
      const hours = new Set(buckets.map(hourKey));
      await counters.markDirty(
        [...hours].map((hour) => ({ of: 'counts' as const, surface, hour })),
        `${surface} ${to} ${Math.random()}`,
      );
    },
  };
}

export type EvaluatorWorld = Awaited<ReturnType<typeof makeEvaluatorWorld>>;
