import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createS3 } from '#adapters/s3/rating-bucket.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env, output, ratingRequest } from '#core/names.ts';
import { composeBatch } from '#core/rating/batch.ts';
import { hour, hourKey } from '#core/time.ts';
import { createdEvent, findRatingBucket, uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { assay } from '#test/support/assay.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { type CloudFormationServer, startCloudFormation } from '#test/support/cloudformation.ts';
import { FlowStack } from '#test/support/flow-stack.ts';
import { verdict } from '#test/support/judge-replies.ts';
import { responseRecord } from '#test/support/records.ts';

/** A deployed stack: its functions poll their queues, S3 tells the ratings function of files, CloudFormation knows the outputs. */

const older = testRubric();
const newer = testRubric({
  version: 2,
  state: 'shadow',
  surfaces: ['default'],
  judge: { model: 'another-model' },
});
const ids = Array.from({ length: 12 }, (_, index) => `r${index}`);
const numberOf = (id: string) => Number(id.slice(1));

let flow: FlowStack;
let cloudFormation: CloudFormationServer;
let folder: string;
let isOver = false;
let delivering: Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-compare-stack-'));
  flow = await FlowStack.start({
    catalogue: testCatalogue({
      surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }],
      rubrics: [older, newer],
    }),
    judge: (request) => {
      const isGood = numberOf(request.responseId) % 3 > 0;
      return verdict(request, request.model === 'another-model' ? (isGood ? 5 : 2) : 4);
    },
  });
  const at = Date.now();
  await flow.send(ids.map((id) => responseRecord(id, at, { surface: 'chat' })));
  await flow.settle();
  await drawBatch(at);
  const rows = ids.map((id) => `${id},ann,${numberOf(id) % 3 > 0 ? 5 : 1}`);
  const text = ['response_id,rater_id,score', ...rows].join('\n');
  await uploadRatingFile({ name: 'rated.csv', text }, Date.now());
  const s3 = createS3();
  const bucket = await findRatingBucket(s3);
  cloudFormation = await startCloudFormation('assay-prod', {
    [output.stage]: 'test',
    [output.responseQueueUrl]: flow.queueUrl('ResponseQueue'),
    [output.responseDlqUrl]: flow.queueUrl('RejectedQueue'),
    [output.rejectedQueueUrl]: flow.queueUrl('RejectedQueue'),
    [output.judgeQueueUrl]: flow.queueUrl('JudgeQueue'),
    [output.judgeDlqUrl]: flow.queueUrl('JudgeDlq'),
    [output.ratingDlqUrl]: flow.queueUrl('JudgeDlq'),
    [output.judgeSecretArn]: String(process.env[env.judgeSecretId]),
    [output.judgeKeyCommand]: 'aws secretsmanager put-secret-value',
    [output.seriesTable]: String(process.env[env.seriesTable]),
    [output.judgementTable]: String(process.env[env.judgementTable]),
    [output.ratingTable]: String(process.env[env.ratingTable]),
    [output.ratingBucket]: bucket,
  });
  cloudFormation.carry(flow.catalogue);
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = cloudFormation.url;
  await flow.poll();
  delivering = (async () => {
    const { handler } = await import('#lambdas/ratings/handler.ts');
    const told = new Set<string>();
    while (!isOver) {
      const listed = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: ratingRequest.retractions }),
      );
      for (const { Key = '' } of listed.Contents ?? [])
        if (!told.has(Key)) await handler(createdEvent(bucket, told.add(Key) && Key, Date.now()));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    s3.destroy();
  })();
}, 60_000);

afterAll(async () => {
  isOver = true;
  await delivering;
  delete process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
  await cloudFormation.close();
  await flow.close();
  await rm(folder, { recursive: true, force: true });
});

/** What people are asked to rate: all of the hour. */
async function drawBatch(at: number): Promise<void> {
  const dynamo = createDynamo();
  const table = (name: string) => String(process.env[name]);
  const judgements = createJudgementStore(dynamo, table(env.judgementTable), flow.catalogue.retention);
  const judged = await judgements.readHour('chat', older, hourKey(at));
  const from = Math.floor(at / hour) * hour;
  const batch = composeBatch(
    {
      ...{ id: 'chat-batch', surface: 'chat', rubric: older, fingerprint: judgeFingerprint(older) },
      ...{
        returnedModel: judged[0]?.returnedModel,
        from,
        to: from + hour,
        seed: 'seed',
        drawnAt: at,
        count: 12,
      },
    },
    judged.flatMap(({ score, ...each }) => (score === undefined ? [] : [{ ...each, score }])),
  );
  await createRatingStore(dynamo, table(env.ratingTable)).writeBatch(batch);
  dynamo.destroy();
}

const compare = (...args: string[]) =>
  assay(folder, 'rubric', 'compare', 'helpfulness@1', 'helpfulness@2', '--stack', 'assay-prod', ...args);

describe('two versions of a deployed stack', () => {
  it('are not compared before somebody agreed to the price', async () => {
    const { code, stderr } = await compare();
    expect(code).toBe(0);
    expect(stderr).toContain('helpfulness@2 (another-model) is to judge 12 responses: about $');
    expect(flow.judge.asked().get('r0')).toBe(1);
  });

  it('are compared by its own judge function, and the new one is calibrated by its ratings function', async () => {
    const { code, stdout, stderr } = await compare('--yes', '--json');
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ responses: 12, rated: 12, asked: 12, without: {} });
    // People pass 8 of 12: the old judge passes all, the new one says what people say.
    expect(told.paired).toMatchObject({ both: 8, onlyOld: 0, onlyNew: 4, neither: 0 });
    const dynamo = createDynamo();
    const store = createRatingStore(dynamo, String(process.env[env.ratingTable]));
    const made = (await store.readCalibrations()).find(({ rubric }) => rubric.version === 2);
    dynamo.destroy();
    expect(made).toMatchObject({ fingerprint: judgeFingerprint(newer), ratings: 12 });
  }, 60_000);

  it('are asked about nothing twice', async () => {
    const { stdout } = await compare('--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ rated: 12, asked: 0 });
    expect(ids.map((id) => flow.judge.asked().get(id))).toEqual(ids.map(() => 2));
  });
});
