import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventBridgeServer, startEventBridge } from '#local/aws/event-bridge.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

let server: EventBridgeServer;
let client: EventBridgeClient;

beforeEach(async () => {
  server = await startEventBridge({ buses: ['assay'] });
  client = new EventBridgeClient({ region: 'us-east-1', endpoint: server.url, credentials, maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const entry = (rest: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'assay',
  DetailType: 'SLO Transition',
  Detail: '{"slo":"score"}',
  ...rest,
});

const send = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

describe('events through the SDK', () => {
  it('are recorded as a target would get them', async () => {
    const Time = new Date('2026-11-03T09:10:00Z');
    const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/assay';
    const answer = await send(entry({ Time, EventBusName: bus, Resources: ['arn:x'] }));
    expect(answer.FailedEntryCount).toBe(0);
    const expected = {
      id: answer.Entries?.[0]?.EventId,
      time: '2026-11-03T09:10:00.000Z',
      bus: 'assay',
      source: 'assay',
      detailType: 'SLO Transition',
      resources: ['arn:x'],
      detail: { slo: 'score' },
    };
    expect(server.events()).toEqual([expected]);
    const served = await fetch(`${server.url}/_assay/events`).then((each) => each.json());
    expect(served).toEqual({ events: [expected] });
  });

  const failures: Record<string, [Partial<PutEventsRequestEntry>, string]> = {
    'without a source': [{ Source: undefined }, 'InvalidArgument'],
    'without a detail type': [{ DetailType: '' }, 'InvalidArgument'],
    'without a detail': [{ Detail: undefined }, 'InvalidArgument'],
    'with a detail that is not JSON': [{ Detail: '{' }, 'MalformedDetail'],
    'with a detail that is no object': [{ Detail: '[1]' }, 'MalformedDetail'],
    'with a source of AWS': [{ Source: 'aws.cloudwatch' }, 'NotAuthorizedForSourceException'],
    'with a detail type over 128 characters': [{ DetailType: 'x'.repeat(129) }, 'InvalidArgument'],
    'to a bus that does not exist': [{ EventBusName: 'gone' }, 'InvalidArgument'],
  };
  for (const [sentence, [rest, code]] of Object.entries(failures)) {
    it(`an entry ${sentence} fails alone with ${code}`, async () => {
      const answer = await send(entry(), entry(rest), entry());
      expect(answer.FailedEntryCount).toBe(1);
      expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
      expect(server.events()).toHaveLength(2);
    });
  }

  it('are refused whole with none or more than 10, or over 256 KB', async () => {
    for (const entries of [[], Array.from({ length: 11 }, () => entry())]) {
      await expect(send(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
    }
    const Detail = JSON.stringify({ text: 'x'.repeat(100_000) });
    await expect(send(entry({ Detail }), entry({ Detail }), entry({ Detail }))).rejects.toThrow(
      /over the limit/,
    );
    expect(server.events()).toEqual([]);
  });

  it('can be made to fail, also from another process', async () => {
    await fetch(`${server.url}/_assay/fail`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ operation: '*', times: 1, status: 500, code: 'InternalFailure' }),
    });
    await expect(send(entry())).rejects.toMatchObject({ name: 'InternalFailure' });
    expect((await send(entry())).FailedEntryCount).toBe(0);
    expect(server.calls()).toEqual({ PutEvents: 2 });
  });
});
