import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { day, hour, minute } from '#core/time.ts';
import { verdict } from '../support/judge-replies.ts';
import { ratePeople } from '../support/rate-people.ts';
import { answerText, healthyRecord, spread } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

const noon = Date.parse('2026-11-10T12:00:00Z');

/** In order of time: surfaces with how old their rated answers are, and what share of them people find good. */
const surfaces = [
  { surface: 'useless-last-week', daysAgo: 5, useful: 0.5 },
  { surface: 'found-useless', daysAgo: 1, useful: 0.5 },
  { surface: 'found-useful', daysAgo: 1, useful: 0.95 },
] as const;

/** People rate in batches, days later: two hours in which ratings must lie would hardly ever hold any. */
const rows = { ticket: { long: '7d', short: '6d' } };

let flow: SloStack;

beforeAll(async () => {
  flow = await SloStack.start(
    await catalogueOf(surfaces.map(({ surface }) => ({ surface, slos: { 'rated-useful': { rows } } }))),
    { judge: (request) => verdict(request, request.responseId.startsWith('bad-') ? 2 : 4) },
  );
  for (const { surface, daysAgo } of surfaces) {
    const from = noon - daysAgo * day;
    const records = spread(80, from, from + hour, (index, at) =>
      healthyRecord(`${index % 10 === 0 ? 'bad' : 'good'}-${surface}-${index}`, at, {
        surface,
        ...answerText,
      }),
    );
    await flow.send(records, from + hour);
    await flow.tick(from + 2 * hour);
  }
  await flow.tick(noon - minute);
  for (const { surface, daysAgo, useful } of surfaces) {
    const from = noon - daysAgo * day;
    await ratePeople(flow, {
      surface,
      from,
      to: from + hour,
      count: 80,
      uploadedAt: noon,
      // Of ten answers that the judge passes, people pass so many.
      score: (id) => (id.startsWith('bad-') || (Number(id.split('-').at(-1)) % 20) / 20 >= useful ? 2 : 5),
    });
  }
  await flow.tick(noon);
});

afterAll(() => flow?.close());

describe('answers that people rate', () => {
  it('raise the ticket of their SLO once too many are found wanting', () => {
    expect(flow.firing('found-useless')).toEqual({ 'rated-useful': ['ticket'] });
  });

  it('do so as well where people rate what is days old, as they mostly do', () => {
    expect(flow.firing('useless-last-week')).toEqual({ 'rated-useful': ['ticket'] });
  });

  it('raise nothing while people are content', () => {
    expect(flow.firing('found-useful')).toEqual({});
  });

  it('give the rate of all judged answers, weighed by how they were drawn', async () => {
    const { reading } = await flow.stored('found-useless', 'rated-useful');
    expect(reading.measured).toBe(true);
    expect(reading.calibrated?.value).toBeCloseTo(0.45, 1);
  });
});
