import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCircuits } from '#adapters/dynamodb/circuits.ts';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { env } from '#core/names.ts';
import { minute } from '#core/time.ts';
import { type AwsCall, type Fault, serverError } from '../support/aws-proxy.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { failure, verdict } from '../support/judge-replies.ts';
import { judgeTask } from '../support/judgements.ts';

/** Long enough for a call, so short that a refused end is given up at once; and too short for any call. */
const shortMs = 1_000;
const tooShortMs = 100;

const invalid: Fault = {
  kind: 'refused',
  status: 400,
  type: 'com.amazon.coral.validate#ValidationException',
};

let flow: FlowStack;
let refused: Fault | undefined;
/** Whether a call meets with the fault. */
let meets: (call: AwsCall) => boolean = () => false;

beforeAll(async () => {
  const judge = (id: string) =>
    testRubric({
      id,
      surfaces: [id],
      judge: { model: `model-${id}`, prices: { input: 0.25, cachedInput: 0.025, output: 2 } },
    });
  flow = await FlowStack.start({
    catalogue: testCatalogue({
      surfaces: ['chat', 'probed', 'blocked', 'odd'].map((surface) => ({ surface, sampleRate: 0.999_999 })),
      rubrics: [testRubric(), judge('probed'), judge('blocked'), judge('odd')],
    }),
    judge: (request) => {
      if (request.responseId.startsWith('blocked')) return failure(401, 'invalid_api_key');
      if (request.responseId.startsWith('odd')) return failure(400, 'nobody_knows');
      return verdict(request, 4);
    },
  });
  flow.dynamo.meddle((call) => (meets(call) ? refused : undefined));
});

afterAll(() => flow?.close());

beforeEach(() => {
  refused = serverError;
});

const asked = (id: string) => flow.judge.asked().get(id) ?? 0;

/** Gives the judge a message as Lambda does. @returns whether it wants it again */
async function deliver(id: string, remainingMs: number = minute): Promise<boolean> {
  const surface = id.split('-')[0] ?? '';
  const rubric = flow.catalogue.rubrics.find((each) => each.id === surface);
  const task = judgeTask(id, Date.now(), { surface, ...(rubric !== undefined && { rubric }) });
  bodies.set(id, bodies.get(id) ?? JSON.stringify(task));
  const { handler } = await import('#lambdas/judge/handler.ts');
  const attributes = { SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' };
  const event = { Records: [{ messageId: id, receiptHandle: id, body: bodies.get(id), attributes }] };
  const response = await handler(event as never, { getRemainingTimeInMillis: () => remainingMs } as never);
  return response.batchItemFailures.length > 0;
}

const bodies = new Map<string, string>();

/** The write of an end, whose first attribute is the state; a lease names states too, but sets them otherwise. */
function writes(call: AwsCall, id: string, state: string): boolean {
  const { Key, ExpressionAttributeValues: values } = call.body as Record<
    string,
    Record<string, { S?: string } | undefined> | undefined
  >;
  return Key?.sk?.S?.startsWith(id) === true && values?.[':0']?.S === state;
}

const of = (name: string) => (call: AwsCall) => JSON.stringify(call.body.Key ?? {}).includes(name);

describe('a table that does not take what came of a judgement while the invocation lasts', () => {
  it('is given it by the next one, which asks nobody while it refuses', async () => {
    meets = (call) => writes(call, 'chat-', 'judged');
    expect(await deliver('chat-paid', shortMs)).toBe(true);
    expect(await deliver('chat-next')).toBe(true);
    expect(await flow.judgement('chat-next')).toBeUndefined();
    meets = () => false;
    expect(await deliver('chat-next')).toBe(false);
    expect((await flow.judgement('chat-paid'))?.state).toBe('judged');
    expect(await deliver('chat-paid')).toBe(false);
    expect([asked('chat-paid'), asked('chat-next')]).toEqual([1, 1]);
    // What a batch that only waited had drawn would never be given back.
    const series = createSeriesStore(createDynamo(), flow.stack.environment[env.seriesTable] ?? '');
    const [spending] = (await series.readSpending()).values();
    const costs = [...(await flow.judgements()).values()].flat().map(({ costUsd = 0 }) => costUsd);
    expect(spending?.spentUsd).toBeCloseTo(
      costs.reduce((sum, usd) => sum + usd),
      9,
    );
  });

  it('is given back the lease of which nobody was asked, and its try', async () => {
    meets = (call) => writes(call, 'chat-unasked', 'waiting');
    expect(await deliver('chat-unasked', tooShortMs)).toBe(true);
    expect(await deliver('chat-unasked')).toBe(true);
    meets = () => false;
    expect(await deliver('chat-unasked')).toBe(false);
    expect(await flow.judgement('chat-unasked')).toMatchObject({ state: 'judged', tries: 1 });
  });

  it('keeps nobody waiting for one that it will never take', async () => {
    refused = invalid;
    meets = (call) => writes(call, 'chat-invalid', 'judged');
    expect(await deliver('chat-invalid', shortMs)).toBe(true);
    expect(await deliver('chat-other')).toBe(false);
    expect((await flow.judgement('chat-other'))?.state).toBe('judged');
  });
});

describe('a table whose answers are lost', () => {
  it('has given the lease all the same: the try goes on', async () => {
    refused = { kind: 'answer-lost' };
    meets = (call) => JSON.stringify(call.body.ExpressionAttributeValues ?? {}).includes('":leased"');
    expect(await deliver('chat-leased')).toBe(false);
    meets = () => false;
    expect(await flow.judgement('chat-leased')).toMatchObject({ state: 'judged', tries: 1 });
    expect(asked('chat-leased')).toBe(1);
  });
});

describe('a table that does not take what an answer says of its judge', () => {
  it('has the verdict of a probe whose circuit cannot be closed', async () => {
    const circuits = createCircuits(createDynamo(), flow.stack.environment[env.seriesTable] ?? '');
    await circuits.open('model-probed', 'no key', Date.now());
    meets = (call) => call.operation === 'DeleteItem' && of('circuit#model-probed')(call);
    expect(await deliver('probed-0')).toBe(false);
    expect(asked('probed-0')).toBe(1);
    meets = () => false;
  });

  it('gives the try back though no circuit can be opened', async () => {
    meets = (call) => call.operation === 'UpdateItem' && of('circuit#model-blocked')(call);
    expect(await deliver('blocked-0')).toBe(true);
    expect(await flow.judgement('blocked-0')).toMatchObject({ state: 'waiting', tries: 0 });
  });

  it.each([
    ['cannot be read', 'GetItem', 1],
    ['cannot be written', 'UpdateItem', 0],
  ])('gives the lease back where the history %s', async (_, name, tries) => {
    meets = (call) => call.operation === name && of('judge-history#model-odd')(call);
    expect(await deliver(`odd-${name}`)).toBe(true);
    expect(await flow.judgement(`odd-${name}`)).toMatchObject({ state: 'waiting', tries });
    meets = () => false;
  });
});
