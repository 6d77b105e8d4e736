import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { day, hour } from '#core/time.ts';
import { handler } from '#lambdas/ratings/handler.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { asked, drawn, service, start } from '#test/support/rated-responses.ts';
import { type RatedWorld, startRatedWorld } from '#test/support/rated-world.ts';

const older = testRubric();
const newer = testRubric({ version: 2, state: 'shadow', judge: { model: 'another-model' } });
const changed = testRubric({ version: 3, state: 'shadow', description: 'Does it help at all?' });
const known = service('live', 120);
const batch = { ...drawn(known, 60), fingerprint: judgeFingerprint(older) };
const rows = asked(known, batch);
/** Nine in the morning of some day. */
const morning = Math.ceil((start + 3 * day) / day) * day + 9 * hour;

let world: RatedWorld;

beforeAll(async () => {
  world = await startRatedWorld(testCatalogue({ rubrics: [older, newer, changed] }));
  await world.judge(
    known.map(({ responseId, at, score }) => ({ responseId, at, score, surface: 'chat', rubric: older })),
  );
  await world.store.writeBatch(batch);
  const text = rows.map(({ responseId, people }) => `${responseId},ann,${people[0]}`);
  await uploadRatingFile(
    { name: 'rated.csv', text: ['response_id,rater_id,score', ...text].join('\n') },
    start + 2 * day,
  );
});

afterAll(() => world.close());

const judgeNew = (part: typeof rows) =>
  world.judge(
    part.flatMap(({ responseId, at }) =>
      [newer, changed].map((rubric) => ({ responseId, at, score: 4, surface: 'chat', rubric })),
    ),
  );
const at = (time: number) => handler({ time: new Date(time).toISOString() });
const calibrations = async () =>
  (await world.store.readCalibrations())
    .map(({ rubric, ratings, number }) => ({ version: rubric.version, ratings, number }))
    .sort((a, b) => a.version - b.version);

async function stamp(): Promise<unknown> {
  const dynamo = createDynamo();
  const { calibrationStamp } = await createSeriesStore(
    dynamo,
    String(process.env[env.seriesTable]),
  ).readSteering();
  dynamo.destroy();
  return calibrationStamp;
}

describe('each hour', () => {
  const rated = { version: 1, ratings: 60, number: 1 };

  it('changes nothing while the new judge has said nothing of what people rated', async () => {
    const before = await stamp();
    await at(morning);
    expect(await calibrations()).toEqual([rated]);
    expect(await stamp()).toBe(before);
  });

  it('carries ratings that stand already to a version that asks the same, and tells the evaluator', async () => {
    const before = await stamp();
    await judgeNew(rows.slice(1));
    await at(morning + hour);
    expect(await calibrations()).toEqual([rated, { version: 2, ratings: 59, number: 1 }]);
    expect(await stamp()).not.toBe(before);
  });

  it('makes what stands on carried ratings anew once a day alone', async () => {
    await judgeNew(rows.slice(0, 1));
    const before = await stamp();
    await at(morning + 2 * hour);
    expect(await calibrations()).toEqual([rated, { version: 2, ratings: 59, number: 1 }]);
    expect(await stamp()).toBe(before);
    await at(morning - 5 * hour + day);
    expect(await calibrations()).toEqual([rated, { version: 2, ratings: 60, number: 2 }]);
    await at(morning - 5 * hour + 2 * day);
    expect((await calibrations())[1]).toEqual({ version: 2, ratings: 60, number: 2 });
  });
});
