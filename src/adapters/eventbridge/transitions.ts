import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource, eventType } from '#core/names.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';

/** EventBridge takes this many events a call. */
const maxEntries = 10;

export function createEventBridge(): EventBridgeClient {
  return new EventBridgeClient({});
}

/**
 * Sends alarm transitions out, with their numbers in words, for pipelines that roll back or open tickets.
 *
 * @throws Error when the bus refuses one
 */
export async function announceTransitions(
  events: EventBridgeClient,
  bus: string,
  stage: string,
  transitions: readonly Transition[],
): Promise<void> {
  for (let start = 0; start < transitions.length; start += maxEntries) {
    const part = transitions.slice(start, start + maxEntries);
    const { FailedEntryCount = 0, Entries = [] } = await events.send(
      new PutEventsCommand({
        Entries: part.map((transition) => ({
          EventBusName: bus,
          Source: eventSource,
          DetailType: eventType.transition,
          Time: new Date(transition.at),
          Detail: JSON.stringify({ stage, ...transition, at: new Date(transition.at).toISOString() }),
        })),
      }),
    );
    if (FailedEntryCount > 0) {
      const first = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
      throw new Error(
        `the event bus refused ${FailedEntryCount} of ${part.length} transitions (${first?.ErrorCode ?? 'no reason given'})`,
      );
    }
  }
}
