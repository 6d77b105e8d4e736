import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { comparisonRepeat } from '#core/judging/judgement.ts';
import { env, type Severity } from '#core/names.ts';
import { hour, minute } from '#core/time.ts';
import { testRubric } from '../support/catalogue.ts';
import { JudgedTraffic } from '../support/judged-traffic.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

/*
 * Three surfaces whose judge is calibrated by 200 ratings of eight hours. One keeps it. Of the others a new version with another
 * judge takes its place: it judged half of those hours as a shadow, and the rest for a comparison. Three hours later the true rate
 * falls from .945 to .8, against .92.
 */

const midnight = Date.parse('2026-11-10T01:00:00Z');
const surfaces = ['keeping', 'replaced', 'changed'] as const;
type Surface = (typeof surfaces)[number];
const next = { skill: { sensitivity: 0.95, specificity: 0.8 }, returnedModel: 'another-judge' };

const perHour = 200;
const rated = 8;
const drop = 11;
const last = 15;

const rubricOf = (surface: Surface, version: 1 | 2) =>
  testRubric({
    id: `rubric-${surface}`,
    version,
    surfaces: [surface],
    state: surface === 'keeping' || version === 2 ? 'active' : 'retired',
    ...(version === 2 && { judge: { model: 'another-model' } }),
    ...(version === 2 && surface === 'changed' && { description: 'Does the answer help at all?' }),
  });
const present = (surface: Surface, at: number) =>
  rubricOf(surface, surface !== 'keeping' && at >= rated ? 2 : 1);

let flow: SloStack;
/** By surface and hour, the severities whose alarms stand. */
const fired = new Map<Surface, Severity[][]>(surfaces.map((surface) => [surface, []]));
const firstPage = (surface: Surface) =>
  fired.get(surface)?.findIndex((severities) => severities.includes('page')) ?? -1;

beforeAll(async () => {
  flow = await SloStack.start(
    await catalogueOf(
      surfaces.map((surface) => ({ surface, slos: { 'judge-pass': { window: '24h' } } })),
      {},
      [
        testRubric(),
        rubricOf('keeping', 1),
        ...(['replaced', 'changed'] as const).flatMap((surface) => [
          rubricOf(surface, 1),
          rubricOf(surface, 2),
        ]),
      ],
    ),
  );
  const traffic = new JudgedTraffic(flow);
  for (let at = 0; at < last; at += 1) {
    const from = midnight + at * hour;
    for (const surface of surfaces) {
      const quality = at >= drop ? 0.8 : 0.945;
      const window = { surface, from, to: from + hour };
      const rubric = present(surface, at);
      const { version } = rubric;
      await traffic.store({ ...window, rubric, perHour, quality, ...(version === 2 && next) });
      if (surface === 'keeping' || at >= rated) continue;
      const repeat = at < rated / 2 ? 0 : comparisonRepeat;
      await traffic.judgeAgain({ ...window, rubric: rubricOf(surface, 2), ...next, repeat });
    }
    if (at + 1 === rated)
      for (const surface of surfaces)
        await traffic.calibrate(
          { surface, rubric: rubricOf(surface, 1), from: midnight, to: from + hour },
          from + hour + minute,
        );
    for (const wait of at < rated - 1 ? [10] : [10, 40]) {
      flow.stack.clock.set(from + hour + wait * minute);
      await flow.tick(from + hour + wait * minute);
      await flow.stack.drain();
    }
    for (const surface of surfaces) fired.get(surface)?.push(flow.firing(surface)['judge-pass'] ?? []);
  }
});

afterAll(() => flow?.close());

describe('a judge that takes another one’s place', () => {
  it('is calibrated from its first hour by what people said under the other', async () => {
    const store = createRatingStore(flow.dynamo, flow.stack.environment[env.ratingTable] ?? '');
    const made = (await store.readCalibrations()).find(
      ({ surface, rubric }) => surface === 'replaced' && rubric.version === 2,
    );
    expect(made).toMatchObject({ state: 'valid', ratings: 200, returnedModel: 'another-judge' });
    const { reading } = await flow.stored('replaced', 'judge-pass');
    expect(reading.calibration.state).toBe('valid');
    expect(reading.calibration.reason).toContain('carried from rubric-replaced@1: the question is the same');
  });

  it('counts what it judged as a shadow, and nothing that it was asked for the comparison', async () => {
    const { reading } = await flow.stored('replaced', 'judge-pass');
    expect(reading.raw.total).toBe((rated / 2 + last - rated) * perHour);
  });

  it('pages of a true drop as soon as the other would have, and not before', () => {
    const page = firstPage('keeping');
    expect(page).toBeGreaterThanOrEqual(drop);
    expect(firstPage('replaced')).toBeGreaterThanOrEqual(drop);
    expect(firstPage('replaced')).toBeLessThanOrEqual(page + 1);
  });

  it('holds at ticket where its question is another, and says so', async () => {
    expect(firstPage('changed')).toBe(-1);
    expect(fired.get('changed')?.at(-1)).toContain('ticket');
    const { reading } = await flow.stored('changed', 'judge-pass');
    expect(reading.calibration.state).toBe('invalid');
    expect(reading.calibration.reason).toContain('whose question is another (description)');
    expect(reading.calibration.reason).toContain('200 responses');
  });
});
