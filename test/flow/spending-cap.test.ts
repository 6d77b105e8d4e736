import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { SpendingAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import { readSpending } from '#adapters/dynamodb/spending-store.ts';
import { createSqs, sendAll } from '#adapters/sqs/queue.ts';
import { env, metric } from '#core/names.ts';
import { day, dayKey, hourKey, minute } from '#core/time.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack, type JudgementItem } from '../support/flow-stack.ts';
import { verdict } from '../support/judge-replies.ts';
import { judgeTask } from '../support/judgements.ts';
import { responseRecord } from '../support/records.ts';

const rubric = testRubric({
  judge: {
    model: 'judge-model',
    prices: { input: 0.25, cachedInput: 0.025, output: 2 },
    maxOutputTokens: 128,
  },
});

/** A call costs about $0.0002 and reserves about $0.0006. */
const capUsd = 0.01;
const mostOfACallUsd = 0.0008;

let flow: FlowStack;

beforeAll(async () => {
  flow = await FlowStack.start({
    // As slow as to overlap: ten calls of a batch, five batches at once.
    judge: (request) => ({ ...verdict(request, 4), afterMs: 20 }),
    catalogue: testCatalogue({
      policy: { spendingCapUsdPerDay: capUsd },
      surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }],
      rubrics: [rubric],
    }),
  });
});

afterAll(() => flow?.close());

describe('a spending cap that the traffic goes beyond', () => {
  const tick = Math.ceil(Date.now() / minute) * minute + minute;
  const sent: string[] = [];
  let judgements: JudgementItem[];

  beforeAll(async () => {
    const send = async (count: number) => {
      const ids = Array.from({ length: count }, (_, i) => `spent-${sent.length + i}`);
      sent.push(...ids);
      await flow.send(ids.map((id) => responseRecord(id, Date.now())));
      await flow.stack.drain();
    };
    const isSpent = async () => (await flow.judgement(sent.at(-1) ?? ''))?.state === 'shed';
    await send(110);
    // One by one until one is shed, so that what the parallel ones had only reserved is spent as well.
    do await send(1);
    while (!(await isSpent()) && sent.length < 200);
    await flow.settle();
    await flow.stack.tick(tick);
    judgements = [...(await flow.judgements()).values()].flat();
  });

  const ended = (state: string) => judgements.filter((judgement) => judgement.state === state);
  const today = async () =>
    (await readSpending(createDynamo(), String(process.env[env.seriesTable]))).get(dayKey(Date.now()));
  const spentUsd = () => ended('judged').reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);

  it('sheds what goes beyond it, with the reason and without a score', () => {
    expect(ended('judged').length).toBeGreaterThan(10);
    expect(ended('shed').length).toBeGreaterThan(10);
    expect(ended('judged').length + ended('shed').length).toBe(sent.length);
    for (const { reason, score } of ended('shed')) {
      expect(reason).toContain(`spending cap of $${capUsd} a day`);
      expect(score).toBeUndefined();
    }
  });

  it('never spends more than the cap, in money and in calls', async () => {
    expect(spentUsd()).toBeLessThanOrEqual(capUsd);
    const asked = [...flow.judge.asked().values()].reduce((sum, count) => sum + count, 0);
    expect(asked).toBe(ended('judged').length);
    const noted = Number((await today())?.spentUsd);
    expect(noted).toBeGreaterThanOrEqual(spentUsd() - 1e-9);
    expect(noted).toBeLessThanOrEqual(capUsd + 1e-9);
  });

  it('sheds nothing that would still have fitted', () => {
    expect(spentUsd()).toBeGreaterThan(capUsd - mostOfACallUsd);
  });

  it('leaves what was to be rescored as if nobody had asked for it', async () => {
    const before = (await today())?.shed;
    const task = judgeTask('of-the-past', Date.now() - 5 * day, { rubric, rescored: true });
    const sqs = createSqs();
    await sendAll(sqs, String(process.env[env.judgeQueueUrl]), [{ body: JSON.stringify(task) }]);
    sqs.destroy();
    await flow.settle();
    const item = await flow.judgement('of-the-past');
    expect(item).toMatchObject({ state: 'waiting', tries: 0 });
    expect(item).not.toHaveProperty('score');
    const { marks } = await createSeriesStore(
      createDynamo(),
      String(process.env[env.seriesTable]),
    ).readControl();
    expect(marks.filter(({ dirty }) => dirty.hour === hourKey(Date.parse(task.at)))).toEqual([]);
    expect((await today())?.shed).toBe(before);
  });

  it('counts what was shed, and says that the cap is reached', async () => {
    expect((await today())?.shed).toBe(ended('shed').length);
    expect(await flow.gauge(metric.capReached, tick)).toBe(1);
    expect(await flow.gauge(metric.judgeSpend, tick)).toBeGreaterThan(0);
  });
});

describe('ten judge instances under one cap', () => {
  it('never reserve more than the cap together, and give back what they did not need', async () => {
    const at = Date.now() - 3 * day;
    const table = String(process.env[env.seriesTable]);
    const instances = Array.from({ length: 10 }, () =>
      new SpendingAllowance(createDynamo(), table, 1).openBatch(10),
    );
    let spent = 0;
    let reserved = 0;
    let most = 0;
    let refused = 0;
    await Promise.all(
      instances.map(async (instance, index) => {
        for (let call = 0; call < 40; call += 1) {
          if (!(await instance.reserve(at, 0.05))) {
            refused += 1;
            continue;
          }
          reserved += 0.05;
          most = Math.max(most, spent + reserved);
          await new Promise((resolve) => setTimeout(resolve, 1 + (index % 3)));
          reserved -= 0.05;
          spent += 0.01;
          instance.settle(at, 0.05, 0.01);
        }
      }),
    );
    expect(refused).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(1 + 1e-9);
    // Each instance may hold at the end what is too little for another call.
    expect(spent).toBeGreaterThan(1 - 10 * 0.05);
  });

  it('begins anew on the next day', async () => {
    const table = String(process.env[env.seriesTable]);
    const allowance = new SpendingAllowance(createDynamo(), table, 1).openBatch(1);
    expect(await allowance.reserve(Date.now() - 10 * day, 0.9)).toBe(true);
    expect(await allowance.reserve(Date.now() - 10 * day, 0.9)).toBe(false);
    expect(await allowance.reserve(Date.now() - 9 * day, 0.9)).toBe(true);
  });
});

describe('a call that the judge never answered', () => {
  it('is paid for at the most it can have cost, for the provider may bill it', async () => {
    let asked = 0;
    const hanging = await FlowStack.start({
      functionSeconds: 4,
      judge: (request) => {
        asked += 1;
        return { ...verdict(request, 4), ...(asked === 1 && { afterMs: 60_000 }) };
      },
      catalogue: testCatalogue({
        // Room for one call, not for two.
        policy: { spendingCapUsdPerDay: 0.0016 },
        surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }],
        rubrics: [rubric],
      }),
    });
    await hanging.send([responseRecord('hung', Date.now())]);
    await hanging.settle();
    const judgement = await hanging.judgement('hung');
    await hanging.close();
    expect(judgement?.state).toBe('shed');
    expect(asked).toBe(1);
  });
});
