import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { move, redrive } from '#cli/operate/redrive-messages.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';

let aws: EmbeddedAws;
let sqs: SQSClient;

beforeAll(async () => {
  aws = await startEmbeddedAws({ timeFactor: 1 });
  useEnvironment(aws.endpoints, {});
  sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
});

afterAll(async () => {
  sqs?.destroy();
  await aws?.close();
});

const create = async (name: string) =>
  String((await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl);
const send = (QueueUrl: string, MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

/** What can be received of a queue now. */
async function bodiesOf(QueueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (Messages.length === 0) return bodies.sort();
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
}

it('a redrive handles what was there when it began, each once, and leaves what comes back', async () => {
  const [from, to] = await Promise.all([create('rejected'), create('responses')]);
  for (let index = 0; index < 25; index += 1) await send(from, `m-${index}`);
  // What is moved is wrong still, and comes back before the next is received.
  let prepared = 0;
  const backs: Promise<unknown>[] = [];
  await new Promise((resolve) => setTimeout(resolve, 5));
  const moved = await move({
    from,
    to,
    prepare: (body) => {
      prepared += 1;
      backs.push(send(from, `back-${body}`));
      return body === 'm-3' ? undefined : body;
    },
  });
  await Promise.all(backs);
  expect([prepared, moved]).toEqual([25, { moved: 24, kept: 1 }]);
  expect(await bodiesOf(to)).toHaveLength(24);
  expect((await bodiesOf(from)).filter((body) => body.startsWith('back-'))).toHaveLength(25);
});

it('refuses a limit that moves nothing', async () => {
  for (const limit of [0, -1, Number.NaN])
    await expect(redrive('judge', { local: '.', limit })).rejects.toThrow(
      '--limit: wanted a whole number from 1.',
    );
});
