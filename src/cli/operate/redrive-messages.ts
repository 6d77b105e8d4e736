import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sendAll } from '#adapters/sqs/queue.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { openLocalRun } from '../target/local-run.ts';
import { readStackQueues } from '../target/stack-queues.ts';
import { CliError } from '../terminal/output.ts';

interface RedriveOptions {
  readonly local: string;
  readonly stack?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

interface Route {
  readonly from: string;
  readonly to: string;
  /** The message to send; undefined for one that cannot be sent again. */
  readonly prepare: (body: string, attributes: Readonly<Record<string, string>>) => string | undefined;
}

/** Sends a message on before it is deleted: a crash in between doubles one, which sampler and judge tolerate. */
export async function redrive(queue: 'rejected' | 'judge', options: RedriveOptions): Promise<void> {
  if (options.limit !== undefined && !(options.limit >= 1))
    throw new CliError('--limit: wanted a whole number from 1.');
  if (options.stack !== undefined) {
    print(
      await move(routeOf(queue, await readStackQueues(options.stack)), options.limit),
      queue,
      options.json,
    );
    return;
  }
  const session = await openLocalRun(options.local);
  try {
    const moved = await move(routeOf(queue, localQueues(session.queues)), options.limit);
    if (session.stack !== undefined) await session.stack.settle(60_000);
    print(moved, queue, options.json);
  } finally {
    await session.stop();
  }
}

/** The queues a redrive needs, by URL. */
export interface RedriveQueues {
  readonly responses: string;
  readonly rejected: string;
  readonly judge: string;
  readonly judgeDlq: string;
}

function routeOf(queue: 'rejected' | 'judge', queues: RedriveQueues): Route {
  if (queue === 'rejected') {
    return {
      from: queues.rejected,
      to: queues.responses,
      prepare: (body, { whole }) => (whole === 'false' ? undefined : body),
    };
  }
  return { from: queues.judgeDlq, to: queues.judge, prepare: (body) => raiseRedrive(body) };
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

function localQueues(queues: Readonly<Record<string, string>>): RedriveQueues {
  const find = (name: string) =>
    Object.entries(queues).find(([id]) => id.replace(/[0-9A-F]{8}$/, '') === name)?.[1] ?? '';
  return {
    responses: find('IntakeResponseQueue'),
    rejected: find('IntakeRejectedQueue'),
    judge: find('JudgeQueue'),
    judgeDlq: find('JudgeQueueJudgeDlq'),
  };
}

interface Moved {
  readonly moved: number;
  readonly kept: number;
}

async function move({ from, to, prepare }: Route, limit = Number.POSITIVE_INFINITY): Promise<Moved> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  let moved = 0;
  let kept = 0;
  while (moved + kept < limit) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: Math.min(10, limit - moved - kept),
        VisibilityTimeout: 120,
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) break;
    for (const { Body = '', ReceiptHandle, MessageAttributes = {} } of Messages) {
      const attributes = Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
      );
      const body = prepare(Body, attributes);
      const [taken] = body === undefined ? [false] : await sendAll(sqs, to, [{ body }]);
      if (taken === true) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
        moved += 1;
      } else kept += 1;
    }
  }
  sqs.destroy();
  return { moved, kept };
}

function print({ moved, kept }: Moved, queue: string, json = false): void {
  if (json) console.log(JSON.stringify({ queue, moved, kept }));
  else {
    console.log(
      `${moved} messages of the ${queue === 'judge' ? "judge's dead-letter" : 'rejected'} queue are back in work.`,
    );
    if (kept > 0)
      console.log(
        `${kept} stay: they were cut when they were parked, are no judgements, or the queue did not take them.`,
      );
  }
}
