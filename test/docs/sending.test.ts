import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecord } from '#core/record/parse-record.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { RecordSender, type ResponseRecord } from '../../examples/send-record.ts';
import { type AwsProxy, startAwsProxy, throttled } from '../support/aws-proxy.ts';

/** The example of docs/sending.md, against the queue server of the local run. */

let aws: EmbeddedAws;
let proxy: AwsProxy;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await startEmbeddedAws({ timeFactor: 1 });
  proxy = await startAwsProxy(aws.endpoints.AWS_ENDPOINT_URL_SQS);
  sqs = new SQSClient({
    endpoint: proxy.url,
    useQueueUrlAsEndpoint: false,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  sqs.destroy();
  await proxy.close();
  await aws.close();
});

const recordOf = (id: string, content = 'Business and Enterprise do.'): ResponseRecord => ({
  id,
  at: new Date().toISOString(),
  surface: 'chat',
  status: 'success',
  traceId: 'conversation-19',
  request: { messages: [{ role: 'user', content: 'Which plan includes single sign-on?' }] },
  response: { content },
  usage: { inputTokens: 61, outputTokens: 9, costUsd: 0.0021 },
});

async function createQueue(name: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error('no queue');
  return QueueUrl;
}

/** What arrived, as the sampler reads it. */
async function received(QueueUrl: string, count: number) {
  const records: ReturnType<typeof parseRecord>[] = [];
  while (records.length < count) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) break;
    records.push(...Messages.map(({ Body = '' }) => parseRecord(Body, Date.now())));
  }
  return records;
}

const idsOf = (records: Awaited<ReturnType<typeof received>>) =>
  records.map((one) => (one.kind === 'rejected' ? one.rejection.reason : one.record.id)).sort();

const many = (count: number) => Array.from({ length: count }, (_, index) => `r${100 + index}`);

describe('the TypeScript example of sending', () => {
  it('sends responses and feedback by tens, and the sampler can read each', async () => {
    const queue = await createQueue('plain');
    const sender = new RecordSender(queue, { sqs });
    const before = proxy.answered.length;
    for (const id of many(24)) sender.send(recordOf(id));
    sender.send({
      kind: 'feedback',
      id: 'r100',
      at: new Date().toISOString(),
      responseAt: new Date().toISOString(),
      surface: 'chat',
      accepted: false,
      reason: 'regenerated',
    });
    await sender.close();
    const calls = proxy.answered.slice(before).filter(({ operation }) => operation === 'SendMessageBatch');
    expect(calls.map(({ body }) => (body.Entries as unknown[]).length)).toEqual([10, 10, 5]);
    const records = await received(queue, 25);
    expect(idsOf(records)).toEqual(['r100', ...many(24)]);
    expect(records.filter(({ kind }) => kind === 'feedback')).toHaveLength(1);
    expect(sender.dropped).toBe(0);
  });

  it('sends on its own what waits for company in vain', async () => {
    const queue = await createQueue('few');
    const sender = new RecordSender(queue, { sqs, flushMs: 1 });
    sender.send(recordOf('alone'));
    expect(idsOf(await received(queue, 1))).toEqual(['alone']);
  });

  it('keeps batches of long records under 1 MiB, and sends one that is too long without its texts', async () => {
    const queue = await createQueue('long');
    const sender = new RecordSender(queue, { sqs });
    // Three bytes a character.
    for (const id of many(4)) sender.send(recordOf(id, '語'.repeat(200_000)));
    sender.send(recordOf('too-long', 'x'.repeat(400_000)));
    await sender.close();
    const records = await received(queue, 5);
    expect(idsOf(records)).toEqual([...many(4), 'too-long']);
    const cut = records.find((one) => one.kind === 'response' && one.record.id === 'too-long');
    expect(cut).toMatchObject({ kind: 'response', record: { usage: { inputTokens: 61 } } });
    expect(cut?.kind === 'response' && cut.record.response).toBeUndefined();
    expect(sender.dropped).toBe(0);
  });

  it('sends again what SQS did not take of a batch, and nothing else', async () => {
    const queue = await createQueue('partly');
    const sender = new RecordSender(queue, { sqs });
    let refusals = 0;
    proxy.meddle(({ operation }) => {
      if (operation !== 'SendMessageBatch' || refusals === 2) return undefined;
      refusals += 1;
      return refusals === 1 ? throttled : { kind: 'entries-refused', refuse: ({ Id }) => Id === '3' };
    });
    for (const id of many(10)) sender.send(recordOf(id));
    await sender.close();
    proxy.meddle(() => undefined);
    expect(idsOf(await received(queue, 10))).toEqual(many(10));
    expect(sender.dropped).toBe(0);
  });

  it('never throws into the application: what cannot be sent or kept is counted', async () => {
    proxy.meddle(({ operation }) => (operation === 'SendMessageBatch' ? throttled : undefined));
    const sender = new RecordSender(await createQueue('down'), { sqs, mostWaiting: 5, flushMs: 60_000 });
    for (const id of many(8)) sender.send(recordOf(id));
    expect(sender.dropped).toBe(3);
    await sender.close();
    proxy.meddle(() => undefined);
    expect(sender.dropped).toBe(8);
  });
});
