import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { returnAfter, sendAll } from '#adapters/sqs/queue.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { openLocalRun } from '../target/local-run.ts';
import { findLocalQueues, type QueueUrls } from '../target/queues.ts';
import { requireStackResources } from '../target/stack-resources.ts';
import type { TargetOptions } from '../target/target-options.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { JsonOptions } from '../terminal/options.ts';
import { print } from '../terminal/print.ts';
import { formatRedrive } from './redrive-text.ts';

export interface RedriveOptions extends TargetOptions, JsonOptions {
  readonly limit?: number;
}

/** Records that could not be read, or judgements whose tries are spent. */
export type ParkedQueue = 'rejected' | 'judge';

/** Puts parked messages back into work, and prints how many. @throws CliError */
export async function redrive(queue: ParkedQueue, options: RedriveOptions): Promise<void> {
  if (options.limit !== undefined && !(options.limit >= 1))
    throw new CliError('--limit: wanted a whole number from 1.');
  const moved = await redriveTarget(queue, options);
  print(options.json === true ? JSON.stringify({ queue, ...moved }) : formatRedrive({ queue, ...moved }));
}

async function redriveTarget(queue: ParkedQueue, { local, stack, limit }: RedriveOptions): Promise<Moved> {
  if (stack !== undefined) return move(routeOf(queue, (await requireStackResources(stack)).queues), limit);
  const session = await openLocalRun(local);
  try {
    const moved = await move(routeOf(queue, findLocalQueues(session.queues)), limit);
    if (session.stack !== undefined) await session.stack.settle(60_000);
    return moved;
  } finally {
    await session.stop();
  }
}

interface Route {
  readonly from: string;
  readonly to: string;
  /** The message to send; undefined for one that cannot be sent again. */
  readonly prepare: (body: string, attributes: Readonly<Record<string, string>>) => string | undefined;
}

function routeOf(queue: ParkedQueue, queues: QueueUrls): Route {
  if (queue === 'rejected')
    return {
      from: queues.IntakeRejectedQueue,
      to: queues.IntakeResponseQueue,
      prepare: (body, { whole }) => (whole === 'false' ? undefined : body),
    };
  return { from: queues.JudgeQueueJudgeDlq, to: queues.JudgeQueue, prepare: (body) => raiseRedrive(body) };
}

/** The judge takes up a judgement that ended in the DLQ only from a message with a higher count. */
function raiseRedrive(body: string): string | undefined {
  try {
    const task = JSON.parse(body) as JudgeTask;
    return typeof task.redrive === 'number'
      ? JSON.stringify({ ...task, redrive: task.redrive + 1 })
      : undefined;
  } catch {
    return undefined;
  }
}

interface Moved {
  readonly moved: number;
  readonly kept: number;
}

/**
 * Moves what lies in a queue when it begins, each message once: what comes back meanwhile, for it is still wrong, waits for
 * the next time. Sends a message on before it is deleted: a crash in between doubles one, which sampler and judge tolerate.
 */
export async function move({ from, to, prepare }: Route, limit = Number.POSITIVE_INFINITY): Promise<Moved> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const began = Date.now();
  const seen = new Set<string>();
  const later: Message[] = [];
  let moved = 0;
  let kept = 0;
  while (moved + kept < limit) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: Math.min(10, limit - moved - kept),
        VisibilityTimeout: 120,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) break;
    for (const message of Messages) {
      const { MessageId = '', Body = '', ReceiptHandle, Attributes, MessageAttributes = {} } = message;
      if (seen.has(MessageId)) continue;
      if (Number(Attributes?.SentTimestamp) > began + clockDifference(sqs)) {
        later.push(message);
        continue;
      }
      seen.add(MessageId);
      const attributes = Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
      );
      const body = prepare(Body, attributes);
      const [sent] = body === undefined ? [false] : await sendAll(sqs, to, [{ body }]);
      if (sent === true) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
        moved += 1;
      } else kept += 1;
    }
  }
  // They would be hidden for two minutes; where this fails they are.
  await returnAfter(
    sqs,
    from,
    later.map(({ ReceiptHandle = '' }) => ({ receiptHandle: ReceiptHandle, seconds: 0 })),
  );
  sqs.destroy();
  return { moved, kept };
}

/** How far the queue's clock is ahead, milliseconds, as the client learns from answers: by the second, so that less is nothing. */
function clockDifference({ config }: SQSClient): number {
  const { systemClockOffset: offset = 0 } = config;
  return Math.abs(offset) < 2_000 ? 0 : offset + 1_000;
}
