import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toItem } from '#adapters/dynamodb/client.ts';
import { env } from '#core/names.ts';
import { tickKey } from '#core/series/control.ts';
import { hour } from '#core/time.ts';
import type { JudgeReply } from '#local/judges/judge-server.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { failure, verdict } from '../support/judge-replies.ts';
import { responseRecord } from '../support/records.ts';

describe('judgements behind a judge that nobody can use for three days', () => {
  const ids = ['waited-1', 'waited-2', 'waited-3'];
  let flow: FlowStack;
  let blocked = true;
  let asked = 0;

  beforeAll(async () => {
    flow = await FlowStack.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
      judge: (request): JudgeReply => {
        asked += 1;
        return blocked ? failure(401, 'invalid_api_key') : verdict(request, 4);
      },
    });
    const now = Date.now();
    await flow.send(ids.map((id) => responseRecord(id, now - 80 * hour, { surface: 'chat' })));
    await flow.stack.drain();
    // All that was sent until now was sent eighty hours ago.
    flow.stack.clock.set(now - 80 * hour);
    await new DynamoDBClient({}).send(
      new PutItemCommand({
        TableName: flow.stack.environment[env.seriesTable],
        Item: toItem({ ...tickKey(), tick: now, writer: 'test', late: 0 }),
      }),
    );
    asked = 0;
    await flow.settle();
  });

  afterAll(() => flow?.close());

  it('end in the dead-letter queue with the reason, and nobody is asked or paid', async () => {
    expect((await flow.queued('JudgeQueue')).length).toBe(0);
    expect((await flow.queued('JudgeDlq')).length).toBe(ids.length);
    for (const id of ids)
      expect(await flow.judgement(id)).toMatchObject({
        state: 'dlq',
        reason: expect.stringContaining('older than 72 h: it counts in no SLO any more'),
      });
    expect(asked).toBe(0);
  });

  it('are judged all the same where somebody redrives them', async () => {
    blocked = false;
    flow.stack.clock.set(Date.now());
    for (const { body } of await flow.queued('JudgeDlq')) {
      const task = JSON.parse(body) as { redrive: number };
      await flow.sendTo('JudgeQueue', JSON.stringify({ ...task, redrive: task.redrive + 1 }));
    }
    await flow.settle();
    for (const id of ids) expect((await flow.judgement(id))?.state).toBe('judged');
  });
});
