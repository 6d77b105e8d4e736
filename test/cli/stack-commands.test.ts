import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createDynamo, toItem } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { readDepths } from '#adapters/sqs/queue-depth.ts';
import { env, output } from '#core/names.ts';
import { minute } from '#core/time.ts';
import type { RaterRequest } from '#lambdas/ratings/leave-out-rater.ts';
import { type JudgeServer, startJudgeServer, verdictText } from '#local/judges/judge-server.ts';
import { type LiveSession, startSession } from '#local/session/session.ts';
import { leaveOutHere, retractUploadHere, uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { assayWith, type CommandResult } from '#test/support/assay.ts';
import { type CallRecorder, startCallRecorder } from '#test/support/call-recorder.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { type CloudFormationServer, startCloudFormation } from '#test/support/cloudformation.ts';
import { list, resourcesOf, type Statement, statementsOf } from '#test/support/read-template.ts';
import { createTables } from '#test/support/tables.ts';
import { startVersionedBucket, type VersionedBucket } from '#test/support/versioned-bucket.ts';
import { templatesOf } from '../support/templates.ts';

/**
 * Every command of `--stack`, outside a checkout, on a stack that judged and rated, beside what an earlier deployment
 * of the same name left: tables, queues and their messages, a bucket, all listed first. Each command's calls are recorded, and
 * held against the policies that the stack gives out.
 */

const start = Date.now() - 60 * minute;
const catalogue = testCatalogue({
  surfaces: [{ surface: 'chat', tier: 1, sampleRate: 1, expectedPerDay: 20_000 }],
  rubrics: [
    testRubric(),
    testRubric({ version: 2, state: 'retired', judge: { model: 'judge-model', parameters: { seed: 7 } } }),
  ],
});

const records = Array.from({ length: 12 }, (_, index) => ({
  id: `r${index}`,
  at: new Date(start + index * minute).toISOString(),
  surface: 'chat',
  status: 'success',
  user: 'ann',
  request: { messages: [{ role: 'user', content: `question ${index}` }] },
  response: { content: `answer ${index}` },
}));

const leftTables = ['Series', 'Judgement', 'Rating'].map(
  (name) => `assay-prod-Storage${name}Table00000000-AAAAAAAAAAAA`,
);
const leftQueues = [
  'IntakeResponseQueue',
  'IntakeResponseDlq',
  'IntakeRejectedQueue',
  'JudgeQueue',
  'JudgeQueueJudgeDlq',
].map((id) => `assay-prod-${id}00000000-AAAAAAAAAAAA`);

/** The account has another one, of the earlier deployment, which its list names first. */
const ownBucket = 'assay-prod-storageratingbucketb8daff38-zzzzzzzzzzzz';

let folder: string;
let session: LiveSession;
let cloudFormation: CloudFormationServer;
let bucket: VersionedBucket;
let judge: JudgeServer;
let recorders: Readonly<Record<string, CallRecorder>>;
const dynamo = () => createDynamo();
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false, region: 'us-east-1' });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-commands-'));
  const templates = await templatesOf(catalogue, 'local');
  session = await startSession({
    folder: join(folder, 'run'),
    catalogue,
    judge: { kind: 'simulated' },
    synthesize: () => templates,
    onError: () => undefined,
  });
  await session.stack.send(records.map((record) => JSON.stringify(record)));
  await session.stack.settle(20_000);
  await session.stack.tick(Date.now());
  await leaveAnchors();
  await leaveBehind();
  const secrets = new SecretsManagerClient({});
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: process.env[env.judgeSecretId],
      SecretString: '{"judge-model": "sk-filled"}',
    }),
  );
  secrets.destroy();
  judge = await startJudgeServer((request) => ({
    kind: 'text',
    text: verdictText(request, () => 5, 'It says so.'),
  }));
  bucket = await startVersionedBucket(ownBucket);
  const queue = (id: string) =>
    Object.entries(session.queues).find(([name]) => name.replace(/[0-9A-F]{8}$/, '') === id)?.[1] ?? '';
  cloudFormation = await startCloudFormation('assay-prod', {
    [output.stage]: 'local',
    [output.responseQueueUrl]: queue('IntakeResponseQueue'),
    [output.responseDlqUrl]: queue('IntakeResponseDlq'),
    [output.rejectedQueueUrl]: queue('IntakeRejectedQueue'),
    [output.judgeQueueUrl]: queue('JudgeQueue'),
    [output.judgeDlqUrl]: queue('JudgeQueueJudgeDlq'),
    [output.ratingDlqUrl]: queue('RatingIntakeRatingDlq'),
    [output.judgeSecretArn]: String(process.env[env.judgeSecretId]),
    [output.judgementTable]: String(process.env[env.judgementTable]),
    [output.seriesTable]: String(process.env[env.seriesTable]),
    [output.ratingTable]: String(process.env[env.ratingTable]),
    [output.ratingBucket]: ownBucket,
  });
  cloudFormation.carry({
    ...catalogue,
    judges: catalogue.judges?.map((each) => ({ ...each, url: judge.url })) ?? [],
  });
  // The recorders tell by a call's signature of which service it is asked.
  delete process.env[env.unsigned];
  const { endpoints } = session;
  recorders = {
    AWS_ENDPOINT_URL_SQS: await startCallRecorder(endpoints.AWS_ENDPOINT_URL_SQS),
    AWS_ENDPOINT_URL_DYNAMODB: await startCallRecorder(endpoints.AWS_ENDPOINT_URL_DYNAMODB),
    AWS_ENDPOINT_URL_CLOUDWATCH: await startCallRecorder(endpoints.AWS_ENDPOINT_URL_CLOUDWATCH),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await startCallRecorder(endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER),
    AWS_ENDPOINT_URL_S3: await startCallRecorder(bucket.url),
    AWS_ENDPOINT_URL_CLOUDFORMATION: await startCallRecorder(cloudFormation.url),
  };
}, 120_000);

afterAll(async () => {
  await Promise.all(Object.values(recorders ?? {}).map((recorder) => recorder.close()));
  await Promise.all([cloudFormation?.close(), bucket?.close(), judge?.close(), session?.stop()]);
  sqs.destroy();
  await rm(folder, { recursive: true, force: true });
});

/** Anchors as an evaluator leaves them, of which status tells. */
async function leaveAnchors(): Promise<void> {
  const ratings = String(process.env[env.ratingTable]);
  const judgements = String(process.env[env.judgementTable]);
  const name = 'helpfulness@1#f';
  const anchor = { responseId: 'r0', surface: 'chat', at: start, probability: 1, pass: true };
  await createAnchorStore(dynamo(), { ratings, judgements }).writeSet(name, {
    madeFor: 7,
    callUsd: 0.001,
    anchors: [anchor],
  });
  const progress = { madeFor: 7, latest: 'p', next: 0, sentOn: '', sent: 0 };
  await createSeriesStore(dynamo(), String(process.env[env.seriesTable])).writeTick(Date.now(), 'test', {
    anchors: { [name]: progress },
    late: 0,
  });
}

async function leaveBehind(): Promise<void> {
  await createTables(dynamo(), leftTables);
  for (const TableName of leftTables)
    await dynamo().send(
      new PutItemCommand({ TableName, Item: toItem({ pk: 'text#r1', sk: 'old', left: true }) }),
    );
  for (const QueueName of leftQueues) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ redrive: 0 }) }));
  }
}

/** All that the earlier deployment's tables and queues hold. */
async function leftBehind(): Promise<unknown> {
  const items: unknown[] = [];
  for (const TableName of leftTables)
    for await (const { Items = [] } of paginateScan({ client: dynamo() }, { TableName }))
      items.push(...Items);
  const urls: Record<string, string> = {};
  for (const QueueName of leftQueues) {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    urls[QueueName] = QueueUrl;
  }
  return { items, depths: await readDepths(sqs, urls) };
}

/** Calls by command, as it was called. */
const calls = new Map<string, string[]>();

async function run(name: string, ...args: string[]): Promise<CommandResult> {
  const endpoints = Object.fromEntries(Object.entries(recorders).map(([key, { url }]) => [key, url]));
  const result = await assayWith(endpoints, folder, ...name.split(' '), ...args, '--stack', 'assay-prod');
  const made = Object.values(recorders).flatMap((recorder) => [...recorder.take()]);
  calls.set(name, [...new Set([...(calls.get(name) ?? []), ...made])].sort());
  return result;
}

const told = async (name: string, ...args: string[]) =>
  JSON.parse((await run(name, ...args, '--json')).stdout);

describe('commands on the right one of two deployments', () => {
  it('look at it: status, doctor, gate, report, why, postmortem, cost', async () => {
    expect((await told('status')).balance).toMatchObject({ received: 12, sampled: 12 });
    const free = await run('doctor --no-judge');
    expect(free.stdout).toContain('its value was not read');
    const asked = await run('doctor');
    expect(asked.stdout).toContain(`at ${new URL(judge.url).host}: score 5`);
    expect(await told('gate', '--tier', '1')).toMatchObject({ source: 'assay-prod', tier: 1 });
    expect((await run('report')).stdout).toContain('Stage local (assay-prod)');
    expect(await run('why', 'chat/judge-pass')).toMatchObject({ code: 0, stderr: '' });
    expect((await run('postmortem', 'chat/judge-pass', '--out', join(folder, 'post'))).stderr).not.toContain(
      'AWS',
    );
    expect(await run('cost')).toMatchObject({ code: 0 });
  });

  it('draw, open and take ratings in', async () => {
    const out = join(folder, 'drawn');
    expect(await run('ratings draw', '--surface', 'chat', '--count', '12', '--out', out)).toMatchObject({
      code: 0,
      stderr: '',
    });
    const csv = (await readdir(out)).find((name) => name.endsWith('.csv')) ?? '';
    expect(await run('ratings open', csv.replace('.csv', ''), '--out', out)).toMatchObject({ code: 0 });
    const filled = (await readFile(join(out, csv), 'utf8')).replaceAll(/^(r\d+),,,,,/gm, '$1,cy,4,,a note,');
    const file = join(folder, 'filled.csv');
    await writeFile(file, filled);
    const report = await uploadRatingFile({ path: file }, Date.now());
    const upload = run('ratings upload', file, '--json');
    // The ratings function, for once by hand.
    await expect.poll(() => bucket.versions.length, { timeout: 20_000 }).toBe(1);
    const key = bucket.versions[0]?.key ?? '';
    expect(key).toMatch(/^incoming\/.*-filled\.csv$/);
    bucket.put(`${key.replace('incoming/', 'reports/')}.json`, JSON.stringify(report));
    expect(JSON.parse((await upload).stdout)).toMatchObject({ rows: 12, refused: 0 });
    expect(await told('agreement')).toMatchObject([{ surface: 'chat' }]);
    expect((await run('agreement')).stdout).toContain('answer ');
    expect((await told('calibration')).calibrations).toMatchObject([{ surface: 'chat' }]);
  });

  it('list uploads and take one back', async () => {
    const text = 'response_id,rater_id,score\nr1,dee,1\nr2,dee,1\n';
    const { upload: id = '' } = await uploadRatingFile({ name: 'mistaken.csv', text }, Date.now());
    expect(await told('ratings uploads')).toMatchObject([{ id, state: 'taken' }, { raters: ['cy'] }]);
    expect((await run('ratings uploads')).stdout).toMatch(
      new RegExp(`${id} +mistaken\\.csv +dee +2 new, chat/.* version 2 +counts`),
    );
    expect(await run('ratings retract', '20261120T120000Z-00000000')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`The newest: ${id}, `),
    });
    // The ratings function once more by hand.
    const report = await retractUploadHere(id, Date.now());
    const retraction = run('ratings retract', id);
    const isRequest = ({ key }: { key: string }) => key.startsWith('incoming/retractions/');
    await expect.poll(() => bucket.versions.some(isRequest)).toBe(true);
    const key = bucket.versions.find(isRequest)?.key ?? '';
    bucket.put(`${key.replace('incoming/', 'reports/')}.json`, JSON.stringify(report));
    expect((await retraction).stdout).toContain('is taken back: 2 ratings are gone');
    expect(await told('ratings uploads')).toMatchObject([{ id, state: 'retracted' }, { state: 'taken' }]);
  });

  it('leave a rater out and bring them back', async () => {
    expect(await run('ratings leave-out', 'cy')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--reason'),
    });
    expect((await run('ratings leave-out')).stdout).toContain('Nobody is left out.');
    const answer = async (command: string, args: string[], request: RaterRequest) => {
      const before = bucket.versions.length;
      // The ratings function by hand.
      const report = await leaveOutHere(request, Date.now());
      const asked = run(command, ...args);
      await expect.poll(() => bucket.versions.length).toBe(before + 1);
      const key = bucket.versions.at(-1)?.key ?? '';
      expect(key).toMatch(/^incoming\/retractions\//);
      bucket.put(`${key.replace('incoming/', 'reports/')}.json`, JSON.stringify(report));
      return asked;
    };
    const reason = 'clicked through';
    const out = await answer('ratings leave-out', ['cy', '--reason', reason], { leaveOut: 'cy', reason });
    expect(out.stdout).toContain('cy is left out: 12 ratings do not count (clicked through).');
    expect(await told('ratings leave-out')).toMatchObject([{ raterId: 'cy', reason }]);
    const back = await answer('ratings bring-back', ['cy'], { bringBack: 'cy' });
    expect(back.stdout).toContain('cy counts again: 12 ratings.');
    expect(back.stdout).toMatch(/Calibration chat\/helpfulness@1 .* is missing: 12 drawn/);
  });

  it('operate it: redrive, incident, rollback', async () => {
    const send = (name: string, MessageBody: string) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: Object.entries(session.queues).find(([id]) => id.startsWith(name))?.[1],
          MessageBody,
        }),
      );
    await send('IntakeRejectedQueue', '{}');
    await send('JudgeQueueJudgeDlq', JSON.stringify({ redrive: 0 }));
    expect(await told('redrive rejected')).toMatchObject({ moved: 1, kept: 0 });
    expect(await told('redrive judge')).toMatchObject({ moved: 1, kept: 0 });
    const incident = ['--provider', 'openai', '--from', '2026-11-03T09:00:00Z', '--note', 'slow'];
    expect(await run('incident add', ...incident)).toMatchObject({ code: 0 });
    expect(await told('incident list')).toMatchObject([{ provider: 'openai' }]);
    const rescored = await run('rescore', '--rubric', 'helpfulness@2');
    expect(rescored.stdout).toContain('Nothing was asked: 12 stored responses');
    expect(await run('rollback clear', 'chat/judge-pass')).toMatchObject({ code: 0 });
  });

  it('put files of ratings and reports of them into no other bucket', () => {
    expect(calls.get('ratings upload')).toContain('s3:PutObject');
    expect(calls.get('agreement')).not.toContain('s3:ListAllMyBuckets');
    expect(bucket.elsewhere).toEqual([]);
  });

  it('forget in it, and delete nothing elsewhere', async () => {
    const before = await leftBehind();
    bucket.put('incoming/old.csv', 'response_id,rater_id,score,note\nr1,cy,3,first words\n');
    bucket.put('incoming/old.csv', 'response_id,rater_id,score,note\nr1,cy,4,words\nr2,cy,5,kept\n');
    bucket.put('incoming/broken.csv', 'response_id,rater_id,score,note\nr1,cy,"words\n');
    bucket.put('reports/old.csv.json', 'quotes words');
    expect(await told('forget', '--response', 'r2', '--yes')).toMatchObject({
      done: true,
      texts: 1,
      notes: 1,
    });
    expect(await told('forget', '--user', 'ann', '--scores', '--yes')).toMatchObject({
      done: true,
      responses: 11,
      texts: 11,
      scores: { judgements: 11, ratings: 11 },
    });
    expect(await leftBehind()).toEqual(before);
    expect(bucket.elsewhere).toEqual([]);
  });
});

/** Which of a stage's policies whoever runs a command has. */
const commands = {
  ReaderPolicy: [
    'status',
    'doctor --no-judge',
    'gate',
    'report',
    'why',
    'postmortem',
    'cost',
    'agreement',
    'calibration',
    'incident list',
  ],
  RaterPolicy: [
    'ratings draw',
    'ratings open',
    'ratings upload',
    'ratings uploads',
    'ratings retract',
    'ratings leave-out',
    'ratings bring-back',
    'agreement',
    'calibration',
  ],
  OperatorPolicy: [
    'status',
    'doctor --no-judge',
    'doctor',
    'gate',
    'report',
    'why',
    'postmortem',
    'cost',
    'agreement',
    'calibration',
    'redrive rejected',
    'redrive judge',
    'incident add',
    'incident list',
    'rescore',
    'rollback clear',
  ],
  EraserPolicy: ['forget'],
} as const;

/** What a statement allows, as calls are named: those of tables with the table, which bears its logical id here. */
function nameAllowed({ Action, Resource }: Statement): string[] {
  return (list(Action) as string[]).flatMap((action) =>
    action.startsWith('dynamodb:') ? list(Resource).map((one) => `${action} ${nameResource(one)}`) : action,
  );
}

function nameResource(resource: unknown): string {
  const [, id, index = ''] =
    /"Fn::GetAtt":\["(\w+)","Arn"\]\}(?:,"([^"]+)")?/.exec(JSON.stringify(resource)) ?? [];
  return `${id}${index}`;
}

const { template } = await templatesOf(catalogue, 'prod');

describe('calls of commands', () => {
  it.each(Object.entries(commands))('are those that the %s allows, all of them and no other', (name, of) => {
    const policy = resourcesOf(template, 'AWS::IAM::ManagedPolicy').find(({ id }) => id.includes(name));
    const allowed = statementsOf(policy?.properties.PolicyDocument).flatMap(nameAllowed);
    const made = of.flatMap((each) => calls.get(each) ?? []);
    // It lets S3 tell "not there" from "access denied", and is called by nobody.
    if (name === 'RaterPolicy') made.push('s3:ListBucket');
    expect([...new Set(made)].sort()).toEqual([...new Set(allowed)].sort());
  });

  it('name no account’s tables, buckets or queues', () => {
    expect([...calls.keys()].sort()).toEqual([...new Set(Object.values(commands).flat())].sort());
    expect([...calls.values()].flat().filter((call) => /:List(?!Metrics|Bucket)/.test(call))).toEqual([]);
    expect([...calls.values()].flat()).not.toContain('s3:ListAllMyBuckets');
  });

  it('take a key of the judge in no command but the one that asks it', () => {
    const asking = [...calls].filter(([, made]) => made.includes('secretsmanager:GetSecretValue'));
    expect(asking.map(([name]) => name)).toEqual(['doctor']);
  });
});
