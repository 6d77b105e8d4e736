import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamo, toItem } from '#adapters/dynamodb/client.ts';
import { env } from '#core/names.ts';
import { type BenchRow, median, printRows } from '../bench-row.ts';
import { startBenchStack } from './bench-stack.ts';
import { receiveJudgements } from './judge-events.ts';
import { ourBodies, sqsRecords } from './traffic.ts';

/**
 * The judge's CPU per verdict, warm: batches of ten judgements, answered at once by the simulated judge; tables, queues and
 * judge run in another process. Beside it the three writes of a verdict alone, bare, by the same client.
 */
const warm = 15;
const measured = 25;
const batch = 10;
/** The lease, the texts, the verdict. */
const writes = 3;

const { stop } = await startBenchStack();
// Calls are signed as on AWS, though no local server looks.
process.env[env.unsigned] = '';
const now = Math.floor(Date.now() / 300_000) * 300_000 - 150_000;
const shape = { surfaces: ['chat'], cohorts: ['eu', 'us', 'apac'], releases: ['1.4.2'] };
const { handler: sample } = await import('#lambdas/sampler/handler.ts');
for (let part = 0; part < 6; part += 1) {
  const records = sqsRecords(ourBodies(2_000, now, shape, `seed-${part}`), now);
  await sample({ Records: records });
}
const { handler: judge } = (await import('#lambdas/judge/handler.ts')) as unknown as {
  handler: (event: SQSEvent, context: object) => Promise<SQSBatchResponse>;
};
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const dynamo = createDynamo();
const context = { getRemainingTimeInMillis: () => 180_000 };

/** @returns milliseconds of CPU per verdict */
async function measure(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / batch;
}

async function judgeBatch(): Promise<number> {
  const Records = await receiveJudgements(sqs, String(process.env[env.judgeQueueUrl]));
  if (Records.length < batch) throw new Error('too few sampled responses for the bench');
  return measure(async () => {
    const { batchItemFailures } = await judge({ Records }, context);
    if (batchItemFailures.length > 0) throw new Error('the handler gave messages back');
  });
}

let written = 0;
function writeBare(): Promise<number> {
  const put = (value: string) => {
    const Item = toItem({ pk: `bench#${written}`, sk: '-', value, of: { scores: [1, 2, 3] } });
    written += 1;
    return dynamo.send(new PutItemCommand({ TableName: String(process.env[env.judgementTable]), Item }));
  };
  const writeAll = async () => {
    for (let write = 0; write < writes; write += 1) await put('x'.repeat(600));
  };
  return measure(() => Promise.all(Array.from({ length: batch }, writeAll)));
}

const whole: number[] = [];
const bare: number[] = [];
for (let round = 0; round < warm + measured; round += 1) {
  const [judged, written] = [await judgeBatch(), await writeBare()];
  if (round < warm) continue;
  whole.push(judged);
  bare.push(written);
}
const [a, b] = [median(whole), median(bare)];
const rows: BenchRow[] = [
  {
    name: "judge's CPU a verdict",
    value: a,
    unit: 'ms',
    how: `warm, batches of ${batch}, median of ${measured}; AWS calls, their signatures and the call of the judge included`,
  },
  {
    name: "judge's CPU a verdict over its writes alone",
    value: a / b,
    unit: 'times',
    how: `${writes} bare writes by the same client, in turn with it: ${b.toFixed(2)} ms`,
  },
];
printRows(rows);
await stop();
process.exit(0);
