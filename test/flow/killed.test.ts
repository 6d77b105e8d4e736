import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dimension, metric } from '#core/names.ts';
import { isSampled } from '#core/sampling.ts';
import { createRandom } from '#core/statistics/random.ts';
import { minute } from '#core/time.ts';
import { testCatalogue } from '#test/catalogue.ts';
import { responseRecord } from './records.ts';
import { Flow, type JudgementItem, until, verdict } from './stack.ts';
import type { WorkerSetup } from './worker.ts';

const rounds = 6;
const recordsARound = 60;
const sampleRate = 0.5;

describe("killing the handlers' process at random points and starting it again", () => {
  const random = createRandom(4_711);
  const asks: { id: string; at: number }[] = [];
  const kills: number[] = [];
  const ids: string[] = [];
  let killedAtWork = 0;
  let flow: Flow;
  let judgements: Map<string, JudgementItem[]>;
  let worker: ChildProcess | undefined;

  async function startWorker(): Promise<ChildProcess> {
    const setup: WorkerSetup = {
      mappings: flow.stack.provisioned.eventSources,
      timeFactor: flow.timeFactor,
    };
    const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [JSON.stringify(setup)], {
      execArgv: [],
    });
    await once(child, 'message');
    return child;
  }

  const isEmpty = async () =>
    (await flow.queued('ResponseQueue')).length === 0 && (await flow.queued('JudgeQueue')).length === 0;

  beforeAll(async () => {
    flow = await Flow.start({
      // The judge's lease is 4 s; messages come back while a dead process holds it.
      timeFactor: 45,
      visibilitySeconds: 2,
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
      await pause(20 + random.integer(450));
      if (!(await isEmpty())) killedAtWork += 1;
      kills.push(Date.now());
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    }
    worker = await startWorker();
    await until('the queues are empty', isEmpty, 40_000);
    judgements = await flow.judgements();
  }, 90_000);

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
    for (const { operation, body, answeredAt } of flow.dynamo.answered) {
      const { sk } = (body.Key ?? {}) as { sk?: { S: string } };
      const values = JSON.stringify(body.ExpressionAttributeValues ?? {});
      const id = sk?.S.split('#')[0] ?? '';
      if (operation === 'UpdateItem' && values.includes('"S":"judged"') && !puts.has(id))
        puts.set(id, answeredAt);
    }
    for (const id of judgements.keys()) {
      const times = asks.filter((ask) => ask.id === id).map(({ at }) => at);
      expect(times.length, id).toBeGreaterThan(0);
      expect(times.at(-1), `${id} was asked about after its verdict was stored`).toBeLessThanOrEqual(
        puts.get(id) ?? 0,
      );
      for (const [index, next] of times.slice(1).entries()) {
        const before = times[index] ?? 0;
        const killedBetween = kills.some((kill) => before <= kill && kill <= next);
        expect(killedBetween, `${id} was asked about twice in one life of the process`).toBe(true);
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
