import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsCall, type AwsProxy, startAwsProxy } from '#test/support/aws-proxy.ts';
import { type BenchRow, printRows } from '../bench-row.ts';
import { startBenchStack } from './bench-stack.ts';
import { receiveJudgements } from './judge-events.ts';
import { ourBodies, sqsRecords } from './traffic.ts';

/**
 * What a record and a verdict cost in requests and in DynamoDB's units, counted on the wire: what
 * src/core/cost/measured-calls.ts holds.
 */
const size = 2_000;
const shape = { surfaces: ['chat'], cohorts: ['eu', 'us', 'apac'], releases: ['1.4.2'] };

const calls = new Map<string, number>();
let writes = 0;
let reads = 0;
const proxies: AwsProxy[] = [];

interface Capacity {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number } | readonly { CapacityUnits?: number }[];
}

function count({ operation }: AwsCall, _status: number, answer: Buffer): void {
  calls.set(operation, (calls.get(operation) ?? 0) + 1);
  const { ConsumedCapacity = [] } = JSON.parse(answer.toString() || '{}') as Capacity;
  const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  if (operation === 'Query' || operation === 'GetItem' || operation === 'BatchGetItem') reads += units;
  else writes += units;
}

const { catalogue, stop } = await startBenchStack(async (endpoints) => {
  const dynamo = await startAwsProxy(endpoints.AWS_ENDPOINT_URL_DYNAMODB, {
    observe: count,
    rewrite: ({ body }) => ({ ...body, ReturnConsumedCapacity: 'TOTAL' }),
  });
  const queues = await startAwsProxy(endpoints.AWS_ENDPOINT_URL_SQS, {
    observe: ({ operation }) => void calls.set(operation, (calls.get(operation) ?? 0) + 1),
  });
  const cloudwatch = await startAwsProxy(endpoints.AWS_ENDPOINT_URL_CLOUDWATCH, {
    observe: ({ operation }) => void calls.set(operation, (calls.get(operation) ?? 0) + 1),
  });
  proxies.push(dynamo, queues, cloudwatch);
  return {
    ...endpoints,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
    AWS_ENDPOINT_URL_SQS: queues.url,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch.url,
  };
});

/** What was counted since the last time. */
function readCounts(): { readonly calls: ReadonlyMap<string, number>; writes: number; reads: number } {
  const counted = { calls: new Map(calls), writes, reads };
  calls.clear();
  writes = 0;
  reads = 0;
  return counted;
}

function describeCalls(calls: ReadonlyMap<string, number>, format: (times: number) => string): string {
  return [...calls].map(([name, times]) => `${format(times)} ${name}`).join(', ');
}

const now = Math.floor(Date.now() / 300_000) * 300_000 - 150_000;
const sampler = await import('#lambdas/sampler/handler.ts');
await sampler.handler({ Records: sqsRecords(ourBodies(10, now, shape, 'warm'), now) });
readCounts();
await sampler.handler({ Records: sqsRecords(ourBodies(size, now, shape, 'units'), now) });
const sampled = readCounts();

/** Batches of ten, as the deployed queue gives them. */
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const judge = await import('#lambdas/judge/handler.ts');
const queueUrl = String(process.env.ASSAY_JUDGE_QUEUE_URL);
const total = { verdicts: 0, writes: 0, reads: 0, calls: new Map<string, number>() };
for (;;) {
  const Records = await receiveJudgements(sqs, queueUrl);
  if (Records.length < 10) break;
  readCounts();
  const context = { getRemainingTimeInMillis: () => 180_000 } as Parameters<typeof judge.handler>[1];
  const { batchItemFailures } = await judge.handler({ Records }, context);
  if (batchItemFailures.length > 0) throw new Error('the judge gave messages back');
  const counted = readCounts();
  total.verdicts += Records.length;
  total.writes += counted.writes;
  total.reads += counted.reads;
  for (const [name, times] of counted.calls) total.calls.set(name, (total.calls.get(name) ?? 0) + times);
}
const surfaces = catalogue.surfaces.length;
const rows: BenchRow[] = [
  {
    name: 'sampler write units a batch of 2,000',
    value: sampled.writes,
    unit: 'units',
    how: `DynamoDB's own count at 5%, one surface, three cohorts, one release: ${describeCalls(sampled.calls, String)}`,
  },
  {
    name: 'judge write units a verdict',
    value: total.writes / total.verdicts,
    unit: 'units',
    how: `DynamoDB's own count of ${total.verdicts} verdicts on records of 2 KB in batches of ten, ${surfaces} surfaces in the catalogue: ${describeCalls(total.calls, (times) => (times / total.verdicts).toFixed(2))}`,
  },
  {
    name: 'judge read units a verdict',
    value: total.reads / total.verdicts,
    unit: 'units',
    how: 'the same; strongly consistent reads count whole',
  },
];
printRows(rows);
await stop();
await Promise.all(proxies.map((proxy) => proxy.close()));
process.exit(0);
