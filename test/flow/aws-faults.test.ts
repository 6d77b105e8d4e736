import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JudgeTask } from '#core/judging/judgement.ts';
import { type AwsCall, type Fault, serverError, throttled } from '../support/aws-proxy.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { judgeTask } from '../support/judgements.ts';
import { responseRecord } from '../support/records.ts';
import { until } from '../support/until.ts';

/** Every test has a surface of its own, so that faults and counters are its own. */
const surfaces = [
  'throttled-counters',
  'lost-count',
  'broken-lease',
  'lost-lease',
  'refused-verdict',
  'lost-verdict',
  'refused-forward',
  'broken-forward',
  'refused-rejection',
  'broken-burial',
  'unmarked',
  'unknown-circuit',
];

type Rule = (call: AwsCall) => Fault | undefined;

let flow: FlowStack;
const rules = new Set<Rule>();

beforeAll(async () => {
  flow = await FlowStack.start({
    timeFactor: 20,
    catalogue: testCatalogue({
      surfaces: surfaces.map((surface) => ({ surface, sampleRate: 0.999_999 })),
      // A circuit of its own.
      rubrics: [
        testRubric(),
        testRubric({
          id: 'apart',
          surfaces: ['unknown-circuit'],
          judge: {
            model: 'model-unknown-circuit',
            prices: { input: 0.25, cachedInput: 0.025, output: 2 },
          },
        }),
      ],
    }),
  });
  const decide = (call: AwsCall) => [...rules].map((rule) => rule(call)).find((fault) => fault !== undefined);
  flow.dynamo.meddle(decide);
  flow.queues.meddle(decide);
  await flow.poll();
});

afterAll(() => flow?.close());

/** The first `count` calls that a rule matches meet with a fault. @returns how many did so far */
function meddle(count: number, fault: Fault, matches: (call: AwsCall) => boolean): () => number {
  let met = 0;
  rules.add((call) => {
    if (met >= count || !matches(call)) return undefined;
    met += 1;
    return fault;
  });
  return () => met;
}

/** The key of an item that is written. */
function keyOf({ body }: AwsCall): string {
  const { pk, sk } = (body.Key ?? body.Item ?? {}) as Record<string, { S?: string } | undefined>;
  return `${pk?.S ?? ''} ${sk?.S ?? ''}`;
}

function updates(call: AwsCall, start: string): boolean {
  return call.operation === 'UpdateItem' && keyOf(call).startsWith(start);
}

/** A write to a judgement that sets this state. */
function sets(call: AwsCall, surface: string, state: string): boolean {
  const { ExpressionAttributeValues, Item } = call.body;
  const isWrite = ['PutItem', 'UpdateItem'].includes(call.operation);
  const values = JSON.stringify(ExpressionAttributeValues ?? Item ?? {});
  return isWrite && keyOf(call).startsWith(`judgement#${surface}#`) && values.includes(`"${state}"`);
}

function sendsTo(call: AwsCall, queue: string): boolean {
  return call.operation === 'SendMessageBatch' && String(call.body.QueueUrl).includes(queue);
}

async function send(surface: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, i) => `${surface}-${i}`);
  await flow.send(ids.map((id) => responseRecord(id, Date.now(), { surface })));
  return ids;
}

/** Waits until every id is judged, and sees that each was asked about once. */
async function expectJudgedOnce(ids: readonly string[]): Promise<void> {
  await until(`${ids[0]} and its like are judged`, async () => {
    const found = await flow.judgements(100);
    return ids.every((id) => found.get(id)?.[0]?.state === 'judged');
  });
  expect(ids.map((id) => flow.judge.asked().get(id))).toEqual(ids.map(() => 1));
}

describe.concurrent('a table that fails', () => {
  it('brings records back whose counter was throttled, and counts each once', async () => {
    const surface = 'throttled-counters';
    // In however many batches they come, none is counted at its first delivery.
    const isFirst = ({ body }: AwsCall) => !JSON.stringify(body).includes('redelivered');
    const met = meddle(1_000, throttled, (call) => updates(call, `count#${surface}#`) && isFirst(call));
    await expectJudgedOnce(await send(surface, 8));
    await until('all are counted', async () => ((await flow.counters(surface)).n ?? 0) >= 8);
    expect(await flow.counters(surface)).toMatchObject({ n: 8, sampled: 8, redelivered: 8 });
    expect(met()).toBeGreaterThan(0);
  });

  it('never counts less than the truth where the answer to a count is lost', async () => {
    const surface = 'lost-count';
    const met = meddle(1, { kind: 'answer-lost' }, (call) => updates(call, `count#${surface}#`));
    await expectJudgedOnce(await send(surface, 8));
    await until('all are counted', async () => ((await flow.counters(surface)).n ?? 0) >= 8);
    expect(met()).toBe(1);
  });

  it('brings a judgement back whose lease it would not take', async () => {
    const surface = 'broken-lease';
    const met = meddle(9, serverError, (call) => sets(call, surface, 'leased'));
    await expectJudgedOnce(await send(surface, 3));
    expect(met()).toBe(9);
  });

  it('takes no try for spent while nobody could be asked', async () => {
    const surface = 'unknown-circuit';
    const met = meddle(
      3,
      serverError,
      (call) => call.operation === 'GetItem' && keyOf(call).includes(`circuit#model-${surface}`),
    );
    const ids = await send(surface, 1);
    await expectJudgedOnce(ids);
    expect(met()).toBe(3);
    expect((await flow.judgement(ids[0] ?? ''))?.tries).toBe(1);
  });

  it('leaves a lease with its taker where only the answer was lost', async () => {
    const surface = 'lost-lease';
    const met = meddle(1, { kind: 'answer-lost' }, (call) => sets(call, surface, 'leased'));
    const ids = await send(surface, 1);
    await expectJudgedOnce(ids);
    expect(met()).toBe(1);
    expect((await flow.judgement(ids[0] ?? ''))?.tries).toBe(1);
  });

  it('gets a paid verdict again until it takes it, and nobody is paid twice', async () => {
    const surface = 'refused-verdict';
    const met = meddle(4, serverError, (call) => sets(call, surface, 'judged'));
    await expectJudgedOnce(await send(surface, 1));
    expect(met()).toBe(4);
  });

  it('has a verdict whose answer was lost, and nobody is paid twice', async () => {
    const surface = 'lost-verdict';
    const met = meddle(2, { kind: 'answer-lost' }, (call) => sets(call, surface, 'judged'));
    await expectJudgedOnce(await send(surface, 2));
    await until('the queue has let go of both', async () => {
      const waiting = await flow.queued('JudgeQueue');
      return !waiting.some(({ body }) => body.includes(surface));
    });
    expect(met()).toBe(2);
    await expectJudgedOnce([`${surface}-0`, `${surface}-1`]);
  });
});

describe.concurrent('a queue that fails', () => {
  it('brings back the records that it did not take, and no others', async () => {
    const surface = 'refused-forward';
    const refused = [`${surface}-2`, `${surface}-5`];
    let met = 0;
    rules.add((call) => {
      if (met > 0 || !sendsTo(call, 'JudgeQueue') || !JSON.stringify(call.body).includes(`${surface}-2`))
        return undefined;
      met += 1;
      return {
        kind: 'entries-refused',
        refuse: ({ MessageBody }) => refused.includes((JSON.parse(MessageBody) as JudgeTask).responseId),
      };
    });
    const ids = await send(surface, 8);
    await expectJudgedOnce(ids);
    await until('all are counted', async () => ((await flow.counters(surface)).n ?? 0) >= 8);
    const counters = await flow.counters(surface);
    expect(counters).toMatchObject({ n: 8, sampled: 8 });
    expect(counters.redelivered).toBeLessThanOrEqual(refused.length);
    expect(counters.redelivered).toBeGreaterThan(0);
  });

  it('brings everything back while it takes nothing', async () => {
    const surface = 'broken-forward';
    const met = meddle(
      6,
      serverError,
      (call) => sendsTo(call, 'JudgeQueue') && JSON.stringify(call.body).includes(surface),
    );
    await expectJudgedOnce(await send(surface, 4));
    expect(met()).toBe(6);
  });

  it('loses no rejected record', async () => {
    const surface = 'refused-rejection';
    const body = `{"broken": "${surface}"`;
    const met = meddle(
      4,
      serverError,
      (call) => sendsTo(call, 'RejectedQueue') && JSON.stringify(call.body).includes(surface),
    );
    await flow.send([body]);
    const found = await until('the rejected queue has it', async () => {
      const all = (await flow.queued('RejectedQueue')).filter((message) => message.body === body);
      return all.length > 0 && all;
    });
    expect(found).toHaveLength(1);
    expect(met()).toBe(4);
  });

  it('gets a hopeless judgement again until the DLQ has it', async () => {
    const surface = 'broken-burial';
    const id = `${surface}-0`;
    const met = meddle(
      4,
      serverError,
      (call) => sendsTo(call, 'JudgeDlq') && JSON.stringify(call.body).includes(surface),
    );
    const rubric = testRubric({ id: 'a-rubric-nobody-has', version: 7 });
    const task = judgeTask(id, Date.now(), { surface, rubric });
    await flow.sendTo('JudgeQueue', JSON.stringify(task));
    const found = await until('the DLQ has it', async () => {
      const all = (await flow.queued('JudgeDlq')).filter(({ body }) => body.includes(id));
      return all.length > 0 && all;
    });
    expect(found).toHaveLength(1);
    expect(found[0]?.attributes.reason).toContain('holds no rubric a-rubric-nobody-has@7');
    expect(met()).toBe(4);
    expect((await flow.judgement(id))?.state).toBe('dlq');
  });
});

describe('a table that takes no marks', () => {
  it('brings the batch back, so that no change goes unmarked, and counts no less than the truth', async () => {
    const surface = 'unmarked';
    const marks = ({ operation, body }: AwsCall) =>
      ['BatchWriteItem', 'UpdateItem'].includes(operation) &&
      new RegExp(`"dirty#[^"]*#${surface}#`).test(JSON.stringify(body));
    const met = meddle(5, serverError, marks);
    const ids = await send(surface, 5);
    await expectJudgedOnce(ids);
    const isMarked = async (of: string) => {
      const prefix = `dirty#${new Date().toISOString().slice(0, 10)}`;
      const written = flow.dynamo.answered.filter(marks).map(({ body }) => JSON.stringify(body));
      return written.some((body) => body.includes(prefix) && body.includes(`#${surface}#${of}`));
    };
    await until('the counters are marked', () => isMarked('counts'));
    await until('the verdicts are marked', () => isMarked('verdicts'));
    expect((await flow.counters(surface)).n).toBeGreaterThanOrEqual(5);
    expect(met()).toBe(5);
  });
});
