import { type AwsProxy, startAwsProxy } from '#test/support/aws-proxy.ts';
import { type BenchRow, printRows } from '../bench-row.ts';
import { startBenchStack } from './bench-stack.ts';
import { ourBodies, sqsRecords, type TrafficShape } from './traffic.ts';

/** The sampler's calls to SQS and DynamoDB, counted on the wire, for full batches at 5%. */
const shapes: Record<string, TrafficShape> = {
  'one surface': { surfaces: ['chat'], cohorts: [], releases: [] },
  'one surface, one release': { surfaces: ['chat'], cohorts: [], releases: ['1.4.2'] },
  'two surfaces, three cohorts, one release': {
    surfaces: ['chat', 'search'],
    cohorts: ['eu', 'us', 'apac'],
    releases: ['1.4.2'],
  },
};

const proxies: AwsProxy[] = [];
const { stop } = await startBenchStack(async (endpoints) => {
  const [dynamo, queues] = await Promise.all([
    startAwsProxy(endpoints.AWS_ENDPOINT_URL_DYNAMODB),
    startAwsProxy(endpoints.AWS_ENDPOINT_URL_SQS),
  ]);
  proxies.push(dynamo, queues);
  return { ...endpoints, AWS_ENDPOINT_URL_DYNAMODB: dynamo.url, AWS_ENDPOINT_URL_SQS: queues.url };
});
const { handler } = await import('#lambdas/sampler/handler.ts');
/** What was counted since the last time. */
const readCalls = () =>
  proxies.flatMap(({ answered }) => answered.splice(0).map(({ operation }) => operation));

// The middle of a 5-minute bucket: a batch's minute lies in one.
const now = Math.floor(Date.now() / 300_000) * 300_000 - 150_000;
for (const [name, shape] of Object.entries(shapes)) {
  // Once a surface, day and function it is one call more: names that are new are claimed.
  await handler({ Records: sqsRecords(ourBodies(100, now, shape, `${name}-first`), now) });
  for (const size of [1_000, 2_000]) {
    readCalls();
    const records = sqsRecords(ourBodies(size, now, shape, `${name}-${size}`), now);
    const result = await handler({ Records: records });
    if (result.batchItemFailures.length > 0) throw new Error('the sampler did not take the whole batch');
    const calls = readCalls();
    const of = (operation: string) => calls.filter((each) => each === operation).length;
    const row: BenchRow = {
      name: `sampler AWS calls per 1,000 records, batches of ${size}, ${name}`,
      value: (calls.length * 1_000) / size,
      unit: 'calls',
      how: `counted on the wire at 5%: ${of('SendMessageBatch')} SendMessageBatch, ${of('UpdateItem')} UpdateItem, ${of('BatchWriteItem')} BatchWriteItem a batch; aim 8 or less`,
    };
    printRows([row]);
  }
}
await stop();
await Promise.all(proxies.map((proxy) => proxy.close()));
process.exit(0);
