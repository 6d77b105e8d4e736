import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { env } from '#core/names.ts';
import { type BenchRow, median, printRows } from '../bench-row.ts';
import { startBenchStack } from './bench-stack.ts';
import { bundleOf } from './bundle.ts';
import { receiveJudgements } from './judge-events.ts';
import { ourBodies, sqsRecords } from './traffic.ts';

/**
 * The cold start of each function: a fresh process imports the bundle and handles its first event, against the local
 * servers; beside it a handler that constructs the same AWS clients and does nothing. Node's own start is left out: Lambda
 * has it running. Everything is repeated and the medians are told. The judge starts twice: with one judgement, which is how long
 * the first answer takes, and with a whole batch, of which most is the calls of ten judgements by code that is not warm yet.
 */
const rounds = 7;

/** The AWS clients that each function makes. */
const clients: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  sampler: [
    ['DynamoDBClient', '@aws-sdk/client-dynamodb'],
    ['SQSClient', '@aws-sdk/client-sqs'],
  ],
  judge: [
    ['DynamoDBClient', '@aws-sdk/client-dynamodb'],
    ['SQSClient', '@aws-sdk/client-sqs'],
    ['CloudWatchClient', '@aws-sdk/client-cloudwatch'],
    ['SecretsManagerClient', '@aws-sdk/client-secrets-manager'],
  ],
  'slo-evaluator': [
    ['DynamoDBClient', '@aws-sdk/client-dynamodb'],
    ['SQSClient', '@aws-sdk/client-sqs'],
    ['CloudWatchClient', '@aws-sdk/client-cloudwatch'],
    ['SNSClient', '@aws-sdk/client-sns'],
    ['EventBridgeClient', '@aws-sdk/client-eventbridge'],
  ],
  ratings: [
    ['DynamoDBClient', '@aws-sdk/client-dynamodb'],
    ['S3Client', '@aws-sdk/client-s3'],
  ],
};

const runner = `
import { readFileSync } from 'node:fs';
const [bundle, file] = process.argv.slice(2);
const event = JSON.parse(readFileSync(file, 'utf8'));
const started = performance.now();
const { handler } = await import(bundle);
const imported = performance.now();
const result = await handler(event, { getRemainingTimeInMillis: () => 180_000 });
const ended = performance.now();
if (result?.batchItemFailures?.length > 0) throw new Error('the handler gave messages back');
process.stdout.write('\\nbench:' + JSON.stringify({ imported: imported - started, all: ended - started }));
process.exit(0);
`;

function emptyHandler(name: string): string {
  const wanted = clients[name] ?? [];
  return [
    ...wanted.map(([client, from]) => `import { ${client} } from '${from}';`),
    `const made = [${wanted.map(([client]) => `new ${client}({})`).join(', ')}];`,
    'export async function handler() { return { made: made.length, batchItemFailures: [] }; }',
  ].join('\n');
}

const folder = await mkdtemp(join(tmpdir(), 'assay-cold-'));
const { stop } = await startBenchStack();
const now = Math.floor(Date.now() / 300_000) * 300_000 - 150_000;
const shape = { surfaces: ['chat'], cohorts: ['eu', 'us', 'apac'], releases: ['1.4.2'] };
const batchOf = (count: number, name: string) => ({
  Records: sqsRecords(ourBodies(count, now, shape, name), now),
});

/** Enough sampled responses for a batch of the judge in each round. */
const { handler: sample } = await import('#lambdas/sampler/handler.ts');
for (const part of [1, 2]) await sample(batchOf(1_500, `seed-${part}`));
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const s3 = new S3Client({ forcePathStyle: true });
const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
const bucket = Buckets.map(({ Name = '' }) => Name).find((name) => name.includes('ratingbucket')) ?? '';
const judged: string[] = [];

async function judgements(): Promise<SQSEvent['Records']> {
  const Records = await receiveJudgements(sqs, String(process.env[env.judgeQueueUrl]));
  if (Records.length < 10) throw new Error('too few sampled responses for the bench');
  for (const { body } of Records) judged.push((JSON.parse(body) as { responseId: string }).responseId);
  return Records;
}

/** An event for each round, as the function's source would send it. */
const events: Readonly<Record<string, (round: number) => Promise<unknown>>> = {
  sampler: async (round) => batchOf(10, `cold-${round}`),
  judge: async () => ({ Records: (await judgements()).slice(0, 1) }),
  'judge with ten judgements': async () => ({ Records: await judgements() }),
  'slo-evaluator': async (round) => ({ time: new Date(now + (round + 5) * 60_000).toISOString() }),
  ratings: async (round) => {
    const lines = judged.slice(0, 10).map((id, index) => `${id},rater,${1 + ((index + round) % 5)}`);
    const key = `incoming/cold-${round}.csv`;
    const Body = ['response_id,rater_id,score', ...lines].join('\n');
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    const object = { key, size: 0, eTag: '', sequencer: String(round) };
    const eventTime = new Date(now).toISOString();
    return {
      Records: [
        {
          eventSource: 'aws:s3',
          eventName: 'ObjectCreated:Put',
          eventTime,
          s3: { bucket: { name: bucket }, object },
        },
      ],
    };
  },
};

interface Measured {
  readonly imported: number;
  readonly all: number;
}

async function measure(bundle: string, event: unknown): Promise<Measured> {
  const file = join(folder, 'event.json');
  await writeFile(file, JSON.stringify(event));
  // Calls are signed as on AWS, though no local server looks.
  const environment = { ...process.env, [env.unsigned]: '' };
  const runIt = [join(folder, 'runner.mjs'), bundle, file];
  const { stdout } = await promisify(execFile)(process.execPath, runIt, { env: environment });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('bench:') + 6)) as Measured;
}

await writeFile(join(folder, 'runner.mjs'), runner);
for (const [name, eventOf] of Object.entries(events)) {
  const handler = name.split(' ')[0] ?? name;
  const bundle = join(folder, `${handler}.mjs`);
  const empty = join(folder, `${handler}-empty.mjs`);
  await writeFile(bundle, await bundleOf({ file: `lambdas/${handler}/handler.ts` }));
  await writeFile(empty, await bundleOf({ text: emptyHandler(handler) }));
  const own: Measured[] = [];
  const bare: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await measure(bundle, await eventOf(round)));
    bare.push(await measure(empty, {}));
  }
  const all = median(own.map((each) => each.all));
  const imported = median(own.map((each) => each.imported));
  const beside = median(bare.map((each) => each.all));
  const rows: BenchRow[] = [
    {
      name: `cold start of ${name}`,
      value: Math.round(all),
      unit: 'ms',
      how: `import of the bundle to the first result, fresh process, local servers, median of ${rounds}; ${Math.round(imported)} ms of it the import`,
    },
    {
      name: `cold start of ${name} over an empty handler`,
      value: Number((all / beside).toFixed(2)),
      unit: 'times',
      how: `the empty one constructs ${(clients[handler] ?? []).map(([client]) => client.replace('Client', '')).join(', ')} and returns: ${Math.round(beside)} ms`,
    },
  ];
  printRows(rows);
}
await stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);
