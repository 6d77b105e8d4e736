/** A message as it lies in a queue. */
export interface QueuedMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Inspected {
  readonly message?: InspectedMessage;
  readonly messages?: Readonly<Record<string, readonly (InspectedMessage | { message: InspectedMessage })[]>>;
}

interface InspectedMessage {
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, { StringValue?: string }>>;
}

/** Reads what the queue server tells of a queue. Nothing is received by that, and nothing hidden. */
export function readInspection(inspection: unknown): QueuedMessage[] {
  const { messages = {} } = inspection as Inspected;
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
