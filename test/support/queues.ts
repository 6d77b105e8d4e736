import type { Provisioned } from '#local/stack/provision.ts';

/** A message as it lies in a queue. */
export interface QueuedMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** URL of the queue whose logical id ends so, before the hash that CDK adds: `JudgeDlq`, `ResponseQueue`. */
export function queueUrlOf({ queues }: Pick<Provisioned, 'queues'>, name: string): string {
  const found = Object.entries(queues).find(([id]) => id.replace(/[0-9A-F]{8}$/, '').endsWith(name));
  if (found === undefined) throw new Error(`the template has no queue named like ${name}`);
  return found[1];
}

/** Everything in a queue, seen from outside: nothing is received by that, and nothing hidden. */
export async function readQueue(endpoint: string, queueUrl: string): Promise<QueuedMessage[]> {
  const response = await fetch(`${endpoint}/_fauxqs/queues/${queueUrl.split('/').at(-1)}`);
  if (!response.ok) throw new Error(`wanted what lies in ${queueUrl}, got HTTP ${response.status}`);
  const { messages = {} } = (await response.json()) as Inspected;
  return Object.values(messages).flatMap((list) =>
    list.map((entry) => {
      const { body, messageAttributes = {} } = 'message' in entry ? entry.message : entry;
      return {
        body,
        attributes: Object.fromEntries(
          Object.entries(messageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
        ),
      };
    }),
  );
}

interface Inspected {
  readonly messages?: Readonly<Record<string, readonly (InspectedMessage | { message: InspectedMessage })[]>>;
}

interface InspectedMessage {
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, { StringValue?: string }>>;
}
