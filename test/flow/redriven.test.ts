import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxTries } from '#core/judging/judge-error.ts';
import { minute } from '#core/time.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { failure, verdict } from '../support/judge-replies.ts';
import { responseRecord } from '../support/records.ts';

/** Messages that an operator moves back by the SQS console: same body, new message id, received for the first time. */

let flow: FlowStack;
let isWell = false;

beforeAll(async () => {
  flow = await FlowStack.start({
    catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
    judge: (request) => (isWell ? verdict(request, 5) : failure(503, 'overloaded')),
  });
});

afterAll(() => flow?.close());

const asked = (id: string) => flow.judge.asked().get(id) ?? 0;

/** Lets a judgement spend its tries. @returns the body that lies in the DLQ */
async function bury(id: string): Promise<string> {
  isWell = false;
  await flow.send([responseRecord(id, Date.now())]);
  await flow.settle();
  expect(asked(id)).toBe(maxTries);
  expect((await flow.judgement(id))?.state).toBe('dlq');
  const buried = (await bodiesOf(id)).at(-1);
  if (buried === undefined) throw new Error('the DLQ does not have it');
  return buried;
}

async function bodiesOf(id: string): Promise<string[]> {
  const bodies = (await flow.queued('JudgeDlq')).map(({ body }) => body);
  return bodies.filter((body) => (JSON.parse(body) as { responseId: string }).responseId === id);
}

/** Gives the judge a message as Lambda does. @returns how many it wants again */
async function deliver(body: string, messageId: string, sentAt: number, receives: number): Promise<number> {
  const { handler } = await import('#lambdas/judge/handler.ts');
  const attributes = { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(receives) };
  const event = { Records: [{ messageId, receiptHandle: messageId, body, attributes }] };
  const response = await handler(event as never, { getRemainingTimeInMillis: () => minute } as never);
  return response.batchItemFailures.length;
}

describe('a judgement whose message the console moves back from the DLQ', () => {
  it('is judged', async () => {
    const body = await bury('moved');
    const before = asked('moved');
    isWell = true;
    await flow.sendTo('JudgeQueue', body);
    await flow.settle();
    expect(await flow.judgement('moved')).toMatchObject({ state: 'judged', score: 5 });
    expect(asked('moved')).toBe(before + 1);
  });

  it('has all its tries again, ends there again, and can be moved back once more', async () => {
    const body = await bury('twice');
    await flow.sendTo('JudgeQueue', body);
    await flow.settle();
    expect(asked('twice')).toBe(2 * maxTries);
    expect((await flow.judgement('twice'))?.state).toBe('dlq');
    expect(await bodiesOf('twice')).toHaveLength(2);
    isWell = true;
    await flow.sendTo('JudgeQueue', body);
    await flow.settle();
    expect((await flow.judgement('twice'))?.state).toBe('judged');
  });

  it('is not judged again by the message that ended there, whose deletion was lost', async () => {
    const body = await bury('again');
    const { buriedId = '', buriedAt = 0 } = (await flow.judgement('again')) as {
      buriedId?: string;
      buriedAt?: number;
    };
    const before = asked('again');
    isWell = true;
    expect(await deliver(body, buriedId, buriedAt - minute, 14)).toBe(0);
    expect(await deliver(body, buriedId, buriedAt - minute, 15)).toBe(0);
    // Nor by a copy of before, which the sampler had sent twice.
    expect(await deliver(body, 'another-id', buriedAt - minute, 2)).toBe(0);
    expect(asked('again')).toBe(before);
    expect((await flow.judgement('again'))?.state).toBe('dlq');
    expect(await bodiesOf('again')).toHaveLength(1);
    // One that was moved back, and given back once by a function that failed.
    expect(await deliver(body, 'a-third-id', Date.now(), 2)).toBe(0);
    expect((await flow.judgement('again'))?.state).toBe('judged');
  });
});

describe('a record that is moved back from a queue of the intake', () => {
  it('is taken in as a new one', async () => {
    isWell = true;
    const body = JSON.stringify(responseRecord('parked', Date.now()));
    await flow.sendTo('ResponseQueue', body);
    await flow.settle();
    expect((await flow.judgement('parked'))?.state).toBe('judged');
    expect((await flow.counters('chat')).redelivered ?? 0).toBe(0);
  });
});
