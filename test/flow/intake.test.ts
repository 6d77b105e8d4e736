import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    'a latency in words': {
      body: record({ timing: { totalMs: 'fast' } }),
      kind: 'invalid-field',
      says: 'timing.totalMs',
    },
    'an id that would break a key': { body: record({ id: 'a#b' }), kind: 'invalid-field', says: '"id"' },
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
    'more text than a judgement can carry': {
      body: record({ response: { content: 'long '.repeat(70_000) } }),
      kind: 'oversized-text',
      says: 'Log a shortened text',
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
    // Control characters take six bytes each: few characters, and still a message's whole size.
    const filledTo = (bytes: number) => {
      const base = { timing: undefined, response: { content: '' } };
      const room = bytes - JSON.stringify(responseRecord('full', now, base)).length;
      const content = '\u0001'.repeat(Math.floor(room / 6));
      return JSON.stringify(responseRecord('full', now, { ...base, response: { content } }));
    };
    const body = filledTo(1_048_576);
    await flow.send([body]);
    await flow.settle();
    const found = (await flow.queued('RejectedQueue')).find(({ attributes }) => attributes.whole === 'false');
    expect(found?.attributes).toMatchObject({ kind: 'oversized-text' });
    expect(found?.attributes.reason).toContain('together with what a judgement adds');
    expect(found !== undefined && found.body.length > 100_000 && body.startsWith(found.body)).toBe(true);
    expect(await flow.judgement('full')).toBeUndefined();
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

describe('one record that cannot be counted', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an amount that no table can add', { usage: { costUsd: 1e300 } }],
    ['a name that cannot even be checked', { model: { length: { toString: {} } } }],
  ])('does not keep its batch from being counted: %s', async (_, spoilt) => {
    const flow = await FlowStack.start();
    const now = Date.now();
    await flow.send([
      ...Array.from({ length: 20 }, (_, i) => responseRecord(`fine-${i}`, now)),
      responseRecord('spoilt', now, spoilt),
      responseRecord('tiny', now, { usage: { costUsd: 1e-300 }, timing: { ttftMs: 1e-200 } }),
    ]);
    await flow.stack.drain();
    const [counted, rejected] = [await flow.counters('chat'), await flow.queued('RejectedQueue')];
    const { parked } = flow.stack;
    await flow.close();
    expect(counted).toMatchObject({ n: 21 });
    expect(rejected.map(({ attributes }) => attributes.kind)).toEqual(['invalid-field']);
    expect(parked).toBe(0);
  });
});
