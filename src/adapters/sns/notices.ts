import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from '../client-settings.ts';

export function createSns(): SNSClient {
  return new SNSClient(clientSettings);
}

/** Something that people are asked to do. */
export interface Notice {
  /** One line of ASCII, at most 100 characters. */
  readonly subject: string;
  readonly message: string;
}

/** Publishes a notice. @throws the SDK's error where the topic does not take it */
export async function publishNotice(
  sns: SNSClient,
  topicArn: string,
  notice: Notice,
  id: string,
): Promise<void> {
  const { subject, message } = notice;
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subject.slice(0, 100),
      Message: message,
      // The same when a notice is sent again.
      MessageAttributes: { id: { DataType: 'String', StringValue: id } },
    }),
  );
}
