import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  AwsError,
  type AwsJsonServer,
  awsTimestamp,
  defineOperation,
  startAwsJsonServer,
} from './aws-json-server.ts';

const MAX_ENTRIES = 10;
/** The User Guide's limit for the entries of a call together, newer accounts' larger one left aside. */
const MAX_CALL_BYTES = 256 * 1024;
const TIME_BYTES = 14;

const putEventsEntry = z.looseObject({
  Time: awsTimestamp.optional(),
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  EventBusName: z.string().optional(),
});
type PutEventsEntry = z.infer<typeof putEventsEntry>;

const putEvents = z.looseObject({ Entries: z.array(putEventsEntry) });

/** An event that was taken, as a rule's target would get it. `time` is ISO 8601. */
export interface SentEvent {
  readonly id: string;
  readonly time: string;
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** A running EventBridge and what was sent to it. */
export interface EventBridgeServer extends AwsJsonServer {
  /** Events taken so far, in order. Also `GET /_assay/events`: `{events}`. */
  events(): readonly SentEvent[];
}

/** How to start: everything has a default. */
export interface EventBridgeOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Buses that exist beside `default`; an entry for another fails, for real ones are never made by sending. */
  readonly buses?: readonly string[];
}

/**
 * Starts a local EventBridge on 127.0.0.1 (AWS JSON 1.1) with PutEvents, which records what it takes.
 *
 * A call is refused whole (`ValidationException`) with no or more than 10 entries or over 256 KB. An entry alone fails
 * with `InvalidArgument` (no Source, DetailType or Detail, a reserved source, an unknown bus) or `MalformedDetail`.
 */
export async function startEventBridge(options: EventBridgeOptions = {}): Promise<EventBridgeServer> {
  const events: SentEvent[] = [];
  const buses = new Set(['default', ...(options.buses ?? [])]);
  const server = await startAwsJsonServer(
    {
      target: 'AWSEvents',
      shapes: 'com.amazonaws.eventbridge',
      protocol: '1.1',
      operations: {
        PutEvents: defineOperation(putEvents, invalid, ({ Entries }) => {
          checkCall(Entries);
          const results = Entries.map((entry) => readEntry(entry, buses));
          for (const result of results) if (result.ok) events.push(result.event);
          return {
            FailedEntryCount: results.filter(({ ok }) => !ok).length,
            Entries: results.map((result) =>
              result.ok
                ? { EventId: result.event.id }
                : { ErrorCode: result.code, ErrorMessage: result.message },
            ),
          };
        }),
      },
      routes: { 'GET /_assay/events': () => ({ events }) },
    },
    options.port === undefined ? {} : { port: options.port },
  );
  return { ...server, events: () => events };
}

function checkCall(entries: readonly PutEventsEntry[]): void {
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    throw invalid(
      `Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: ` +
        `Member must have length between 1 and ${MAX_ENTRIES}; ${entries.length} came`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAX_CALL_BYTES) {
    throw invalid(
      `Total size of the entries in the request is over the limit: ${bytes} of ${MAX_CALL_BYTES} bytes`,
    );
  }
}

type ReadEntry =
  | { readonly ok: true; readonly event: SentEvent }
  | { readonly ok: false; readonly code: string; readonly message: string };

function readEntry(entry: PutEventsEntry, buses: ReadonlySet<string>): ReadEntry {
  const { Source: source, DetailType: detailType, Detail: text } = entry;
  const fail = (code: string, message: string): ReadEntry => ({ ok: false, code, message });
  if (!source)
    return fail('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
  if (!detailType) {
    return fail(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    );
  }
  if (!text)
    return fail('InvalidArgument', 'Parameter Detail is not valid. Reason: Detail is a required argument.');
  if (source.startsWith('aws.')) {
    return fail('NotAuthorizedForSourceException', `Not authorized for the source ${source}.`);
  }
  if (source.length > 256) return fail('InvalidArgument', 'Source may have at most 256 characters.');
  if (detailType.length > 128) return fail('InvalidArgument', 'DetailType may have at most 128 characters.');
  const detail = readDetail(text);
  if (detail === undefined) return fail('MalformedDetail', 'Detail is malformed.');
  const bus = busNameOf(entry.EventBusName ?? 'default');
  if (!buses.has(bus)) return fail('InvalidArgument', `Event bus ${bus} does not exist.`);
  const time = (entry.Time ?? new Date()).toISOString();
  const resources = entry.Resources ?? [];
  return { ok: true, event: { id: randomUUID(), time, bus, source, detailType, resources, detail } };
}

function readDetail(text: string): object | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

function busNameOf(nameOrArn: string): string {
  return /^arn:[^:]*:events:[^:]*:[^:]*:event-bus\/(.+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** The size of an entry as EventBridge counts it: 14 bytes for a time, and the text in UTF-8. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry): number {
  const text = [Source, DetailType, Detail, ...Resources].join('');
  return (Time === undefined ? 0 : TIME_BYTES) + Buffer.byteLength(text);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
