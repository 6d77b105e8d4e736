import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo, toItem } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { createSpendingStore } from '#adapters/dynamodb/spending-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import { comparisonRepeat, judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { spendingKey } from '#core/series/spending.ts';
import { day, dayStart, hour, hourKey, minute } from '#core/time.ts';
import { readBalance } from '#local/report/read-balance.ts';
import { type LiveSession, startSession } from '#local/session/session.ts';
import { assay } from '#test/support/assay.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { endJudgement, judgedVerdict, judgeTask } from '#test/support/judgements.ts';
import { templatesOf } from '#test/support/templates.ts';
import { sendTasks } from '../../../src/cli/rubric/compare-asking.ts';
import { makeRescoreTasks, planRescore } from '../../../src/cli/rubric/rescore-plan.ts';
import { openRatingTarget } from '../../../src/cli/target/rating-target.ts';

/*
 * Eight days that a version judged which was replaced at their end: by then their hours are open, frozen or folded. Its successor is to
 * judge what is stored; by its scores quality fell on the sixth day. It had judged some as a shadow, in an hour that is long frozen.
 */

const start = Date.UTC(2026, 0, 5);
const end = start + 8 * day;
const fallsAt = start + 5 * day;
const older = testRubric({ state: 'retired' });
const newer = testRubric({ version: 2, judge: { model: 'judge-model', parameters: { seed: 7 } } });
const catalogue = testCatalogue({
  surfaces: [
    { surface: 'chat', tier: 2, sampleRate: 1, expectedPerDay: 1_000, slos: { 'judge-pass': 'on' } },
  ],
  rubrics: [older, newer],
});

const step = 6 * hour;
const perStep = 4;
const responses = Array.from({ length: ((end - start) / step) * perStep }, (_, index) => ({
  id: `r${index}`,
  at: start + Math.floor(index / perStep) * step + (index % perStep) * 8 * minute,
  cohort: index % 2 === 0 ? 'eu' : 'us',
}));
const newScore = (index: number) => {
  const falls = (responses[index]?.at ?? 0) >= fallsAt;
  if (index === compared.index) return compared.score;
  return falls ? (index % 2 === 0 ? 1 : 4) : index % 12 === 0 ? 2 : 5;
};
/** What the new version said for a comparison, other than it would say now. */
const compared = { index: 51, score: 4 };
/** Of the second day, judged by the new version in their time. */
const shadowed = [18, 19];

const userHash = 'a'.repeat(64);

let folder: string;
let session: LiveSession;
let dynamo: DynamoDBClient;
let judgements: ReturnType<typeof createJudgementStore>;
let series: ReturnType<typeof createSeriesStore>;
/** Whatever was stored of every day and slice but the new version's columns, before anything was rescored. */
let before: string;
const run = () => join(folder, 'run');

async function judge(indexes: readonly number[], rubric: Rubric, scoreOf: (index: number) => number) {
  await inParallel(indexes, 16, async (index) => {
    const { id = '', at = 0, cohort } = responses[index] ?? {};
    const task = judgeTask(id, at, { rubric, cohort, userHash });
    await endJudgement(judgements, task, judgedVerdict(scoreOf(index), { rubric }));
  });
  const hours = new Set(indexes.map((index) => hourKey(responses[index]?.at ?? 0)));
  await createCounterStore(dynamo, process.env[env.seriesTable] ?? '').markDirty(
    [...hours].map((each) => ({ of: 'verdicts', surface: 'chat', hour: each, rubric })),
    `${rubric.version} ${indexes[0]}`,
  );
}

const rescore = (...args: string[]) =>
  assay(folder, 'rescore', '--rubric', 'helpfulness@2', '--local', run(), ...args);

/** Every stored day of the surface, as it is and folded, without the columns of a version. */
async function readHistory(without: Rubric): Promise<string> {
  const days = await series.readDays('chat', start, end);
  await series.readFolded('chat', { whole: start, parts: start }, (each) => days.push(each));
  const own = `v:${without.id}@${without.version}|`;
  return JSON.stringify(
    days.map(({ packed, ...each }) => [
      each,
      Object.entries(packed).filter(([name]) => !name.startsWith(own)),
    ]),
  );
}

/** What the stored days hold of the new version: verdicts, and passes, by slice and hour. */
async function readSeries(): Promise<Map<string, { judged: number; pass: number }>> {
  const found = new Map<string, { judged: number; pass: number }>();
  for (const { day: key, slice, packed } of await series.readDays('chat', start, end))
    for (const what of ['judged', 'pass'] as const)
      for (const [bucket, value] of packed[`v:helpfulness@2|${what}`] ?? []) {
        const name = `${slice} ${hourKey(dayStart(key) + bucket * 5 * minute)}`;
        const sums = found.get(name) ?? { judged: 0, pass: 0 };
        sums[what] += value;
        found.set(name, sums);
      }
  return found;
}

function countScores(): Map<string, { judged: number; pass: number }> {
  const counts = new Map<string, { judged: number; pass: number }>();
  for (const [index, { at, cohort }] of responses.entries())
    for (const slice of ['*', `c:${cohort}`]) {
      const name = `${slice} ${hourKey(at)}`;
      const sums = counts.get(name) ?? { judged: 0, pass: 0 };
      sums.judged += 1;
      if (newScore(index) >= newer.passMark) sums.pass += 1;
      counts.set(name, sums);
    }
  return counts;
}

/** A command that asked about so many and died, and one after it: half were judged, half wait in the queue, twice. */
async function breakOff(count: number): Promise<void> {
  const target = await openRatingTarget({ local: run() });
  const range = { surfaces: ['chat'], from: start, to: end };
  const { open } = await planRescore(target, { rubric: newer, judge: judgeOf(catalogue, newer) }, range);
  await sendTasks(target, await makeRescoreTasks(target, newer, open.slice(0, count / 2)));
  await session.stack.drain();
  const waiting = await makeRescoreTasks(target, newer, open.slice(count / 2, count));
  await sendTasks(target, [...waiting, ...waiting]);
  await target.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-rescore-'));
  const scores = responses.map(({ id }, index) => {
    return JSON.stringify({ responseId: id, score: index === compared.index ? 1 : newScore(index) });
  });
  await writeFile(join(folder, 'scores.jsonl'), scores.join('\n'));
  const templates = await templatesOf(catalogue, 'local');
  session = await startSession({
    folder: run(),
    catalogue,
    judge: { kind: 'recorded', file: join(folder, 'scores.jsonl') },
    synthesize: () => templates,
    onError: () => undefined,
  });
  dynamo = createDynamo();
  judgements = createJudgementStore(dynamo, process.env[env.judgementTable] ?? '', catalogue.retention);
  series = createSeriesStore(dynamo, process.env[env.seriesTable] ?? '');
  for (let from = start; from < end; from += 2 * day) {
    const indexes = [...responses.keys()].filter((index) => {
      const at = responses[index]?.at ?? 0;
      return at >= from && at < from + 2 * day;
    });
    await judge(indexes, older, (index) => (index % 10 === 0 ? 2 : 5));
    const own = indexes.filter((index) => shadowed.includes(index));
    if (own.length > 0) await judge(own, newer, newScore);
    await session.stack.tick(from + 2 * day + minute);
  }
  const { id = '', at = 0 } = responses[compared.index] ?? {};
  const task = judgeTask(id, at, { rubric: newer, repeat: comparisonRepeat });
  await endJudgement(judgements, task, judgedVerdict(compared.score, { rubric: newer }));
  before = await readHistory(newer);
  session.stack.clock.set(end + minute);
}, 60_000);

afterAll(async () => {
  await session?.stop();
  dynamo?.destroy();
  await rm(folder, { recursive: true, force: true });
});

describe('a version that judges what is stored', () => {
  it('is asked about nothing before somebody agreed to the price', async () => {
    const { code, stdout, stderr } = await rescore();
    expect(code).toBe(0);
    expect(stderr).toMatch(/helpfulness@2 \(judge-model\) is to judge 126 stored responses of .* about \$\d/);
    expect(stderr).toContain("half of the day's spending cap at most, which is $12.50");
    expect(stderr).toContain('with --yes');
    expect(stdout).toContain('Nothing was asked: 126 stored responses');
  });

  it('stops where the room of the day is used', async () => {
    const [table, now] = [process.env[env.seriesTable] ?? '', end];
    await createSpendingStore(dynamo, table).noteBeyond(now, 12.5, { zoomedUsd: 0, rescoredUsd: 12.5 });
    const { stdout } = await rescore('--yes', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ asked: true, judged: 0, left: 126, stopped: 'share' });
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: toItem({ ...spendingKey(now) }) }));
  });

  it('goes on where a command broke off, and is asked about nothing twice', async () => {
    await breakOff(40);
    session.stack.poll();
    const { toAsk, ...rest } = JSON.parse((await rescore('--yes', '--json')).stdout);
    expect(rest).toMatchObject({ judged: toAsk, judgedBefore: 128 - toAsk, left: 0, stopped: null });
    expect(toAsk).toBeGreaterThanOrEqual(86);
    const again = await rescore('--yes');
    expect(again.stderr).not.toContain('is to judge');
    expect(again.stdout).toContain('helpfulness@2 has no stored response left to judge');
    expect(again.stdout).toContain('128 responses it has judged before');
  });

  it('has them in its own series, each once, in open, frozen and folded hours', async () => {
    await session.stack.tick(end + 2 * minute);
    expect(await readSeries()).toEqual(countScores());
    const folded = new Map<string, number>();
    await series.readFolded('chat', { whole: start, parts: start }, ({ day: key, slice, packed }) => {
      const sum = (packed['v:helpfulness@2|judged'] ?? []).reduce((total, [, value]) => total + value, 0);
      folded.set(`${slice} ${key}`, sum);
    });
    expect(folded.get('* 2026-01-06')).toBe(4 * perStep);
    expect(folded.get('c:eu 2026-01-06')).toBe(2 * perStep);
  });

  it('leaves what is stored of everything else as it was, byte for byte', async () => {
    expect(await readHistory(newer)).toBe(before);
  });

  it('is paid for under its name, each call once, and counts as no late verdict', async () => {
    let costUsd = 0;
    for (let at = start; at < end; at += hour)
      for (const verdict of await judgements.readHour('chat', newer, hourKey(at))) costUsd += verdict.costUsd;
    const spending = [...(await series.readSpending()).values()];
    const rescoredUsd = spending.reduce((sum, each) => sum + (each.rescoredUsd ?? 0), 0);
    expect(costUsd).toBeGreaterThan(0);
    expect(rescoredUsd).toBeCloseTo(costUsd, 9);
    expect((await series.readControl()).tick?.late).toBe(0);
  });

  it('is no part of the balance of what was sampled', async () => {
    const { states } = await readBalance(session.queues);
    expect(states).toMatchObject({ judged: responses.length + shadowed.length, waiting: 0, leased: 0 });
  });

  it('keeps texts that are forgotten with their user', async () => {
    const { id: responseId = '' } = responses[5] ?? {};
    const of = {
      responseId,
      surface: 'chat',
      rubric: newer,
      fingerprint: judgeFingerprint(newer),
      repeat: 0,
    };
    expect(await judgements.readTexts({ ...of, at: responses[5]?.at ?? 0 })).toMatchObject({ userHash });
  });

  it('can be looked back on from before the bump', async () => {
    const { stdout } = await assay(folder, 'why', 'chat/judge-pass', '--local', run(), '--json');
    expect(JSON.parse(stdout).headline).toMatch(/began to fall around 2026-01-(09 21|10 00):00 UTC/);
  });
});
