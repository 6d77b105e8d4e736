import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dimension, metric } from '#core/names.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { testCatalogue } from '../support/catalogue.ts';
import { FlowStack } from '../support/flow-stack.ts';
import { verdict } from '../support/judge-replies.ts';
import { feedbackRecord, responseRecord } from '../support/records.ts';

/** Simulated time: a noon. */
const noon = Date.parse('2026-11-03T12:00:00.000Z');

const catalogue = testCatalogue({
  surfaces: [
    {
      surface: 'chat',
      sampleRate: 0.999_999,
      feedback: true,
      slos: { 'judge-pass': 'on', 'first-token': 'on', availability: 'on' },
    },
  ],
});

const judgedEvents = { [dimension.surface]: 'chat', [dimension.slo]: 'judge-pass' };

/** Records arrive at a simulated instant and are judged at once. */
async function arrive(
  flow: FlowStack,
  now: number,
  records: readonly Record<string, unknown>[],
): Promise<void> {
  flow.stack.clock.set(now);
  await flow.send(records);
  await flow.stack.drain();
}

/** Sum of a column over the hour that begins at an instant, from the stored day. */
async function storedInHour(flow: FlowStack, start: number, column: string): Promise<number> {
  const days = await flow.rollups('chat', start, start);
  const pairs = days[`${new Date(start).toISOString().slice(0, 10)} *`]?.[column] ?? [];
  const first = (start % day) / bucketWidth;
  return pairs
    .filter(([index]) => index >= first && index < first + hour / bucketWidth)
    .reduce((sum, [, value]) => sum + value, 0);
}

describe('verdicts that come late', () => {
  let flow: FlowStack;

  beforeAll(async () => {
    flow = await FlowStack.start({ catalogue });
  });

  afterAll(() => flow?.close());

  it('change the roll-up of their hour 70 hours after its end, and no longer after 73', async () => {
    const end = noon + hour;
    const at = noon + 10 * minute;
    await arrive(flow, at, [responseRecord('in-time-1', at), responseRecord('in-time-2', at)]);
    await flow.stack.tick(end + minute);
    expect(await storedInHour(flow, noon, 'v:helpfulness@1|judged')).toBe(2);
    expect(await storedInHour(flow, noon, 'n')).toBe(2);

    await arrive(flow, end + 70 * hour, [responseRecord('after-70-hours', at)]);
    await flow.stack.tick(end + 70 * hour + minute);
    expect(await storedInHour(flow, noon, 'v:helpfulness@1|judged')).toBe(3);
    expect(await storedInHour(flow, noon, 'v:helpfulness@1|pass')).toBe(3);
    expect(await flow.gauge(metric.late, end + 70 * hour + minute)).toBe(0);

    await arrive(flow, end + 73 * hour, [responseRecord('after-73-hours', at)]);
    await flow.stack.tick(end + 73 * hour + minute);
    expect((await flow.judgement('after-73-hours'))?.state).toBe('judged');
    expect(await storedInHour(flow, noon, 'v:helpfulness@1|judged')).toBe(3);
    expect(await storedInHour(flow, noon, 'v:helpfulness@1|late')).toBe(1);
    expect(await flow.gauge(metric.late, end + 73 * hour + minute)).toBe(1);

    // The same one again is no news; a second one is.
    await arrive(flow, end + 74 * hour, [responseRecord('after-73-hours', at)]);
    await flow.stack.tick(end + 74 * hour);
    expect(await flow.gauge(metric.late, end + 74 * hour)).toBe(0);
    await arrive(flow, end + 75 * hour, [responseRecord('after-75-hours', at)]);
    await flow.stack.tick(end + 75 * hour);
    expect(await flow.gauge(metric.late, end + 75 * hour)).toBe(1);
    expect(await storedInHour(flow, noon, 'v:helpfulness@1|late')).toBe(2);
    expect(await storedInHour(flow, noon, 'v:helpfulness@1|judged')).toBe(3);
  });
});

describe('a tick that was there before', () => {
  let flow: FlowStack;

  beforeAll(async () => {
    flow = await FlowStack.start({ catalogue });
    await arrive(flow, noon, [responseRecord('before', noon - minute)]);
    await flow.stack.tick(noon);
    await flow.stack.tick(noon + minute);
    // Something new is there, which a repeated tick must leave to the next one.
    await arrive(flow, noon + minute, [responseRecord('after', noon + minute - 1)]);
  });

  afterAll(() => flow?.close());

  async function standing(): Promise<unknown> {
    return { gauges: structuredClone(flow.gauges()), series: await flow.series() };
  }

  it.for([
    ['the same tick again', noon + minute],
    ['an older tick', noon],
    ['one from yesterday', noon - day],
  ] as const)('changes nothing: %s', async ([, at]) => {
    const before = await standing();
    await flow.stack.tick(at);
    expect(await standing()).toEqual(before);
  });

  it('leaves its news to the next tick', async () => {
    expect(await flow.gauge(metric.events, noon + minute, judgedEvents)).toBe(1);
    await flow.stack.tick(noon + 2 * minute);
    expect(await flow.gauge(metric.events, noon + 2 * minute, judgedEvents)).toBe(2);
  });
});

type Tick = (at: number) => Promise<void>;

/** A new instance of the evaluator's function, with an empty memory. */
async function freshEvaluator(): Promise<Tick> {
  vi.resetModules();
  const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
  return (at) => handler({ time: new Date(at).toISOString() });
}

/** Days of random traffic in random steps: late records, feedback, failures, cohorts, releases, unreadable verdicts. */
async function live(flow: FlowStack, seed: number, ticker: () => Promise<Tick>): Promise<void> {
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]) => items[random.integer(items.length)] as T;
  let now = noon;
  for (let step = 0; step < 10; step += 1) {
    now += pick([minute, 20 * minute, hour, 5 * hour, 11 * hour, 30 * hour]);
    const records = Array.from({ length: 1 + random.integer(8) }, (_, i) => {
      const at = now - pick([0, 10 * minute, 3 * hour, 40 * hour, 80 * hour]) * random.uniform();
      const id = `s${step}-${i}`;
      if (random.chance(0.15)) return feedbackRecord(id, at);
      return responseRecord(id, at, {
        ...(random.chance(0.5) && { cohort: pick(['eu', 'us']) }),
        ...(random.chance(0.5) && { release: pick(['1.0', '1.1']) }),
        status: random.chance(0.1) ? 'error' : 'success',
        timing: { ttftMs: random.integer(1200), totalMs: 2_000 },
      });
    });
    await arrive(flow, now, records);
    const tick = await ticker();
    now = Math.ceil(now / minute) * minute;
    await tick(now);
  }
}

/**
 * A new instance publishes marks again: each counts more often then, and its greatest value, which is drawn, stays 1. What
 * judgements cost is added up as their answers come, whose order moves the last bit.
 */
function withoutMarks<T>(gauges: Readonly<Record<string, T>>): Record<string, T> {
  const marks = [metric.releaseMark, metric.rubricMark, metric.incidentMark, metric.judgeSpend];
  return Object.fromEntries(
    Object.entries(gauges).filter(([name]) => !marks.some((mark) => name.startsWith(`${mark} `))),
  );
}

describe('an evaluator instance with an empty memory', () => {
  it.for([1])('computes the same as one that has seen it all, on random traffic (seed %i)', async (seed) => {
    const run = async (ticker: (flow: FlowStack) => () => Promise<Tick>) => {
      const flow = await FlowStack.start({
        catalogue,
        judge: (request) => {
          const number = [...request.responseId].reduce((sum, each) => sum * 31 + each.charCodeAt(0), 7);
          return number % 11 === 0 ? { kind: 'text', text: 'Hm.' } : verdict(request, 1 + (number % 5));
        },
      });
      await live(flow, seed, ticker(flow));
      const result = {
        gauges: withoutMarks(structuredClone(flow.gauges())),
        rollups: await flow.rollups('chat', noon - 10 * day, noon + 60 * day),
      };
      await flow.close();
      return result;
    };
    const warm = await run((flow) => async () => (at) => flow.stack.tick(at));
    // Lambda starts new instances as it likes and lets old ones take turns: their memory is out of date then.
    const random = createRandom(seed + 100);
    const instances: Tick[] = [];
    const changing = await run(() => async () => {
      if (instances.length < 3 || random.chance(0.3)) instances.push(await freshEvaluator());
      return instances[random.integer(instances.length)] as Tick;
    });
    expect(Object.keys(warm.rollups).length).toBeGreaterThan(2);
    expect(Object.keys(warm.gauges).length).toBeGreaterThan(5);
    expect(instances.length).toBeGreaterThan(2);
    expect(changing).toEqual(warm);
  });
});
