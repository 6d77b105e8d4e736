import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metric, unfilledJudgeKey } from '#core/names.ts';
import { minute } from '#core/time.ts';
import type { JudgeReply } from '#local/judge-server.ts';
import { testCatalogue, testRubric } from '#test/catalogue.ts';
import { responseRecord } from './records.ts';
import { Flow, verdict } from './stack.ts';

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

describe('a judge that nobody can use', () => {
  let flow: Flow;
  /** Models that are blocked now. */
  const blocked = new Set<string>();
  const calls = new Map<string, number>();
  let tick = Math.ceil(Date.now() / minute) * minute;

  beforeAll(async () => {
    flow = await Flow.start({
      catalogue: catalogueOfBlockades(),
      judge: (request): JudgeReply => {
        const name = request.model.slice('model-'.length);
        calls.set(name, (calls.get(name) ?? 0) + 1);
        const { status = 500, code = '' } = blockades[name] ?? {};
        return blocked.has(name)
          ? { kind: 'http', status, body: { error: { message: 'no', type: code, code } } }
          : verdict(request, 4);
      },
    });
  }, 60_000);

  afterAll(() => flow?.close());

  const asked = (name: string) => calls.get(name) ?? 0;
  const states = async (ids: readonly string[]) => {
    const found = await flow.judgements();
    return ids.map((id) => found.get(id)?.[0]?.state);
  };
  const judgeBlocked = async () => {
    tick += minute;
    await flow.stack.tick(tick);
    return flow.gauge(metric.judgeBlocked, tick);
  };

  it.for(names)(
    'opens the circuit, keeps every message and judges them all after recovery: %s',
    { timeout: 30_000 },
    async (name) => {
      const says = blockades[name]?.says ?? '';
      const model = `model-${name}`;
      const ids = Array.from({ length: 12 }, (_, i) => `${name}-${i}`);
      const record = (id: string) => responseRecord(id, Date.now(), { surface: name });
      blocked.add(name);
      const [first = '', ...others] = ids;
      await flow.send([record(first)]);
      await flow.stack.drain();

      expect(await states([first])).toEqual(['waiting']);
      expect((await flow.judgement(first))?.tries).toBe(0);
      expect(String((await flow.control(`circuit#${model}`))?.['reason'])).toContain(says);
      expect(await judgeBlocked()).toBe(1);
      expect(asked(name)).toBe(1);

      // More come while it is blocked: all wait, and no more than one of them probes at a time.
      await flow.send(others.map(record));
      await flow.stack.drain();
      expect(new Set(await states(ids))).toEqual(new Set(['waiting']));
      expect(await flow.queued('JudgeQueue')).toHaveLength(ids.length);
      expect(await flow.queued('JudgeDlq')).toHaveLength(0);

      blocked.delete(name);
      expect(await flow.stack.settle(20_000)).toBe(0);
      expect(new Set(await states(ids))).toEqual(new Set(['judged']));
      expect((await flow.judgement(first))?.tries).toBe(1);
      expect(await flow.control(`circuit#${model}`)).toBeUndefined();
      expect(await judgeBlocked()).toBe(0);
    },
  );
});

describe('the probe of an open circuit', () => {
  it('is one call at a time, while everything else waits', async () => {
    const callMs = 80;
    let blocked = true;
    let now = 0;
    let most = 0;
    let total = 0;
    const flow = await Flow.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
      judge: (request) => {
        now += 1;
        total += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
        }, callMs);
        return blocked
          ? { kind: 'http', status: 401, body: { error: { message: 'no' } }, afterMs: callMs }
          : verdict(request, 4);
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
    expect(await flow.stack.settle(20_000)).toBe(0);
    expect(await states()).toEqual(new Set(['judged']));
    await flow.close();
  }, 40_000);
});

describe("a judge's secret that holds no key yet", () => {
  it('blocks instead of calling anyone, and says what to do', async () => {
    const flow = await Flow.start({
      catalogue: testCatalogue({ surfaces: [{ surface: 'chat', sampleRate: 0.999_999 }] }),
      judgeKey: unfilledJudgeKey,
    });
    await flow.send([responseRecord('no-key', Date.now())]);
    await flow.stack.drain();
    expect((await flow.judgement('no-key'))?.state).toBe('waiting');
    expect(String((await flow.control('circuit#judge-model'))?.['reason'])).toContain('holds no key yet');
    expect(flow.judge.asked().size).toBe(0);
    await flow.close();
  });
});
