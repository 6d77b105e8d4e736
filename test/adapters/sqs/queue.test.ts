import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '#adapters/in-parallel.ts';
import { createSqs, messageBytes, packBatches, returnAfter, sendAll } from '#adapters/sqs/queue.ts';

const mebibyte = 1_048_576;

let server: FauxqsServer;
let sqs: SQSClient;
const saved = { ...process.env };

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${server.port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  sqs = createSqs();
});

afterAll(async () => {
  sqs.destroy();
  process.env = saved;
  await server.stop();
});

let queues = 0;
async function newQueue(attributes: Record<string, string> = {}): Promise<string> {
  queues += 1;
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `queue-${queues}`, Attributes: attributes }),
  );
  return QueueUrl;
}

async function receiveAll(QueueUrl: string) {
  const received = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 0,
      }),
    );
    if (Messages.length === 0) return received;
    received.push(...Messages);
  }
}

describe('packing messages into calls', () => {
  it('fills each call to ten and keeps the order', () => {
    const batches = packBatches(Array.from({ length: 25 }, (_, index) => ({ body: String(index) })));
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
    expect(batches.flat().map(({ MessageBody }) => MessageBody)).toEqual(
      Array.from({ length: 25 }, (_, index) => String(index)),
    );
    expect(batches.flat().map(({ Id }) => Number(Id))).toEqual(
      Array.from({ length: 25 }, (_, index) => index),
    );
  });

  it('never lets a call exceed 1 MiB of bodies and attributes, nor an entry go missing', () => {
    const message = fc.record({
      body: fc.nat(900_000).map((length) => 'ü'.repeat(length / 2)),
      attributes: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ minLength: 1 }), {
        maxKeys: 3,
      }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), (messages) => {
        const batches = packBatches(messages);
        expect(batches.flat()).toHaveLength(messages.length);
        for (const batch of batches) {
          const bytes = batch.reduce(
            (sum, { Id }) => sum + messageBytes(messages[Number(Id)] ?? { body: '' }),
            0,
          );
          expect(batch.length).toBeLessThanOrEqual(10);
          if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(mebibyte);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('sends a message too large for any call alone, so that it takes no other with it', () => {
    const batches = packBatches([{ body: 'a' }, { body: 'x'.repeat(mebibyte + 1) }, { body: 'b' }]);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1]);
  });

  it('counts a message as SQS does: body, and name, type and value of each attribute', () => {
    expect(messageBytes({ body: 'ü', attributes: { reason: 'né' } })).toBe(2 + 6 + 6 + 3);
  });

  it('makes of nothing no call', () => {
    expect(packBatches([])).toEqual([]);
  });
});

describe('sending messages', () => {
  it('delivers every body and attribute, in any number', async () => {
    const queue = await newQueue();
    const messages = Array.from({ length: 34 }, (_, index) => ({
      body: JSON.stringify({ index }),
      attributes: { reason: `r${index}` },
    }));
    expect(await sendAll(sqs, queue, messages)).toEqual(messages.map(() => true));
    const received = await receiveAll(queue);
    const found = received.map(({ Body = '', MessageAttributes = {} }) => ({
      body: Body,
      attributes: { reason: MessageAttributes.reason?.StringValue },
    }));
    expect(found.toSorted((a, b) => a.body.localeCompare(b.body))).toEqual(
      messages.toSorted((a, b) => a.body.localeCompare(b.body)),
    );
  });

  it('says of each message whether the queue took it', async () => {
    const queue = await newQueue({ MaximumMessageSize: '2048' });
    const messages = [{ body: 'a' }, { body: 'x'.repeat(4_000) }, { body: 'b' }];
    const taken = await sendAll(sqs, queue, messages);
    expect(taken[1]).toBe(false);
    const bodies = (await receiveAll(queue)).map(({ Body }) => Body).sort();
    expect(bodies).toEqual(
      messages
        .filter((_, index) => taken[index])
        .map(({ body }) => body)
        .sort(),
    );
  });

  it('says that none was taken where there is no such queue, and does not throw', async () => {
    const missing = (await newQueue()).replace(/queue-\d+$/, 'missing');
    expect(await sendAll(sqs, missing, [{ body: 'a' }, { body: 'b' }])).toEqual([false, false]);
  });

  it('replaces characters that SQS refuses, for one would keep its message coming back for ever', () => {
    const refused = JSON.stringify({ text: 'a\ufffe\uffffb' });
    const kept = '{"text":"tab \t new\nline ünïcödé 👍 \ufffd"}';
    const [batch = []] = packBatches([{ body: refused }, { body: kept }]);
    expect(batch.map(({ MessageBody }) => MessageBody)).toEqual(['{"text":"a\ufffd\ufffdb"}', kept]);
  });

  it('makes no call for nothing', async () => {
    expect(await sendAll(sqs, 'http://127.0.0.1:1/none', [])).toEqual([]);
  });
});

describe('returning messages', () => {
  it('makes each visible again after its own wait', async () => {
    const queue = await newQueue({ VisibilityTimeout: '600' });
    await sendAll(
      sqs,
      queue,
      Array.from({ length: 12 }, (_, index) => ({ body: String(index) })),
    );
    const received = await receiveAll(queue);
    expect(received).toHaveLength(12);
    await returnAfter(
      sqs,
      queue,
      received.map(({ ReceiptHandle = '', Body }) => ({
        receiptHandle: ReceiptHandle,
        seconds: Number(Body) < 11 ? 0 : 0.4,
      })),
    );
    expect((await receiveAll(queue)).map(({ Body }) => Number(Body)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 11 }, (_, index) => index),
    );
  });

  it('keeps a wait within the 12 hours that SQS allows, and takes a lost handle calmly', async () => {
    const queue = await newQueue({ VisibilityTimeout: '0' });
    await sendAll(sqs, queue, [{ body: 'a' }]);
    const [message] = (await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }))).Messages ?? [];
    await returnAfter(sqs, queue, [
      { receiptHandle: 'nobody', seconds: 5 },
      { receiptHandle: message?.ReceiptHandle ?? '', seconds: 1e9 },
    ]);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }),
    );
    expect(Attributes?.ApproximateNumberOfMessagesNotVisible).toBe('1');
    await expect(
      returnAfter(sqs, 'http://127.0.0.1:1/none', [{ receiptHandle: 'x', seconds: 1 }]),
    ).resolves.toBeUndefined();
  });
});

describe('working in parallel', () => {
  it('does each item once, never more at a time than it may', async () => {
    let active = 0;
    let most = 0;
    const done: number[] = [];
    await inParallel(
      Array.from({ length: 30 }, (_, index) => index),
      4,
      async (item) => {
        active += 1;
        most = Math.max(most, active);
        await new Promise((resolve) => setTimeout(resolve, 1));
        active -= 1;
        done.push(item);
      },
    );
    expect(most).toBe(4);
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  it('passes a fault on', async () => {
    await expect(
      inParallel([1, 2, 3], 2, async (item) => {
        if (item === 2) throw new Error('two');
      }),
    ).rejects.toThrow('two');
  });
});
