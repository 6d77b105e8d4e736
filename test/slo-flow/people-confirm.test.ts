import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { env, type Severity } from '#core/names.ts';
import type { RatingBatch } from '#core/rating/batch.ts';
import { day, hour, minute } from '#core/time.ts';
import { testRubric } from '../support/catalogue.ts';
import { JudgedTraffic } from '../support/judged-traffic.ts';
import { subscribe, type Told } from '../support/notices.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

/*
 * Two surfaces that nobody has calibrated, so that their warnings hold at ticket: of one the judge's word is true, the
 * other is healthy and only looks bad to its judge. People are asked about both.
 */

const start = Date.parse('2026-11-10T01:00:00Z');
const rubric = testRubric();
const qualities = { bad: 0.65, 'looks-bad': 0.945 } as const;
type Surface = keyof typeof qualities;
const surfaces = Object.keys(qualities) as Surface[];

let flow: SloStack;
let traffic: JudgedTraffic;
let announced: Told[];
let batches: Record<Surface, RatingBatch[]>;
const before: Partial<Record<Surface, Severity[]>> = {};
const after: Partial<Record<Surface, Severity[]>> = {};

async function tickAt(at: number): Promise<void> {
  flow.stack.clock.set(at);
  await flow.tick(at);
}

beforeAll(async () => {
  flow = await SloStack.start(
    await catalogueOf(surfaces.map((surface) => ({ surface, slos: { 'judge-pass': 'on' } }))),
  );
  const topic = flow.stack.environment[env.ticketTopic] ?? '';
  const received = await subscribe(topic);
  traffic = new JudgedTraffic(flow);
  for (let index = 0; index < 10; index += 1) {
    const from = start + index * hour;
    for (const surface of surfaces)
      await traffic.store({
        surface,
        rubric,
        from,
        to: from + hour,
        perHour: 200,
        quality: qualities[surface],
        // A judge that is much too strict with what is healthy.
        skill: { sensitivity: surface === 'bad' ? 0.93 : 0.8, specificity: 0.75 },
      });
    await tickAt(from + hour + 10 * minute);
    await tickAt(from + hour + 40 * minute);
  }
  const store = createRatingStore(flow.dynamo, flow.stack.environment[env.ratingTable] ?? '');
  const batchesOf = (surface: Surface) => store.readBatches({ surface, rubric });
  batches = { bad: await batchesOf('bad'), 'looks-bad': await batchesOf('looks-bad') };
  announced = await received();
  for (const surface of surfaces) before[surface] = flow.firing(surface)['judge-pass'] ?? [];
  const ends = start + 10 * hour;
  for (const surface of surfaces)
    for (const batch of batches[surface]) await traffic.rate(batch, ends + 41 * minute);
  for (const surface of surfaces)
    await traffic.store({
      surface,
      rubric,
      from: ends,
      to: ends + hour,
      perHour: 200,
      quality: qualities[surface],
    });
  await tickAt(ends + 70 * minute);
  for (const surface of surfaces) after[surface] = flow.firing(surface)['judge-pass'] ?? [];
});

afterAll(() => flow?.close());

describe('a warning on the judge’s word', () => {
  it('holds at ticket while nobody has said whether it is true', () => {
    expect(before).toEqual({ bad: ['ticket'], 'looks-bad': ['ticket'] });
  });

  it('draws a batch by itself, of responses from after it, a third of what the judge failed', () => {
    for (const surface of surfaces) {
      const [batch, ...others] = batches[surface];
      expect(others).toEqual([]);
      expect(batch?.responseIds).toHaveLength(100);
      expect(batch?.confirms?.since).toBeLessThanOrEqual(batch?.from ?? 0);
      const failed = batch?.cells.filter(({ score }) => score < rubric.passMark) ?? [];
      expect(failed.reduce((sum, { drawn }) => sum + drawn, 0)).toBe(33);
    }
  });

  it('announces it on the ticket topic, with the command that opens it', () => {
    expect(announced.map(({ Subject }) => Subject).sort()).toEqual([
      'Assay: 100 responses of bad to rate',
      'Assay: 100 responses of looks-bad to rate',
    ]);
    const message = announced.find(({ Subject }) => Subject.includes('of bad'))?.Message;
    expect(message).toContain(`npx assay ratings open ${batches.bad[0]?.id} --stack assay-test`);
    const until = (batches.bad[0]?.confirms?.since ?? 0) + 7 * day;
    expect(message).toContain(`count for this warning until ${new Date(until).toISOString().slice(0, 16)}Z`);
  });

  it('pages once people confirm it, although the judge is not calibrated', async () => {
    expect(after.bad).toEqual(['page']);
    const { reading } = await flow.stored('bad', 'judge-pass');
    expect(reading.calibration.state).not.toBe('valid');
    expect(reading.reason).toMatch(/people/i);
  });

  it('stays a ticket where people find the answers good', () => {
    expect(after['looks-bad']).toEqual(['ticket']);
  });
});
