import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inParallel } from '#adapters/in-parallel.ts';
import { surfaceOf } from '#core/catalogue/catalogue.ts';
import { bucketOfDay, day, hour, minute } from '#core/time.ts';
import type { StoredSlo } from '#lambdas/slo-evaluator/slo-reading.ts';
import type { AlarmTransition } from '#local/stack/local-stack.ts';
import { packedDay } from '../support/counted-records.ts';
import { healthyRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { type Announced, SloStack } from '../support/slo-stack.ts';

const evening = Date.parse('2026-11-10T20:00:00Z');
const morning = evening + 9 * hour;

const slos = {
  'first-token': 'on',
  availability: 'on',
  refusals: 'on',
  'mean-cost': 'on',
  'slowest-answers': 'on',
  'cost-outliers': 'on',
} as const;
/** `well` is well, `slow` and `refusing` are in alarm before the night, `near` is close to one, `new` has never sent. */
const names = ['well', 'slow', 'refusing', 'near', 'new'] as const;
const firing = {
  well: {},
  slow: { 'first-token': ['page'] },
  refusing: { refusals: ['ticket'] },
  near: {},
  new: {},
};

let flow: SloStack;
const night: AlarmTransition[] = [];
let firingAtNight: Record<string, unknown>[];
let unmeasuredAtNight: Record<string, string | undefined>;
let announcedAtNight: readonly Announced[];
let firingInTheMorning: Record<string, unknown>;

const record = (surface: string, overrides: Record<string, unknown> = {}) =>
  healthyRecord('any', evening, { surface, ...overrides });
const slow = { timing: { ttftMs: 700, totalMs: 1_300 } };
const refused = { response: { refused: true } };
const firingNow = () => Object.fromEntries(names.map((name) => [name, flow.firing(name)]));

/** Ten records, this share of them bad. */
function mixed(surface: string, bad: Record<string, unknown>, share: number) {
  return Array.from({ length: 10 }, (_, index) => record(surface, index < share * 10 ? bad : {}));
}

beforeAll(async () => {
  flow = await SloStack.start(
    await catalogueOf(names.map((surface) => ({ surface, slos, expectedPerDay: 5_000 }))),
  );
  const sending = names.filter((name) => name !== 'new');
  await inParallel(sending, 4, async (name) => {
    const usual = packedDay(surfaceOf(flow.catalogue, name), [record(name)]);
    for (let ago = 8; ago < 20; ago += 1) await flow.series.writeDay(name, evening - ago * day, '*', usual);
  });
  const before = { from: evening - 3 * hour, to: evening, copies: 2 };
  // `near` was well a week ago and refuses of late: when the good ones leave its windows, its share of bad ones grows.
  const lateBuckets = Array.from({ length: 36 }, (_, index) => bucketOfDay(evening + hour) + index);
  const good = Array.from({ length: 400 }, () => record('near'));
  await flow.series.writeDay(
    'near',
    evening - 7 * day,
    '*',
    packedDay(surfaceOf(flow.catalogue, 'near'), good, lateBuckets),
  );
  await Promise.all([
    flow.count('well', [record('well')], before),
    flow.count('slow', mixed('slow', slow, 0.4), before),
    flow.count('refusing', mixed('refusing', refused, 0.2), before),
    flow.count('near', mixed('near', refused, 0.2), before),
  ]);
  await flow.tick(evening - 10 * minute);
  await flow.tick(evening);
  expect(firingNow()).toEqual(firing);
  const announcedBefore = flow.announced().length;
  firingAtNight = [];
  for (let at = evening + 20 * minute; at < morning; at += 20 * minute) {
    night.push(...(await flow.tick(at)));
    firingAtNight.push(firingNow());
  }
  unmeasuredAtNight = Object.fromEntries(names.map((name) => [name, flow.surfaceAlarm(name, 'unmeasured')]));
  announcedAtNight = flow.announced().slice(announcedBefore);
  await inParallel(sending, 4, (name) =>
    flow.count(name, [record(name)], { from: morning - hour, to: morning + 30 * minute, copies: 300 }),
  );
  for (const late of [0, 15, 30]) await flow.tick(morning + late * minute);
  firingInTheMorning = firingNow();
});

afterAll(() => flow?.close());

describe('a night without events', () => {
  it('neither fires nor clears any alarm of an SLO', () => {
    for (const then of firingAtNight) expect(then).toEqual(firing);
    expect(night.filter(({ alarm }) => !alarm.endsWith('-unmeasured'))).toEqual([]);
    expect(announcedAtNight).toEqual([]);
  });

  it('raises the no-data alarm of each surface that has sent before, and of no other', () => {
    expect(unmeasuredAtNight).toEqual({
      well: 'ALARM',
      slow: 'ALARM',
      refusing: 'ALARM',
      near: 'ALARM',
      new: 'OK',
    });
  });

  it('ends with the events: what has recovered clears, and data is there again', () => {
    // A week's refusal rate takes days to come down; what burns clears in minutes.
    // The page is over, and what it masked with it: the week that still burns too fast was told.
    expect(firingInTheMorning.slow).toEqual({});
    expect(firingInTheMorning.well).toEqual({});
    for (const name of names) expect(flow.surfaceAlarm(name, 'unmeasured')).toBe('OK');
  });
});

describe('a tick', () => {
  const at = morning + 2 * hour;
  let alone: { stored: StoredSlo; announced: number; metrics: unknown; tick: unknown };

  const look = async () => ({
    stored: await flow.stored('well', 'first-token'),
    announced: flow.announced().length,
    metrics: flow.aws.cloudwatch.metrics.snapshot(),
    tick: (await flow.series.readControl()).tick,
  });

  beforeAll(async () => {
    await flow.count('well', mixed('well', slow, 0.5), { from: at - 2 * hour, to: at, copies: 300 });
    await flow.tick(at);
    alone = await look();
    expect(flow.firing('well')['first-token']).toEqual(['page']);
  });

  it.for([
    ['doubled', at],
    ['late, after a newer one', at - 10 * minute],
    ['replayed from long ago', evening],
  ] as const)('that is %s changes nothing', async ([, time]) => {
    await flow.stack.tick(time);
    expect(await look()).toEqual(alone);
  });

  it('changes nothing in a fresh instance either, which then goes on as the old one would', async () => {
    vi.resetModules();
    const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
    await handler({ time: new Date(at).toISOString() });
    expect(await look()).toEqual(alone);
    await handler({ time: new Date(at + minute).toISOString() });
    const next = await look();
    expect(next.announced).toBe(alone.announced);
    expect(next.stored.reading.raw).toEqual(alone.stored.reading.raw);
    expect(next.stored.reading.firing).toEqual(alone.stored.reading.firing);
    expect(next.tick).not.toEqual(alone.tick);
  });
});

describe('a transition', () => {
  it('goes out as an event with its numbers and its reason', () => {
    const found = flow.announced().filter(({ surface, slo }) => surface === 'slow' && slo === 'first-token');
    expect(found.map(({ severity, from, to }) => [severity, from, to])).toEqual([
      ['page', 'OK', 'ALARM'],
      ['page', 'ALARM', 'OK'],
    ]);
    expect(found[0]).toMatchObject({
      stage: 'test',
      at: new Date(evening - 10 * minute).toISOString(),
      numbers: {
        objective: 0.95,
        windowHours: 24,
        raw: { value: 0.6, good: 408, total: 680 },
        pressure: expect.any(Number),
        burn: expect.closeTo(8, 6),
      },
    });
    expect(found[0]?.reason).toContain('272 of 680');
    expect(found[1]?.reason).toContain('Recovered');
  });
});
