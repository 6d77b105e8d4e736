import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { env } from '#core/names.ts';
import { hour, minute } from '#core/time.ts';
import { subscribe, type Told } from '../support/notices.ts';
import { healthyRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { type Announced, SloStack } from '../support/slo-stack.ts';

/**
 * Two outages of which the evaluator sees little: it is away from the middle of the one of `seen` until three hours after,
 * and through the whole one of `unseen`. `ongoing` is out until it comes back.
 */
const noon = Date.parse('2026-11-10T12:00:00Z');
const away = { from: noon + hour, to: noon + 5 * hour };
const outages = {
  seen: { from: noon, to: noon + 2 * hour },
  unseen: { from: noon + hour + 10 * minute, to: noon + 3 * hour + 10 * minute },
  ongoing: { from: noon + 4 * hour, to: away.to },
} as const;
const surfaces = Object.keys(outages) as (keyof typeof outages)[];

let flow: SloStack;
let firingBefore: Record<string, unknown>;
let since: readonly Announced[];
let told: Told[];
let received: () => Promise<Told[]>;

beforeAll(async () => {
  const slos = { availability: 'on' } as const;
  flow = await SloStack.start(
    await catalogueOf(surfaces.map((surface) => ({ surface, slos, expectedPerDay: 5_000 }))),
  );
  received = await subscribe(flow.stack.environment[env.ticketTopic] ?? '');
  const failure = { status: 'error' };
  for (const surface of surfaces) {
    const { from, to } = outages[surface];
    const record = (overrides: Record<string, unknown>) =>
      healthyRecord('any', noon, { surface, ...overrides });
    const count = (records: Record<string, unknown>[], begin: number, end: number) =>
      flow.count(surface, records, { from: begin, to: end, copies: 20 });
    await count([record({})], noon - 8 * hour, from);
    await count([record({}), record(failure)], from, to);
    await count([record({})], to, away.to + 20 * minute);
  }
  for (let at = noon - 10 * minute; at <= away.from; at += 5 * minute) await flow.tick(at);
  firingBefore = firingNow();
  const announced = flow.announced().length;
  for (let at = away.to; at <= away.to + 20 * minute; at += 5 * minute) await flow.tick(at);
  since = flow.announced().slice(announced);
  told = (await received()).filter(({ Subject }) => Subject.includes('are over'));
});

afterAll(() => flow?.close());

const firingNow = () => Object.fromEntries(surfaces.map((surface) => [surface, flow.firing(surface)]));

describe('an evaluator that was away', () => {
  it('finds what ended meanwhile ended, and rings for nothing that is over', () => {
    expect(firingBefore).toMatchObject({ seen: { availability: ['page'] }, unseen: {}, ongoing: {} });
    const raised = since.filter(({ to, surface }) => to === 'ALARM' && surface !== 'ongoing');
    expect(raised).toEqual([]);
    expect(firingNow()).toMatchObject({ seen: {}, unseen: {} });
  });

  it('tells what it missed as past, with when and why', () => {
    expect(told).toHaveLength(1);
    expect(told[0]?.Message).toContain(
      'Nothing was evaluated from 2026-11-10 13:00 UTC to 2026-11-10 17:00 UTC',
    );
    expect(told[0]?.Message).toMatch(
      /unseen\/availability .* was in alarm, and is no more:\n- page, 2026-11-10 13:\d\d UTC to 2026-11-10 1[56]:\d\d UTC\. /,
    );
  });

  it('rings for what still stands', () => {
    const raised = since.filter(({ to, surface }) => to === 'ALARM' && surface === 'ongoing');
    expect(raised.map(({ severity, at }) => [severity, at])).toEqual([
      ['page', new Date(away.to).toISOString()],
    ]);
  });
});

describe('an evaluator that was there, and what it evaluates came late', () => {
  it('tells an outage in it as past, with when and why, and rings for nothing', async () => {
    const from = away.to + 20 * minute;
    const outage = { from: from + 40 * minute, to: from + 100 * minute };
    for (let at = from + 10 * minute; at <= from + 4 * hour; at += 10 * minute) await flow.tick(at);
    const announced = flow.announced().length;
    const record = (overrides: Record<string, unknown>) =>
      healthyRecord('any', noon, { surface: 'seen', ...overrides });
    const count = (records: Record<string, unknown>[], begin: number, end: number) =>
      flow.count('seen', records, { from: begin, to: end, copies: 20 });
    await count([record({})], from, outage.from);
    await count([record({}), record({ status: 'error' })], outage.from, outage.to);
    await count([record({})], outage.to, from + 4 * hour);
    await flow.tick(from + 4 * hour + 5 * minute);
    const rung = flow.announced().slice(announced);
    expect(rung.filter(({ to, surface }) => to === 'ALARM' && surface === 'seen')).toEqual([]);
    const late = (await received()).filter(({ Message }) => Message.includes('came in late'));
    expect(late.map(({ Message }) => Message.split('\n').slice(0, 2))).toEqual([
      [
        expect.stringMatching(
          /^What happened from 2026-11-10 18:00 UTC to 2026-11-10 21:25 UTC came in late\. By it seen\/availability .* was in alarm then, and is no more:$/,
        ),
        expect.stringMatching(/^- page, 2026-11-10 18:\d\d UTC to 2026-11-10 (19|20|21):\d\d UTC\. /),
      ],
    ]);
  });
});
