import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createSqs, sendAll } from '#adapters/sqs/queue.ts';
import { peekRejections } from '#cli/status/status-rejections.ts';
import { startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';

it('reasons of rejected messages are read where they lie, the commonest first, and the messages stay', async () => {
  const aws = await startEmbeddedAws({ timeFactor: 1 });
  useEnvironment(aws.endpoints, {});
  const sqs = createSqs();
  try {
    const queue = String((await sqs.send(new CreateQueueCommand({ QueueName: 'rejected' }))).QueueUrl);
    expect(await peekRejections(queue)).toEqual([]);
    const reasons = ['got a string of 2 characters', 'got nothing', 'got a string of 19 characters'];
    await sendAll(
      sqs,
      queue,
      reasons.map((reason) => ({ body: '{}', attributes: { kind: 'invalid-field', reason } })),
    );
    // Those that differ in numbers alone are one.
    for (const _ of [1, 2])
      expect((await peekRejections(queue)).map((reason) => reason.replace(/\d+/, 'N'))).toEqual([
        'got a string of N characters',
        'got nothing',
      ]);
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toHaveLength(3);
  } finally {
    sqs.destroy();
    await aws.close();
  }
});
