import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';

/** The next ten judgements of the judge queue, as its event source would hand them over. */
export async function receiveJudgements(sqs: SQSClient, queueUrl: string): Promise<SQSEvent['Records']> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 36_000,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
  })) as unknown as SQSEvent['Records'];
}
