import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo, toItem } from '#adapters/dynamodb/client.ts';
import { deleteItems, findResponsesOfUser, findTraces } from '#adapters/dynamodb/forgetting.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { formerTextKey, packTexts } from '#adapters/dynamodb/judgement-texts.ts';
import { env } from '#core/names.ts';
import { userHash } from '#core/record/user-hash.ts';
import { isSampled } from '#core/sampling.ts';
import { createRandom } from '#core/statistics/random.ts';
import { day, hour, hourKey, minute } from '#core/time.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { feedbackRecord, responseRecord } from '../support/records.ts';

describe('the same traffic again, shuffled, in other batches and with every message doubled', () => {
  const random = createRandom(20_261_103);
  const now = Date.now();
  /** Every fifth response belongs to a conversation, which is judged whole. */
  const traffic = Array.from({ length: 500 }, (_, i) =>
    responseRecord(`r-${i}`, now - (i % 500) * minute, {
      ...(i % 5 === 0 && { traceId: `conversation-${Math.floor(i / 20)}` }),
    }),
  );
  const expected = traffic
    .filter(({ id, traceId }) => isSampled(String(traceId ?? id), 0.05))
    .map(({ id }) => String(id))
    .sort();
  const flows: FlowStack[] = [];

  afterAll(() => Promise.all(flows.map((flow) => flow.close())));

  async function sendOnce(flow: FlowStack): Promise<void> {
    await flow.send(traffic);
    await flow.stack.drain();
    await flow.settle();
  }

  async function sendDoubled(flow: FlowStack): Promise<void> {
    const messages = random.shuffle([...traffic, ...traffic]);
    while (messages.length > 0) {
      await flow.send(messages.splice(0, 5 + random.integer(400)));
      await flow.stack.drain();
    }
    await flow.settle();
  }

  async function expectEachOnce(flow: FlowStack): Promise<void> {
    const judgements = await flow.judgements();
    expect([...judgements.keys()].sort()).toEqual(expected);
    for (const found of judgements.values()) {
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ state: 'judged', probability: 0.05 });
    }
    expect(Object.fromEntries(flow.judge.asked())).toEqual(Object.fromEntries(expected.map((id) => [id, 1])));
  }

  it('gives the same sampled ids, one verdict each, and one call of the judge each', async () => {
    expect(expected.length).toBeGreaterThan(20);
    const first = await FlowStack.start();
    flows.push(first);
    await sendOnce(first);
    await expectEachOnce(first);
    await sendDoubled(first);
    await expectEachOnce(first);
    expect((await first.counters('chat')).n).toBe(3 * traffic.length);

    const other = await FlowStack.start();
    flows.push(other);
    await sendDoubled(other);
    await expectEachOnce(other);
  });
});

describe('records that cannot be read, in a batch of good ones', () => {
  const now = Date.now();
  const good = Array.from({ length: 25 }, (_, i) => responseRecord(`good-${i}`, now));
  const record = (overrides: Record<string, unknown>) =>
    JSON.stringify(responseRecord('bad', now, overrides), null, 1);
  const { surface: _, ...withoutSurface } = responseRecord('bad', now);
  const faults: Record<string, { body: string; kind: string; says: string }> = {
    'JSON that breaks off': {
      body: '{"id": "bad", "at": ',
      kind: 'malformed-json',
      says: 'characters that are not JSON',
    },
    'a list of records': { body: '[{"id":"bad"}]', kind: 'not-an-object', says: 'one record a message' },
    'a missing surface': { body: JSON.stringify(withoutSurface), kind: 'invalid-field', says: '"surface"' },
    'a status of another kind': { body: record({ status: 200 }), kind: 'invalid-field', says: '"status"' },
    'a leap second': {
      body: record({ at: '2026-12-31T23:59:60Z' }),
      kind: 'invalid-field',
      says: '"at" of a response record: wanted an instant that clocks have, got a leap second',
    },
    'a name that cannot even be checked': {
      body: record({ surface: { length: { toString: {} } } }),
      kind: 'invalid-field',
      says: 'got an object',
    },
    'a time in the future': {
      body: record({ at: new Date(now + hour).toISOString() }),
      kind: 'time-out-of-bounds',
      says: '15 minutes after',
    },
    'a time three weeks ago': {
      body: record({ at: new Date(now - 21 * day).toISOString() }),
      kind: 'time-out-of-bounds',
      says: '14 days before',
    },
    'an encrypted payload': {
      body: '{"__encrypted__": true, "payload": "c2VjcmV0"}',
      kind: 'encrypted',
      says: 'Switch the gateway',
    },
  };
  let flow: FlowStack;
  const messageIds = new Map<string, string>();
  let rejected: Awaited<ReturnType<FlowStack['queued']>>;
  let counters: Record<string, number>;

  beforeAll(async () => {
    flow = await FlowStack.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
    });
    await flow.send(good.slice(0, 12));
    for (const [name, { body }] of Object.entries(faults)) {
      messageIds.set(name, await flow.sendTo('ResponseQueue', body));
    }
    await flow.send(good.slice(12));
    await flow.stack.drain();
    await flow.settle();
    rejected = await flow.queued('RejectedQueue');
    counters = await flow.counters('_pipeline');
  });

  afterAll(() => flow?.close());

  it.for(Object.entries(faults))(
    'go to the rejected queue as they came, with kind, reason and message id: %s',
    ([name, { body, kind, says }]) => {
      const found = rejected.filter(({ attributes }) => attributes.messageId === messageIds.get(name));
      expect(found).toHaveLength(1);
      expect(found[0]?.body === body).toBe(true);
      expect(found[0]?.attributes).toMatchObject({ kind, whole: 'true' });
      expect(found[0]?.attributes.reason).toContain(says);
    },
  );

  it('go there with their beginning where they leave no room for a reason', async () => {
    const body = `{"id": ${'x'.repeat(1_048_000)}`;
    await flow.send([body]);
    await flow.settle();
    const found = (await flow.queued('RejectedQueue')).find(({ attributes }) => attributes.whole === 'false');
    expect(found?.attributes).toMatchObject({ kind: 'malformed-json' });
    expect(found !== undefined && found.body.length > 100_000 && body.startsWith(found.body)).toBe(true);
  });

  it('are counted by kind, once each, and never retried', async () => {
    const kinds = Object.values(faults).map(({ kind }) => kind);
    for (const kind of kinds)
      expect(counters[`rejected:${kind}`]).toBe(kinds.filter((each) => each === kind).length);
    expect(rejected).toHaveLength(kinds.length);
    expect(await flow.queued('ResponseQueue')).toHaveLength(0);
  });

  it('leave the rest of the batch untouched', async () => {
    const judgements = await flow.judgements();
    expect([...judgements.keys()].sort()).toEqual(good.map(({ id }) => String(id)).sort());
    expect((await flow.counters('chat')).n).toBe(good.length);
  });
});

describe('negative feedback', () => {
  const responseAt = Math.floor(Date.now() / hour) * hour - 5 * hour + 12 * minute;
  const bucket = { hour: hourKey(responseAt), index: '02' };
  let flow: FlowStack;

  beforeAll(async () => {
    flow = await FlowStack.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', feedback: true, sampleRate: 0.000_001 }] }),
    });
  });

  afterAll(() => flow?.close());

  it('takes one response away, however often and in however many ways it is told', async () => {
    const told = [
      feedbackRecord('r-1', responseAt),
      feedbackRecord('r-1', responseAt),
      feedbackRecord('r-1', responseAt, { reason: 'regenerated' }),
      feedbackRecord('r-2', responseAt, { reason: 'abandoned' }),
    ];
    await flow.send(told);
    await flow.stack.drain();
    await flow.send(told);
    await flow.stack.drain();
    const counters = await flow.counters('chat', bucket);
    expect(counters).toMatchObject({ feedback: 8, negative: 2 });
  });

  it('counts in the bucket of the response, not in that of the feedback', async () => {
    const all = await flow.counters('chat');
    const there = await flow.counters('chat', bucket);
    expect(there).toEqual(all);
    await flow.send([
      feedbackRecord('r-3', responseAt + hour, { at: new Date(responseAt + 4 * hour).toISOString() }),
    ]);
    await flow.stack.drain();
    const next = await flow.counters('chat', { hour: hourKey(responseAt + hour), index: '02' });
    expect(next).toMatchObject({ feedback: 1, negative: 1 });
  });

  it('takes nothing away where it is positive', async () => {
    const before = await flow.counters('chat');
    await flow.send([feedbackRecord('r-4', responseAt, { accepted: true, reason: undefined })]);
    await flow.stack.drain();
    const after = await flow.counters('chat');
    expect(after.negative).toBe(before.negative);
    expect(after.feedback).toBe((before.feedback ?? 0) + 1);
  });

  it('is told apart by its response alone: the same id in another cohort takes nothing more', async () => {
    const before = await flow.counters('chat');
    await flow.send([feedbackRecord('r-1', responseAt, { cohort: 'eu' })]);
    await flow.stack.drain();
    expect((await flow.counters('chat')).negative).toBe(before.negative);
  });
});

describe('records of which a detail is of no use', () => {
  const at = Math.floor(Date.now() / hour) * hour - 2 * hour + 12 * minute;
  // Control characters take six bytes each: few characters, and still more than a judgement's message.
  const details: Readonly<Record<string, { overrides: Record<string, unknown>; unusable?: string[] }>> = {
    nothing: {
      overrides: { usage: null, timing: { ttftMs: null, totalMs: 600 }, cohort: '', context: null },
    },
    numbers: {
      overrides: { usage: { costUsd: 1e300 }, timing: { totalMs: 'fast', ttftMs: 200 }, user: 48_151_623 },
      unusable: ['usage.costUsd', 'timing.totalMs'],
    },
    names: {
      overrides: { model: { length: { toString: {} } }, release: 'a#b' },
      unusable: ['model', 'release'],
    },
    'a#b': { overrides: {} },
    'too long': { overrides: { response: { content: 'long '.repeat(70_000) } }, unusable: ['texts'] },
    'too large': { overrides: { response: { content: '\u0001'.repeat(174_710) } }, unusable: ['texts'] },
    tiny: { overrides: { usage: { costUsd: 1e-300 }, timing: { ttftMs: 1e-200 } } },
    'no text': { overrides: { response: { content: '' } } },
  };

  it('count in every SLI that they still serve, and each detail by its field', async () => {
    const flow = await FlowStack.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
    });
    await flow.send(Object.entries(details).map(([id, { overrides }]) => responseRecord(id, at, overrides)));
    await flow.settle();
    const [counted, rejected, judgements] = [
      await flow.counters('chat'),
      await flow.queued('RejectedQueue'),
      await flow.judgements(),
    ];
    const { parked } = flow.stack;
    await flow.close();
    expect([rejected, parked]).toEqual([[], 0]);
    const unusable = Object.values(details).flatMap((each) => each.unusable ?? []);
    expect(counted).toMatchObject({ n: 8, judgeable: 5, textless: 3 });
    for (const field of unusable)
      expect(counted[`unusable:${field}`]).toBe(unusable.filter((each) => each === field).length);
    expect(Object.keys(counted).filter((name) => name.startsWith('unusable:'))).toHaveLength(
      new Set(unusable).size,
    );
    const judged = ['nothing', 'numbers', 'names', 'tiny'];
    expect([...judgements.keys()].filter((id) => judged.includes(id)).sort()).toEqual(judged.sort());
    expect([...judgements.keys()].find((id) => id.startsWith('a_b~'))).toBeDefined();
  });
});

describe('one id of several responses', () => {
  const rubric = { id: 'helpfulness', version: 1 };
  const at = Math.floor(Date.now() / hour) * hour - 3 * hour + 12 * minute;
  const times = [at, at + minute, at + 20 * minute, at + hour, at + 2 * hour];
  let flow: FlowStack;
  const store = () => {
    const table = process.env[env.judgementTable] ?? '';
    return createJudgementStore(createDynamo(), table, { texts: 30 * day, scores: 400 * day });
  };

  beforeAll(async () => {
    flow = await FlowStack.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
    });
    const records = times.map((time, index) =>
      responseRecord('same', time, { response: { content: `Answer ${index}` }, user: 'ann' }),
    );
    await flow.send([...records, ...records.slice(0, 2)]);
    await flow.settle();
  });

  afterAll(() => flow?.close());

  it('hides none: each is judged once, and how many there are is counted', async () => {
    const found = (await flow.judgements()).get('same') ?? [];
    expect(found.map(({ state }) => state)).toEqual(times.map(() => 'judged'));
    expect(new Set(found.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(times.length);
    expect(flow.judge.asked().get('same')).toBe(times.length);
    expect((await flow.counters('chat')).repeatedId).toBeGreaterThanOrEqual(times.length - 1);
    const hours = await Promise.all(
      [...new Set(times.map(hourKey))].map((each) => store().readHour('chat', rubric, each)),
    );
    expect(
      hours
        .flat()
        .map((judgement) => judgement.at)
        .sort(),
    ).toEqual(times);
  });

  it('keeps the texts of each, beside those that were stored before; and forgets all of them', async () => {
    const [judgement] = await store().readHour('chat', rubric, hourKey(at));
    const asked = {
      responseId: 'same',
      surface: 'chat',
      rubric,
      fingerprint: judgement?.fingerprint ?? '',
      repeat: 0,
    };
    const textOf = async (time?: number) =>
      (await store().readTexts({ ...asked, ...(time !== undefined && { at: time }) }))?.texts.response
        ?.content;
    expect(await Promise.all(times.map(textOf))).toEqual(times.map((_, index) => `Answer ${index}`));
    expect(await textOf()).toBe('Answer 4');
    expect(await textOf(at + 5 * minute)).toBeUndefined();
    const tables = {
      judgements: process.env[env.judgementTable] ?? '',
      ratings: process.env[env.ratingTable] ?? '',
    };
    const dynamo = createDynamo();
    const former = packTexts({ texts: { response: { content: 'An older one' } }, reasons: {} });
    await dynamo.send(
      new PutItemCommand({
        TableName: tables.judgements,
        Item: toItem({ ...formerTextKey(asked), texts: former }),
      }),
    );
    expect(await textOf(at + 5 * minute)).toBe('An older one');
    expect(await findResponsesOfUser(dynamo, tables, userHash('ann'))).toEqual(['same']);
    const traces = await findTraces(dynamo, tables, ['same']);
    expect([traces.texts.length, traces.judgements.length]).toEqual([times.length + 1, times.length]);
    await deleteItems(dynamo, tables.judgements, traces.texts);
    expect(await textOf(at)).toBeUndefined();
    dynamo.destroy();
  });
});
