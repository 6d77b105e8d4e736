import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { publish } from '#adapters/cloudwatch/publish-metrics.ts';
import { metricNamespace } from '#core/names.ts';
import { wholeShare } from '#core/share.ts';
import { Evaluator } from '#lambdas/slo-evaluator/evaluate-tick.ts';
import { createEvaluatorStores } from '#lambdas/slo-evaluator/evaluator-stores.ts';
import { roomOf } from '#lambdas/slo-evaluator/memory/surface-turns.ts';
import { CallCounter } from './call-counter.ts';
import { makeCatalogue, tables } from './stored-surfaces.ts';

/** What a tick of an evaluator took. Seconds, megabytes, requests. */
export interface TickCost {
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly peakMb: number;
  readonly reads: number;
  readonly readUnits: number;
}

/**
 * A process of its own, as a Lambda environment is: `cold-evaluator.ts SURFACES TICK` makes one tick with an empty memory
 * against the servers of its environment and prints what it took.
 */
const [surfaces = 0, tick = 0] = process.argv.slice(2).map(Number);
const catalogue = await makeCatalogue(surfaces);
const dynamo = new DynamoDBClient({});
const cloudwatch = new CloudWatchClient({});
const calls = new CallCounter([dynamo, cloudwatch]);
const evaluator = new Evaluator({
  ...createEvaluatorStores(dynamo, tables, catalogue, async (messages) => messages.map(() => true)),
  notify: async () => undefined,
  stage: 'bench',
  publish: (points) => publish(cloudwatch, metricNamespace('bench'), points),
  announce: async (transitions) => new Set(transitions.map(({ id }) => id)),
  warn: (message) => console.error(message),
  writer: `cold-${process.pid}`,
  share: wholeShare,
  roomBytes: roomOf(1_769),
});
const started = performance.now();
await evaluator.tick(tick);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();
const cost: TickCost = {
  cpuSeconds: (user + system) / 1e6,
  seconds,
  peakMb: process.resourceUsage().maxRSS / 1024,
  reads: calls.count('Query', 'GetItem', 'BatchGetItem'),
  readUnits: calls.readUnits,
};
console.log(JSON.stringify(cost));
process.exit(0);
