import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '#adapters/sqs/queue.ts';
import { nameCaps } from '#core/series/counted-names.ts';
import { day, minute } from '#core/time.ts';
import { BatchPlan, type Count, type IncomingMessage } from '#lambdas/sampler/batch-plan.ts';
import { CountedNames, type Notice } from '#lambdas/sampler/counted-names.ts';
import { sampleBatch } from '#lambdas/sampler/sample-batch.ts';
import { type CountSums, sumCounts } from '#lambdas/sampler/sum-counts.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { namesInMemory } from '#test/support/names-in-memory.ts';
import { responseRecord } from '#test/support/records.ts';

const now = Date.parse('2026-11-10T12:00:00Z');
const catalogue = testCatalogue();
const caps = { ...nameCaps(catalogue), provider: 3, cohort: 2, release: 2 };

type Overrides = Readonly<Record<string, unknown>>;

function messageOf(index: number, overrides: Overrides): IncomingMessage {
  const record = responseRecord(`r-${index}`, now, overrides);
  return { messageId: `m-${index}`, body: JSON.stringify(record), sentAt: now, receives: 1 };
}

async function sum(names: CountedNames, records: readonly Overrides[]): Promise<CountSums> {
  const plan = new BatchPlan(catalogue, names);
  for (const [index, overrides] of records.entries()) plan.read(messageOf(index, overrides));
  await names.claim();
  return sumCounts(plan.counts, () => false);
}

/** A batch whose queues and counters take everything. */
function sample(names: CountedNames, records: readonly Overrides[]) {
  const taken = async (messages: readonly OutgoingMessage[]) => messages.map(() => true);
  const counters = {
    add: async () => undefined,
    markDirty: async () => undefined,
    claimFeedback: async () => true,
  };
  return sampleBatch(
    { catalogue, counters, names, forward: taken, reject: taken, stamp: () => 'a stamp' },
    records.map((overrides, index) => messageOf(index, overrides)),
    Date.now() + minute,
  );
}

const slicesOf = ({ sums }: CountSums) => sums.map(({ slices }) => slices.join(' '));
const columnsOf = ({ sums }: CountSums, index = 0) => Object.fromEntries(sums[index]?.increments ?? []);

describe('names that senders choose', () => {
  it('count under themselves up to the cap, those of most records first, and as others beyond it', async () => {
    const notices: Notice[] = [];
    const names = new CountedNames(namesInMemory(), caps, (notice) => notices.push(notice));
    const cohorts = ['u-1', 'u-2', 'eu', 'us', 'u-3', 'eu', 'us', 'eu'];
    const found = await sum(
      names,
      cohorts.map((cohort) => ({ cohort })),
    );
    expect(slicesOf(found)).toEqual(['c:other', 'c:eu', 'c:us']);
    expect(columnsOf(found)).toMatchObject({ n: 3, 'overflow:cohort': 3 });
    expect(columnsOf(found, 1)).toMatchObject({ n: 3 });
    expect(columnsOf(found, 1)).not.toHaveProperty('overflow:cohort');
    expect(notices).toEqual([
      { kind: 'names-overflow', surface: 'chat', of: 'cohort', cap: 2, day: now - (now % day) },
    ]);
    await sum(names, [{ cohort: 'u-9' }]);
    expect(notices).toHaveLength(1);
  });

  it('are bounded across batches and instances, and anew each day', async () => {
    const store = namesInMemory();
    const instance = () => new CountedNames(store, caps, () => undefined);
    expect(slicesOf(await sum(instance(), [{ cohort: 'eu' }]))).toEqual(['c:eu']);
    const second = instance();
    expect(slicesOf(await sum(second, [{ cohort: 'us' }, { cohort: 'ap' }]))).toEqual(['c:us', 'c:other']);
    expect(slicesOf(await sum(second, [{ cohort: 'eu' }, { cohort: 'sa' }]))).toEqual(['c:eu', 'c:other']);
    const at = new Date(now - day).toISOString();
    expect(slicesOf(await sum(second, [{ cohort: 'ap', at }]))).toEqual(['c:ap']);
  });

  it('cost one call a surface and day while nobody sends new ones, and none once there is no room', async () => {
    const store = namesInMemory();
    const names = new CountedNames(store, caps, () => undefined);
    for (let batch = 0; batch < 5; batch += 1)
      await sum(names, [{ cohort: 'eu', provider: 'a', release: 'v1' }]);
    expect(store.claims).toBe(1);
    for (let batch = 0; batch < 5; batch += 1)
      await sum(names, [{ cohort: `u-${batch}` }, { cohort: `w-${batch}` }]);
    expect(store.claims).toBe(2);
  });

  it('that cannot be claimed keep their records waiting, and nobody else', async () => {
    const store = namesInMemory();
    const notices: Notice[] = [];
    const names = new CountedNames(store, caps, (notice) => notices.push(notice));
    store.isBroken = true;
    const records: Overrides[] = [{ cohort: 'eu' }, {}, { release: 'v1' }, { provider: 'a' }];
    expect((await sample(names, records)).failed).toEqual(['m-0', 'm-2', 'm-3']);
    expect(notices).toMatchObject([{ kind: 'names-unclaimed', surface: 'chat' }]);
    store.isBroken = false;
    expect((await sample(names, records)).failed).toEqual([]);
    store.isBroken = true;
    expect((await sample(names, records)).failed).toEqual([]);
  });

  it('that the table will never take count as others', async () => {
    const store = namesInMemory();
    const names = new CountedNames(store, caps, () => undefined);
    store.claim = () => Promise.reject(Object.assign(new Error('too long'), { name: 'ValidationException' }));
    expect((await sample(names, [{ cohort: 'eu' }])).failed).toEqual([]);
    expect(slicesOf(await sum(names, [{ cohort: 'eu' }]))).toEqual(['c:other']);
  });

  it('stay apart where batches overlap', async () => {
    const store = namesInMemory();
    const names = new CountedNames(store, { ...caps, cohort: 4 }, () => undefined);
    const found = await Promise.all(['a', 'b', 'c', 'd'].map((cohort) => sum(names, [{ cohort }])));
    expect(found.map(slicesOf)).toEqual([['c:a'], ['c:b'], ['c:c'], ['c:d']]);
  });

  it('of one record are eight providers at the most, and its first 50 attempts', async () => {
    const names = new CountedNames(namesInMemory(), { ...caps, provider: 30 }, () => undefined);
    const attempts = Array.from({ length: 1_900 }, (_, index) => ({
      provider: `p-${index}`,
      status: 'error',
    }));
    const columns = columnsOf(await sum(names, [{ attempts }]));
    expect(Object.keys(columns).filter((name) => name.startsWith('pt:'))).toHaveLength(9);
    expect(columns).toMatchObject({
      'pt:p-7': 1,
      'pt:other': 42,
      'overflow:attempt': 1_850,
      'overflow:provider': 42,
    });
  });

  it('of unlisted surfaces count under default, as one too many', async () => {
    const names = new CountedNames(namesInMemory(), caps, () => undefined);
    const found = await sum(names, [{ surface: 'who' }, { surface: 'default' }]);
    expect(found.sums.map(({ surface }) => surface)).toEqual(['default']);
    expect(columnsOf(found)).toMatchObject({ n: 2, 'overflow:surface': 1 });
  });
});

describe('a record at which counting fails', () => {
  it('costs itself alone', async () => {
    const plan = new BatchPlan(catalogue, new CountedNames(namesInMemory(), caps, () => undefined));
    for (let index = 0; index < 6; index += 1) plan.read(messageOf(index, {}));
    const broken: Count['apply'] = (increments) => {
      increments.set('n', 99);
      throw new RangeError('too deep');
    };
    const counts = plan.counts.map((count, index) => (index % 3 === 1 ? { ...count, apply: broken } : count));
    const { sums, faulty } = sumCounts(counts, () => false);
    expect(faulty.map(({ message }) => message.messageId)).toEqual(['m-1', 'm-4']);
    expect(sums[0]?.increments.get('n')).toBe(4);
    expect(sums[0]?.counts).toHaveLength(4);
  });

  it('at reading is put aside as a fault of ours, without a word of it', () => {
    const names = new CountedNames(namesInMemory(), caps, () => undefined);
    const plan = new BatchPlan({ ...catalogue, surfaces: [] }, names);
    plan.read(messageOf(1, {}));
    expect(plan.rejections[0]?.message.attributes).toMatchObject({ kind: 'internal', whole: 'true' });
    expect(plan.counts.map(({ surface }) => surface)).toEqual(['_pipeline']);
  });
});
