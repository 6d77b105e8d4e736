import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planBatches } from '#core/cost/batches.ts';
import { judge, sampler } from '#core/cost/measured-calls.ts';
import { judgeHistoryKey } from '#core/series/control.ts';
import { shippedThroughput } from '#core/throughput.ts';
import { receiveJudgements } from '../../bench/flow/judge-events.ts';
import { ourBodies, sqsRecords } from '../../bench/flow/traffic.ts';
import { type AwsCall, type AwsProxy, startAwsProxy } from '../support/aws-proxy.ts';
import { type EmbeddedStack, startEmbeddedStack } from '../support/embedded-stack.ts';
import { shippedCatalogue } from '../support/shipped.ts';
import { templatesOf, withoutAlarms } from '../support/templates.ts';

/**
 * What the walls and the bill reckon with, against DynamoDB's own count of what sampler and judge write: a batch of 2,000
 * records of one surface, three cohorts and a release, and the judgements of its sample in batches of ten.
 */
describe('the units that the model reckons with', () => {
  const size = 2_000;
  const shape = { surfaces: ['chat'], cohorts: ['eu', 'us', 'apac'], releases: ['1.4.2'] };
  const now = Math.floor(Date.now() / 300_000) * 300_000 - 150_000;
  let embedded: EmbeddedStack;
  let dynamo: AwsProxy;
  let written = new Map<string, number>();
  let ofSampler: ReadonlyMap<string, number>;
  let ofJudge: ReadonlyMap<string, number>;
  let verdicts = 0;
  let batches = 0;

  beforeAll(async () => {
    embedded = await startEmbeddedStack({
      catalogue: await shippedCatalogue(),
      templates: withoutAlarms(await templatesOf(await shippedCatalogue())),
      async between(endpoints) {
        dynamo = await startAwsProxy(endpoints.AWS_ENDPOINT_URL_DYNAMODB, {
          observe: (call, _status, answer) => count(call, answer),
          rewrite: ({ body }) => ({ ...body, ReturnConsumedCapacity: 'TOTAL' }),
        });
        return { ...endpoints, AWS_ENDPOINT_URL_DYNAMODB: dynamo.url };
      },
    });
    const handlers = {
      sampler: await import('#lambdas/sampler/handler.ts'),
      judge: await import('#lambdas/judge/handler.ts'),
    };
    const context = { getRemainingTimeInMillis: () => 180_000 } as Parameters<
      typeof handlers.judge.handler
    >[1];
    // What an instance does once in its life is no batch's.
    await handlers.sampler.handler({ Records: sqsRecords(ourBodies(10, now, shape, 'warm'), now) });
    written = new Map();
    await handlers.sampler.handler({ Records: sqsRecords(ourBodies(size, now, shape, 'units'), now) });
    ofSampler = written;
    written = new Map();
    const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
    for (;;) {
      const Records = await receiveJudgements(sqs, String(process.env.ASSAY_JUDGE_QUEUE_URL));
      if (Records.length < 10) break;
      const { batchItemFailures } = await handlers.judge.handler({ Records }, context);
      expect(batchItemFailures).toEqual([]);
      verdicts += Records.length;
      batches += 1;
    }
    ofJudge = written;
  });

  afterAll(async () => {
    await embedded?.close();
    await dynamo?.close();
  });

  function count({ operation, body }: AwsCall, answer: Buffer): void {
    if (['Query', 'GetItem', 'BatchGetItem'].includes(operation)) return;
    // An instance notes every few seconds that its judge takes texts: how often it does here is the machine's.
    if (JSON.stringify(body).includes(judgeHistoryKey('').sk)) return;
    const { ConsumedCapacity = [] } = JSON.parse(answer.toString() || '{}') as {
      ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
    };
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    // The partition's kind, of the first key in the call: `count`, `control`, `judgement`.
    const partition = /"pk":\{"S":"([a-z]+)/.exec(JSON.stringify(body))?.[1] ?? operation;
    written.set(partition, (written.get(partition) ?? 0) + units);
  }

  const within = (counted: number | undefined, reckoned: number) => {
    expect(counted).toBeGreaterThan(0.9 * reckoned);
    expect(counted).toBeLessThan(1.1 * reckoned);
  };

  it('of a batch of records: counters and marks', () => {
    const traffic = [{ surface: 'chat', responsesPerDay: 1e9, sampleRate: 0.05, rubrics: 1 }];
    const planned = planBatches({ traffic, throughput: shippedThroughput, recordBytes: 2_000 });
    expect(planned.records).toBeGreaterThan(0.99 * size);
    within(ofSampler.get('count'), planned.counterUnits);
    within(ofSampler.get('control'), planned.marks);
  });

  it('of a verdict: lease and verdict in its hour, texts, and a share of marks and spending', () => {
    expect(verdicts).toBeGreaterThan(60);
    within(ofJudge.get('judgement'), verdicts * judge.writeUnitsPerVerdictAndHour);
    within(ofJudge.get('control'), batches * sampler.writeUnitsPerMark);
    within(ofJudge.get('spending'), batches * judge.writeUnitsPerBatchOfSpending);
    // The embedded table does not count the two indexes.
    const all = [...ofJudge.values()].reduce((sum, units) => sum + units, 0);
    within(all / verdicts, judge.writeUnitsPerVerdict - judge.indexesOfVerdict);
  });
});
