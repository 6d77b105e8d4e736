import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metric, unfilledJudgeKey } from '#core/names.ts';
import { minute } from '#core/time.ts';
import type { JudgeReply } from '#local/judges/judge-server.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { failure, verdict } from '../support/judge-replies.ts';
import { responseRecord } from '../support/records.ts';

/** Each way of being blocked has a surface with a rubric and judge model of its own: circuits are per model. */
const blockades: Record<string, { status: number; code: string; says: string }> = {
  unauthorised: { status: 401, code: 'invalid_api_key', says: 'check the key' },
  unpaid: { status: 402, code: 'payment_required', says: 'payment' },
  'model-gone': { status: 404, code: 'model_not_found', says: 'no such model' },
  'quota-spent': { status: 429, code: 'insufficient_quota', says: 'quota is spent' },
};

const names = Object.keys(blockades);

function catalogueOfBlockades() {
  return testCatalogue({
    surfaces: names.map((surface) => ({ surface, sampleRate: 0.999_999 })),
    rubrics: [
      testRubric(),
      ...names.map((name) =>
        testRubric({
          id: name,
          surfaces: [name],
          judge: { model: `model-${name}`, prices: { input: 0.25, cachedInput: 0.025, output: 2 } },
        }),
      ),
    ],
  });
}

/** How things stand at one moment. */
interface Standing {
  readonly states: Record<string, (string | undefined)[]>;
  readonly reasons: Record<string, string>;
  readonly calls: Record<string, number>;
  readonly waiting: number;
  readonly buried: number;
  readonly blockedGauge: number | undefined;
}

describe('a judge that nobody can use', () => {
  const idsOf = (name: string) => Array.from({ length: 12 }, (_, i) => `${name}-${i}`);
  let flow: FlowStack;
  let afterOne: Standing;
  let afterAll12: Standing;
  let recovered: Standing;

  beforeAll(async () => {
    let blocked = true;
    const calls = new Map<string, number>();
    flow = await FlowStack.start({
      catalogue: catalogueOfBlockades(),
      judge: (request): JudgeReply => {
        const name = request.model.slice('model-'.length);
        calls.set(name, (calls.get(name) ?? 0) + 1);
        const { status = 500, code = '' } = blockades[name] ?? {};
        return blocked ? failure(status, code) : verdict(request, 4);
      },
    });
    let tick = Math.ceil(Date.now() / minute) * minute;
    const look = async (): Promise<Standing> => {
      tick += minute;
      await flow.stack.tick(tick);
      const judgements = await flow.judgements();
      const ofEach = async <T>(read: (name: string) => T | Promise<T>) =>
        Object.fromEntries(
          await Promise.all(names.map(async (name) => [name, await read(name)] as const)),
        ) as Record<string, T>;
      return {
        states: await ofEach((name) => idsOf(name).map((id) => judgements.get(id)?.[0]?.state)),
        reasons: await ofEach(async (name) =>
          String((await flow.control(`circuit#model-${name}`))?.reason ?? ''),
        ),
        calls: await ofEach((name) => calls.get(name) ?? 0),
        waiting: (await flow.queued('JudgeQueue')).length,
        buried: (await flow.queued('JudgeDlq')).length,
        blockedGauge: await flow.gauge(metric.judgeBlocked, tick),
      };
    };
    const recordsOf = (ids: readonly string[], surface: string) =>
      ids.map((id) => responseRecord(id, Date.now(), { surface }));
    await flow.send(names.flatMap((name) => recordsOf(idsOf(name).slice(0, 1), name)));
    await flow.stack.drain();
    afterOne = await look();
    await flow.send(names.flatMap((name) => recordsOf(idsOf(name).slice(1), name)));
    await flow.stack.drain();
    afterAll12 = await look();
    blocked = false;
    await flow.settle();
    recovered = await look();
  });

  afterAll(() => flow?.close());

  it.for(names)('opens the circuit at its first answer, and says why: %s', (name) => {
    expect(afterOne.calls[name]).toBe(1);
    expect(afterOne.states[name]?.[0]).toBe('waiting');
    expect(afterOne.reasons[name]).toContain(blockades[name]?.says);
  });

  it.for(names)('keeps every message that comes meanwhile waiting: %s', (name) => {
    expect(afterAll12.states[name]).toEqual(idsOf(name).map(() => 'waiting'));
  });

  it('throws no message away and buries none', () => {
    expect(afterAll12).toMatchObject({ waiting: 12 * names.length, buried: 0 });
  });

  it.for(names)('judges them all after recovery, and closes the circuit: %s', async (name) => {
    expect(recovered.states[name]).toEqual(idsOf(name).map(() => 'judged'));
    expect(recovered.reasons[name]).toBe('');
    // Waiting for a blocked judge spent none of its tries.
    expect((await flow.judgement(`${name}-0`))?.tries).toBe(1);
  });

  it('raises the gauge JudgeBlocked while it lasts, and no longer', () => {
    expect([afterOne, afterAll12, recovered].map(({ blockedGauge }) => blockedGauge)).toEqual([1, 1, 0]);
  });
});

describe('the probe of an open circuit', () => {
  it('is one call at a time, while everything else waits', async () => {
    // Everything else has looked at the circuit by then.
    const callMs = 500;
    let blocked = true;
    let now = 0;
    let most = 0;
    let total = 0;
    const flow = await FlowStack.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
      judge: (request) => {
        now += 1;
        total += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
        }, callMs);
        return blocked ? { ...failure(401, 'invalid_api_key'), afterMs: callMs } : verdict(request, 4);
      },
    });
    const states = async () => new Set([...(await flow.judgements()).values()].map(([each]) => each?.state));
    const ids = Array.from({ length: 40 }, (_, i) => `probed-${i}`);
    const records = ids.map((id) => responseRecord(id, Date.now()));
    await flow.send(records.slice(0, 1));
    await flow.stack.drain();
    expect(total).toBe(1);

    // Four batches of ten side by side: without a probe's lease they would all call.
    await flow.send(records);
    await flow.stack.drain();
    expect(most).toBe(1);
    expect(total).toBeLessThan(15);
    expect(await states()).toEqual(new Set(['waiting']));

    blocked = false;
    await flow.settle();
    expect(await states()).toEqual(new Set(['judged']));
    await flow.close();
  });
});

describe("a judge's secret that holds no key yet", () => {
  it('blocks instead of calling anyone, and says what to do', async () => {
    const flow = await FlowStack.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
      judgeKey: () => unfilledJudgeKey,
    });
    await flow.send([responseRecord('no-key', Date.now())]);
    await flow.stack.drain();
    expect((await flow.judgement('no-key'))?.state).toBe('waiting');
    expect(String((await flow.control('circuit#judge-model'))?.reason)).toContain('holds no key yet');
    expect(flow.judge.asked().size).toBe(0);
    await flow.close();
  });
});
