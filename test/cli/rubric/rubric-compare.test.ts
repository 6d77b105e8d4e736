import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { findVerdicts } from '#adapters/dynamodb/judgement-lookup.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { calibrateCarried } from '#core/calibration/carry-ratings.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { composeBatch } from '#core/rating/batch.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { comparePairs } from '#core/statistics/paired-comparison.ts';
import { hour, hourKey, minute } from '#core/time.ts';
import { openSession, startSession } from '#local/session/session.ts';
import { assay } from '#test/support/assay.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { endJudgement, judgedVerdict, judgeTask } from '#test/support/judgements.ts';
import { judgesFor } from '#test/support/judges.ts';
import { judgesYaml } from '#test/support/project-folder.ts';
import { templatesOf } from '#test/support/templates.ts';

/** A local run that was judged by one judge and rated, and versions that are compared with it. */

const start = Date.UTC(2026, 0, 5, 9);
const older = testRubric();
const newer = testRubric({ version: 2, judge: { model: 'judge-model', parameters: { seed: 7 } } });
const changed = testRubric({ version: 3, passMark: 3 });
const surface = {
  surface: 'chat',
  tier: 2,
  sampleRate: 1,
  expectedPerDay: 1_000,
  slos: { 'judge-pass': 'on' },
};
const catalogue = testCatalogue({ surfaces: [surface] });

const ids = Array.from({ length: 48 }, (_, index) => `r${index}`);
const oldScore = (index: number) => (index % 4 === 0 ? 2 : 5);
const newScore = (index: number) => (index % 6 === 0 || index % 7 === 0 ? 1 : 4);
const people = (index: number) => (index % 6 === 0 ? 1 : 5);

let folder: string;
const run = () => join(folder, 'run');

/** Responses that an earlier judge of the version scored. */
const formerIds = Array.from({ length: 12 }, (_, index) => `f${index}`);

const recorded = (scoreOf: (index: number) => number) =>
  [...ids, ...formerIds]
    .map((responseId, index) => JSON.stringify({ responseId, score: scoreOf(index) }))
    .join('\n');

const writeFiles = async (files: Readonly<Record<string, string>>) => {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
};

const write = (rubric: Rubric) => ({
  [`rubrics/${rubric.id}/${rubric.version}.yaml`]: JSON.stringify(rubric),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-compare-'));
  await writeFiles({
    'old.jsonl': recorded(oldScore),
    'new.jsonl': recorded(newScore),
    'rubrics/judges.yaml': judgesYaml,
    ...write(older),
    ...write(newer),
    ...write(changed),
  });
  const templates = await templatesOf(catalogue, 'local');
  const session = await startSession({
    folder: run(),
    catalogue: { ...catalogue, judges: judgesFor([older]) },
    judge: { kind: 'recorded', file: join(folder, 'old.jsonl') },
    synthesize: () => templates,
    onError: () => undefined,
  });
  const { replay } = await import('#local/replay/replay.ts');
  const records = ids.map((id, index) => {
    const at = start + index * minute;
    const messages = [{ role: 'user', content: `Question ${index}?` }];
    const body = {
      id,
      at: new Date(at).toISOString(),
      surface: 'chat',
      status: 'success',
      request: { messages },
    };
    return {
      at,
      surface: 'chat',
      body: JSON.stringify({ ...body, response: { content: `Answer ${index}.` } }),
    };
  });
  await replay({ stack: session.stack, records, tickMs: 30 * minute, onTick: () => undefined });
  const dynamo = createDynamo();
  const judgements = createJudgementStore(dynamo, process.env[env.judgementTable] ?? '', catalogue.retention);
  const judged = await judgements.readHour('chat', older, hourKey(start));
  await createRatingStore(dynamo, process.env[env.ratingTable] ?? '').writeBatch(
    composeBatch(
      {
        id: 'chat-batch',
        surface: 'chat',
        rubric: older,
        fingerprint: judgeFingerprint(older),
        returnedModel: judged[0]?.returnedModel,
        from: start,
        to: start + hour,
        seed: 'seed',
        drawnAt: start + hour,
        count: 40,
      },
      judged.flatMap(({ score, ...each }) => (score === undefined ? [] : [{ ...each, score }])),
    ),
  );
  dynamo.destroy();
  await session.stop();
  const rows = ids.slice(0, 44).map((id, index) => `${id},ann,${people(index)}`);
  await writeFiles({ 'ratings.csv': ['response_id,rater_id,score', ...rows].join('\n') });
  expect((await assay(folder, 'ratings', 'upload', 'ratings.csv', '--local', run())).code).toBe(0);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const compare = (...args: string[]) => assay(folder, 'rubric', 'compare', ...args, '--local', run());
const asked = ['helpfulness@1', 'helpfulness@2', '--judge', 'recorded:new.jsonl'];

describe('two versions, compared on what people rated', () => {
  it('are not compared before somebody agreed to the price', async () => {
    const priced = [...asked.slice(0, 3), 'simulated'];
    const { code, stdout, stderr } = await compare(...priced);
    expect(code).toBe(0);
    expect(stderr).toMatch(/helpfulness@2 \(judge-model\) is to judge 44 responses: about \$0\.\d\d/);
    expect(stderr).toContain('with --yes');
    expect(stdout).toContain('44 not asked');
  });

  it('cost nothing where what the new one says was recorded', async () => {
    const { stderr } = await compare(...asked);
    expect(stderr).toContain('is to judge 44 responses: nothing is paid for it.');
  });

  it('are asked about a part, then about the rest, and about nothing twice', async () => {
    const part = JSON.parse((await compare(...asked, '--limit', '10', '--yes', '--json')).stdout);
    expect(part).toMatchObject({ responses: 10, asked: 10, new: { costUsd: 0 } });
    const whole = JSON.parse((await compare(...asked, '--yes', '--json')).stdout);
    expect(whole).toMatchObject({ responses: 44, rated: 44, asked: 34, textsExpired: 0, without: {} });
    const counts = { both: 0, onlyOld: 0, onlyNew: 0, neither: 0 };
    for (let index = 0; index < 44; index += 1) {
      const good = people(index) >= 4;
      const [old, now] = [oldScore(index) >= 4 === good, newScore(index) >= 4 === good];
      counts[old && now ? 'both' : old ? 'onlyOld' : now ? 'onlyNew' : 'neither'] += 1;
    }
    const paired = comparePairs(counts, 0.95);
    if (!paired.ok) throw new Error(paired.reason);
    const { difference, lower, upper, probability } = paired;
    expect(whole.paired).toEqual({
      of: 'agreement',
      ...counts,
      difference,
      lower,
      upper,
      mcnemarP: probability,
    });
    const again = await compare('helpfulness@1', 'helpfulness@2', '--texts');
    expect(again.stderr).not.toContain('is to judge');
    expect(again.stdout).toContain('exact McNemar p');
    expect(again.stdout).toMatch(/Answer \d+\./);
    expect(again.stdout).toContain('carried from helpfulness@1: the question is the same');
  });

  it('make the calibration of the new one by its own verdicts, which stand in no hour', async () => {
    const session = await openSession(run(), () => undefined);
    const dynamo = createDynamo();
    try {
      const table = process.env[env.judgementTable] ?? '';
      const store = createRatingStore(dynamo, process.env[env.ratingTable] ?? '');
      const judgements = createJudgementStore(dynamo, table, catalogue.retention);
      expect(await judgements.readHour('chat', newer, hourKey(start))).toEqual([]);
      const group = { surface: 'chat', rubric: { id: older.id, version: older.version } };
      const [batch] = await store.readBatches(group);
      const made = (await store.readCalibrations()).find(({ rubric }) => rubric.version === 2);
      const responses = ids.slice(0, 44).map((responseId, index) => ({
        responseId,
        surface: 'chat',
        at: start + index * minute,
        ratings: [{ raterId: 'ann', score: people(index) }],
        judge: {
          state: 'judged' as const,
          score: oldScore(index),
          probability: 1,
          returnedModel: batch?.returnedModel,
        },
      }));
      const of = { surface: 'chat', rubric: newer, fingerprint: judgeFingerprint(newer) };
      const verdicts = await findVerdicts(dynamo, table, of, responses);
      expect([...verdicts.values()].map(({ score }) => score).sort()).toEqual(
        responses.map((_, index) => newScore(index)).sort(),
      );
      const direct = calibrateCarried(
        { ...of, rubric: { id: newer.id, version: 2 }, passMark: newer.passMark },
        {
          rubric: older,
          fingerprint: judgeFingerprint(older),
          reason: 'the question is the same',
          batches: batch === undefined ? [] : [batch],
          responses,
          verdicts,
        },
      );
      expect(made?.population).toEqual(JSON.parse(JSON.stringify(direct.population)));
      expect(made).toMatchObject({ ratings: direct.ratings, inputs: direct.inputs });
    } finally {
      dynamo.destroy();
      await session.stop();
    }
  });

  it('carry nothing where the question changed, and say what did', async () => {
    const { stdout } = await compare(
      'helpfulness@1',
      'helpfulness@3',
      '--judge',
      'recorded:new.jsonl',
      '--yes',
    );
    expect(stdout).toContain('The question is another (pass mark)');
    expect(stdout).toContain('it wants 200 of its own');
  });

  it.each([
    [['helpfulness@2', 'helpfulness@1'], 'the older first'],
    [['helpfulness', 'helpfulness@2'], 'got "helpfulness"'],
    [['helpfulness@1', 'helpfulness@9'], 'helpfulness@9 is not in'],
    [['helpfulness@1', 'helpfulness@2', '--surface', 'nowhere'], 'no surface "nowhere"'],
    [['helpfulness@1', 'helpfulness@2', '--judge', 'nobody'], 'got "nobody"'],
  ])('are refused as %s', async (args, words) => {
    const { code, stderr } = await compare(...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
  });
});

describe('a version whose judge became another under the same number', () => {
  it('carries what people said of the earlier judge', async () => {
    const session = await openSession(run(), () => undefined);
    const dynamo = createDynamo();
    const former = 'aaaaaaaaaaaa';
    const at = (index: number) => start + 2 * hour + index * minute;
    try {
      const table = process.env[env.judgementTable] ?? '';
      const judgements = createJudgementStore(dynamo, table, catalogue.retention);
      for (const [index, id] of formerIds.entries()) {
        const task = judgeTask(id, at(index), { rubric: older, fingerprint: former });
        await endJudgement(judgements, task, judgedVerdict(index % 3 === 0 ? 2 : 5, { rubric: older }));
      }
      const store = createRatingStore(dynamo, process.env[env.ratingTable] ?? '');
      const window = {
        from: start + 2 * hour,
        to: start + 3 * hour,
        seed: 'former',
        drawnAt: start + 3 * hour,
      };
      await store.writeBatch(
        composeBatch(
          {
            ...window,
            id: 'former-batch',
            surface: 'chat',
            rubric: older,
            fingerprint: former,
            returnedModel: undefined,
            count: 12,
          },
          formerIds.map((responseId, index) => ({
            responseId,
            at: at(index),
            score: index % 3 === 0 ? 2 : 5,
            probability: 1,
          })),
        ),
      );
    } finally {
      dynamo.destroy();
      await session.stop();
    }
    const rows = formerIds.map((id, index) => `${id},ann,${index % 3 === 0 ? 1 : 5},helpfulness@1`);
    await writeFiles({ 'former.csv': ['response_id,rater_id,score,rubric', ...rows].join('\n') });
    expect((await assay(folder, 'ratings', 'upload', 'former.csv', '--local', run())).code).toBe(0);
    const { stdout } = await compare('helpfulness@1', 'helpfulness@1', '--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ responses: 12, rated: 12, asked: 12, carries: true });
    const again = JSON.parse((await compare('helpfulness@1', 'helpfulness@1', '--json')).stdout);
    expect(again).toMatchObject({ asked: 0, toAsk: 0 });
    expect(again.old.fingerprint).not.toBe(again.new.fingerprint);
  });
});
