import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { dimension, env, metric } from '#core/names.ts';
import { isSampled } from '#core/sampling.ts';
import { createRandom } from '#core/statistics/random.ts';
import { minute } from '#core/time.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { FlowStack, type JudgementItem } from '../support/flow-stack.ts';
import { verdict } from '../support/judge-replies.ts';
import { judgedVerdict, judgeTask } from '../support/judgements.ts';
import type { PollerSetup } from '../support/pollers.ts';
import { responseRecord } from '../support/records.ts';
import { until } from '../support/until.ts';

const rounds = 4;
const recordsARound = 60;
const sampleRate = 0.5;
/** A dead process's leases are free after so long. */
const functionSeconds = 8;
/** A round's work is some 150 calls of its table. */
const mostCallsALife = 100;

describe("killing the handlers' process at random points and starting it again", () => {
  const random = createRandom(4_711);
  const asks: { id: string; at: number }[] = [];
  /** When each process was started: until then every call was its predecessor's. */
  const starts: number[] = [];
  const ids: string[] = [];
  let killedAtWork = 0;
  let flow: FlowStack;
  let judgements: Map<string, JudgementItem[]>;
  let worker: ChildProcess | undefined;

  async function startWorker(): Promise<ChildProcess> {
    const setup: PollerSetup = {
      mappings: flow.stack.provisioned.eventSources,
      timeFactor: flow.timeFactor,
    };
    starts.push(Date.now());
    const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [JSON.stringify(setup)], {
      execArgv: [],
    });
    await once(child, 'message');
    return child;
  }

  const isEmpty = async () =>
    (await flow.queued('ResponseQueue')).length === 0 && (await flow.queued('JudgeQueue')).length === 0;

  beforeAll(async () => {
    flow = await FlowStack.start({
      timeFactor: 20,
      functionSeconds,
      visibilitySeconds: 6,
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate }] }),
      judge: (request) => {
        asks.push({ id: request.responseId, at: Date.now() });
        return { ...verdict(request, 4), afterMs: 30 };
      },
    });
    for (let round = 0; round < rounds; round += 1) {
      const fresh = Array.from({ length: recordsARound }, (_, i) => `killed-${round}-${i}`);
      ids.push(...fresh);
      await flow.send(fresh.map((id) => responseRecord(id, Date.now())));
      worker = await startWorker();
      const calls = flow.dynamo.answered.length + 1 + random.integer(mostCallsALife);
      await until('it is at work', async () => flow.dynamo.answered.length >= calls || (await isEmpty()));
      if (!(await isEmpty())) killedAtWork += 1;
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    }
    worker = await startWorker();
    await until('the queues are empty', isEmpty);
    judgements = await flow.judgements();
  });

  afterAll(async () => {
    worker?.kill('SIGKILL');
    await flow?.close();
  });

  it('kills it in the middle of its work', () => {
    expect(killedAtWork).toBeGreaterThanOrEqual(rounds / 2);
  });

  it('loses no sampled judgement, doubles none and judges nothing else', () => {
    const expected = ids.filter((id) => isSampled(id, sampleRate)).sort();
    expect([...judgements.keys()].sort()).toEqual(expected);
    for (const [id, found] of judgements) {
      expect(found, id).toHaveLength(1);
      expect(found[0], id).toMatchObject({ state: 'judged', score: 4 });
    }
  });

  it('pays again only where it was killed between the call and the put of its verdict', () => {
    const puts = new Map<string, number>();
    /** When a try was given back: on a busy machine a judge may answer too late. */
    const givenBack: { id: string; at: number }[] = [];
    for (const { operation, body, answeredAt } of flow.dynamo.answered) {
      const { sk } = (body.Key ?? {}) as { sk?: { S: string } };
      const values = JSON.stringify(body.ExpressionAttributeValues ?? {});
      const id = sk?.S.split('#')[0] ?? '';
      if (operation === 'UpdateItem' && values.includes('"S":"judged"') && !puts.has(id))
        puts.set(id, answeredAt);
      const { ':0': first } = (body.ExpressionAttributeValues ?? {}) as Record<string, { S?: string }>;
      if (operation === 'UpdateItem' && first?.S === 'waiting') givenBack.push({ id, at: answeredAt });
    }
    for (const id of judgements.keys()) {
      const times = asks.filter((ask) => ask.id === id).map(({ at }) => at);
      expect(times.length, id).toBeGreaterThan(0);
      expect(times.at(-1), `${id} was asked about after its verdict was stored`).toBeLessThanOrEqual(
        puts.get(id) ?? 0,
      );
      for (const [index, next] of times.slice(1).entries()) {
        const before = times[index] ?? 0;
        const isBetween = (at: number) => before <= at && at <= next;
        const isExplained =
          starts.some(isBetween) ||
          givenBack.some((back) => back.id === id && isBetween(back.at)) ||
          next - before >= functionSeconds * 1_000;
        expect(isExplained, `${id} was asked about twice in one life of the process and lease`).toBe(true);
      }
    }
  });

  it('counts no record less than once', async () => {
    expect((await flow.counters('chat')).n).toBeGreaterThanOrEqual(ids.length);
    expect((await flow.counters('chat')).redelivered).toBeGreaterThan(0);
  });

  it('has marked every hour that a verdict came into: the evaluator counts them all', async () => {
    const tick = Math.ceil(Date.now() / minute) * minute;
    await flow.stack.tick(tick);
    const counted = await flow.gauge(metric.events, tick, {
      [dimension.surface]: 'chat',
      [dimension.slo]: 'judge-pass',
    });
    expect(counted).toBe(judgements.size);
  });
});

describe('a process that was thought dead and comes back', () => {
  let flow: FlowStack;

  beforeAll(async () => {
    flow = await FlowStack.start();
  });

  afterAll(() => flow?.close());

  it('finds its lease gone and changes nothing any more', async () => {
    const store = createJudgementStore(
      createDynamo(),
      flow.stack.environment[env.judgementTable] ?? '',
      flow.catalogue.retention,
    );
    const now = Date.now();
    const task = judgeTask('twice-leased', now);
    expect(await store.acquire(task, 'slow', now - 5_000, now - 1_000)).toMatchObject({ kind: 'acquired' });
    expect(await store.acquire(task, 'quick', now, now + 60_000)).toMatchObject({
      kind: 'acquired',
      tries: 2,
    });
    expect(await store.acquire(task, 'third', now, now + 60_000)).toMatchObject({ kind: 'held' });
    expect(await store.storeVerdict(task, 'slow', judgedVerdict(1))).toBe(false);
    expect(await store.end(task, 'slow', 'unjudgeable', 'too slow')).toBe(false);
    await store.release(task, 'slow', 1);
    expect(await store.storeVerdict(task, 'quick', judgedVerdict(5))).toBe(true);
    expect(await store.storeVerdict(task, 'slow', judgedVerdict(1))).toBe(false);
    expect(await flow.judgement('twice-leased')).toMatchObject({ state: 'judged', score: 5 });
    expect(await store.acquire(task, 'fourth', now + 90_000, now + 99_000)).toMatchObject({
      kind: 'ended',
      state: 'judged',
    });
  });
});
