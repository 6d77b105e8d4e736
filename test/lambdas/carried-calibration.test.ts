import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrateCarried } from '#core/calibration/carry-ratings.ts';
import { comparisonRepeat, judgeFingerprint } from '#core/judging/judgement.ts';
import { day } from '#core/time.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { asked, drawn, rated, service, start } from '#test/support/rated-responses.ts';
import { type RatedWorld, startRatedWorld } from '#test/support/rated-world.ts';

const older = testRubric();
const newer = testRubric({ version: 2, state: 'shadow', judge: { model: 'another-model' } });
const changed = testRubric({ version: 4, state: 'shadow', description: 'Does it help at all?' });
const said = testRubric({
  version: 3,
  state: 'shadow',
  passMark: 3,
  ratings: { carry: 'The levels are the same.' },
});
const group = { surface: 'chat', rubric: { id: older.id, version: older.version } };
const uploadedAt = start + 2 * day;

const known = service('carry', 80);
const batch = { ...drawn(known, 30), fingerprint: judgeFingerprint(older) };
const rows = asked(known, batch);
const scoreOf = (index: number) => (index % 4) + 2;

let world: RatedWorld;

beforeAll(async () => {
  world = await startRatedWorld(testCatalogue({ rubrics: [older, newer, changed, said] }));
  const plain = known.map(({ responseId, at, score }) => ({ responseId, at, score, surface: 'chat' }));
  await world.judge(plain.map((each) => ({ ...each, rubric: older })));
  // As a shadow would have judged half of them, and a comparison the rest but one.
  const again = rows.map(({ responseId, at }, index) => ({
    responseId,
    at,
    surface: 'chat',
    score: scoreOf(index),
    returnedModel: 'another-model-1',
    repeat: index % 2 === 0 ? 0 : comparisonRepeat,
  }));
  await world.judge(again.slice(1).map((each) => ({ ...each, rubric: newer })));
  await world.judge(again.flatMap((each) => [changed, said].map((rubric) => ({ ...each, rubric }))));
  await world.store.writeBatch(batch);
});

afterAll(() => world.close());

describe('ratings that come in', () => {
  it('calibrate the later versions that ask the same, by their own verdicts', async () => {
    const text = [
      'response_id,rater_id,score',
      ...rows.map((each) => `${each.responseId},ann,${each.people[0]}`),
    ];
    const report = await uploadRatingFile({ name: 'rated.csv', text: text.join('\n') }, uploadedAt);
    expect(report.accepted).toBe(30);
    const made = await world.store.readCalibrations();
    const of = (version: number) => made.find(({ rubric }) => rubric.version === version);
    expect(made.map(({ rubric }) => rubric.version).sort()).toEqual([1, 2, 3]);
    expect(of(1)?.carried).toBeUndefined();
    const verdicts = new Map(
      rows.slice(1).map(({ responseId }, index) => [
        responseId,
        {
          state: 'judged' as const,
          score: scoreOf(index + 1),
          probability: 1,
          returnedModel: 'another-model-1',
        },
      ]),
    );
    const direct = calibrateCarried(
      {
        surface: 'chat',
        rubric: { id: newer.id, version: 2 },
        passMark: newer.passMark,
        fingerprint: judgeFingerprint(newer),
      },
      {
        rubric: older,
        fingerprint: judgeFingerprint(older),
        reason: 'the question is the same',
        batches: [batch],
        responses: rated(rows).map((each) => ({
          ...each,
          ratings: each.ratings.map(({ score }) => ({ raterId: 'ann', score })),
        })),
        verdicts,
      },
    );
    expect(of(2)).toMatchObject(JSON.parse(JSON.stringify(direct)));
    expect(of(2)?.ratings).toBe(29);
    expect(of(3)).toMatchObject({ ratings: 30, carried: { reason: 'The levels are the same.' } });
  });

  it('leave nothing carried behind once they are taken back', async () => {
    const { upload } = await uploadRatingFile(
      { name: 'again.csv', text: `response_id,rater_id,score\n${rows[3]?.responseId},bob,1\n` },
      uploadedAt + day,
    );
    const before = (await world.store.readCalibrations()).find(({ rubric }) => rubric.version === 2);
    expect(before?.agreement.raters).toBe(2);
    const { retractUploadHere } = await import('#local/stack/upload-rating-file.ts');
    await retractUploadHere(upload ?? '', uploadedAt + 2 * day);
    const after = (await world.store.readCalibrations()).find(({ rubric }) => rubric.version === 2);
    expect(after?.agreement.raters).toBe(1);
    await world.store.deleteRatings(rows.map(({ responseId }) => ({ group, responseId, raterId: 'ann' })));
    const last = await uploadRatingFile(
      { name: 'last.csv', text: `response_id,rater_id,score\n${known[0]?.responseId},bob,1\n` },
      uploadedAt + 3 * day,
    );
    await retractUploadHere(last.upload ?? '', uploadedAt + 4 * day);
    expect(await world.store.readCalibrations()).toEqual([]);
  });
});
