import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventSource, eventType } from '#core/names.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import { clientSettings } from '../client-settings.ts';

/** EventBridge takes this many events a call. */
const maxEntries = 10;

export function createEventBridge(): EventBridgeClient {
  return new EventBridgeClient(clientSettings);
}

/**
 * Sends alarm transitions out, with their numbers in words, for pipelines that roll back or open tickets. Each carries
 * its id, and has the same when it is sent again.
 *
 * @returns the ids of those that the bus took
 * @throws the SDK's error where it takes none at all
 */
export async function announceTransitions(
  events: EventBridgeClient,
  bus: string,
  stage: string,
  transitions: readonly (Transition & { readonly id: string })[],
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (let start = 0; start < transitions.length; start += maxEntries) {
    const part = transitions.slice(start, start + maxEntries);
    const { Entries = [] } = await events.send(
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
    for (const [index, { id }] of part.entries()) if (Entries[index]?.ErrorCode === undefined) taken.add(id);
  }
  return taken;
}
