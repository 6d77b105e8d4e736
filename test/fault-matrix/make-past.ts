import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { surfaceOf } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { composeBatch } from '#core/rating/batch.ts';
import { countKey } from '#core/series/keys.ts';
import { bucketWidth, ceilTo, floorTo, hour, hourKey, minute } from '#core/time.ts';
import { incrementsOf } from '../support/counted-records.ts';
import { JudgedTraffic } from '../support/judged-traffic.ts';
import { healthyRecord } from '../support/records.ts';
import { begin, catalogue, historyFrom, lateBatch, rubric } from './fault-catalogue.ts';
import type { FaultWorld } from './fault-world.ts';

/** What a cell must know of the past beside what lies in the tables. */
export interface Past {
  /** By response id, the score that the judge gave and gives again. */
  readonly scores: Readonly<Record<string, number>>;
  /** The file that people upload within the hour, if they do. */
  readonly ratings?: string;
}

export function pastFile(folder: string): string {
  return join(folder, 'past.json');
}

/** `help` was slow for some hours and is no more. */
const slowFrom = begin - 4 * hour;
const slowTo = begin - 35 * minute;

/**
 * A day of two surfaces, as it lies in the tables when the hour begins: `help` pages, the judge of `chat` is calibrated, and on
 * its word a warning stands about which people are to be asked.
 */
export async function makePast(
  world: FaultWorld,
  folder: string,
  scores: Map<string, number>,
): Promise<void> {
  await countHistory(world);
  const { clock, stack } = world;
  const traffic = new JudgedTraffic(world);
  const firstHour = ceilTo(historyFrom, hour);
  const worse = floorTo(begin, hour) - 90 * minute;
  const common = { surface: 'chat', rubric, texts: true };
  await traffic.store({ ...common, from: firstHour, to: worse, perHour: 9, quality: 0.97 });
  // Enough for a batch about the warning, which is due ten minutes after the hour.
  await traffic.store({
    ...common,
    from: worse,
    to: floorTo(begin, 30 * minute),
    perHour: 430,
    quality: 0.7,
  });
  const noteScores = () => {
    for (const id of traffic.ids()) scores.set(id, traffic.scoreOf(id));
  };
  noteScores();
  const tick = async (at: number) => {
    clock.advanceTo(at);
    stack.clock.set(at);
    await world.drain();
    await world.tick(at);
  };
  await tick(worse - hour);
  const rated = { from: firstHour, to: floorTo(worse, hour) };
  await traffic.calibrate({ surface: 'chat', rubric, ...rated }, worse - 50 * minute);
  for (let at = worse - 45 * minute; at < begin; at += 5 * minute) await tick(at);
  await tick(begin - minute);
  const ratings = await drawLateBatch(world, traffic, rated);
  const past: Past = { scores: Object.fromEntries(scores), ratings };
  await writeFile(pastFile(folder), JSON.stringify(past));
}

async function countHistory({ dynamo, stack }: FaultWorld): Promise<void> {
  const counters = createCounterStore(dynamo, stack.environment[env.seriesTable] ?? '');
  const good = healthyRecord('good', begin);
  const slow = healthyRecord('slow', begin, { timing: { ttftMs: 9_000, totalMs: 9_500 } });
  const buckets = Array.from(
    { length: (begin - historyFrom) / bucketWidth },
    (_, index) => historyFrom + index * bucketWidth,
  );
  for (const surface of ['chat', 'help']) {
    await inParallel(buckets, 8, async (at) => {
      const record = surface === 'help' && at >= slowFrom && at < slowTo ? slow : good;
      const increments = incrementsOf(surfaceOf(catalogue, surface), [{ ...record, surface }], 20);
      await counters.add(countKey(surface, at, 'c:eu'), at, increments);
    });
    const hours = [...new Set(buckets.map(hourKey))];
    await counters.markDirty(
      hours.map((key) => ({ of: 'counts', surface, hour: key })),
      randomUUID(),
    );
  }
}

/** Draws the batch that is rated within the hour. @returns the filled file */
async function drawLateBatch(
  { dynamo, stack }: FaultWorld,
  traffic: JudgedTraffic,
  window: { readonly from: number; readonly to: number },
): Promise<string> {
  const batch = composeBatch(
    {
      id: lateBatch,
      surface: 'chat',
      rubric,
      fingerprint: judgeFingerprint(rubric),
      returnedModel: 'a-judge',
      ...window,
      seed: lateBatch,
      drawnAt: begin - minute,
      count: 40,
    },
    traffic.candidates('chat', rubric, window),
  );
  await createRatingStore(dynamo, stack.environment[env.ratingTable] ?? '').writeBatch(batch);
  const rows = batch.responseIds.map((id) => `${id},ben,${traffic.isGood(id) ? 5 : 2}`);
  // One row that cannot be: it is refused with a reason, in a report of its own.
  return `response_id,rater_id,score\n${rows.join('\n')}\n${batch.responseIds[0]},ben,9\n`;
}
