import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { env } from '#core/names.ts';
import { bucketOfDay, floorTo, hour, hourKey, minute } from '#core/time.ts';
import { endJudgement, judgedVerdict, judgeTask } from '../support/judgements.ts';
import { answerText, healthyRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack, stage } from '../support/slo-stack.ts';

const now = Date.parse('2026-11-10T12:00:00Z');
/** Ends of the hours whose answers were judged so much later. */
const in70Hours = now - 70 * hour - 30 * minute;
const in73Hours = now - 73 * hour - 30 * minute;
const lateAlarm = `assay-${stage}-operations-late-verdicts`;

let flow: SloStack;
let before: { in70: number; in73: number };

/** An answer that was given then and whose verdict comes now. */
async function judgeNow(id: string, at: number): Promise<void> {
  await flow.send([healthyRecord(id, at, { surface: 'chat', ...answerText })], now);
}

/** A judgement of the 73-hour-old hour whose tries were spent, or that was redriven and judged after all. */
async function endOrRedrive(redrive: 0 | 1): Promise<void> {
  const task = judgeTask('buried', in73Hours, { redrive });
  const spent = { state: 'dlq', reason: 'its tries are spent' } as const;
  await endJudgement(judgementsOf(), task, redrive === 0 ? spent : judgedVerdict(4));
  await createCounterStore(flow.dynamo, flow.stack.environment[env.seriesTable] ?? '').markDirty(
    [{ of: 'verdicts', surface: 'chat', hour: hourKey(in73Hours), rubric: task.rubric }],
    `try ${redrive}`,
  );
}

/** What the stored roll-up says of an instant's bucket. */
async function rolledUp(at: number, column: string): Promise<number> {
  const days = await flow.series.readDays('chat', at, at);
  const pairs = days.find(({ slice }) => slice === '*')?.packed[`v:helpfulness@1|${column}`] ?? [];
  return pairs.find(([bucket]) => bucket === bucketOfDay(at))?.[1] ?? 0;
}

function judgementsOf() {
  const table = flow.stack.environment[env.judgementTable] ?? '';
  return createJudgementStore(flow.dynamo, table, flow.catalogue.retention);
}

async function storedVerdicts(at: number): Promise<number> {
  const all = await judgementsOf().readHour('chat', { id: 'helpfulness', version: 1 }, hourKey(at));
  return all.filter(({ state }) => state === 'judged').length;
}

beforeAll(async () => {
  flow = await SloStack.start(await catalogueOf([{ surface: 'chat', slos: { 'judge-pass': 'on' } }]));
  // Both hours were rolled up in their time, with a verdict each.
  for (const at of [in73Hours, in70Hours]) {
    if (at === in73Hours) await endOrRedrive(0);
    await flow.send([healthyRecord(`first-${at}`, at, { surface: 'chat', ...answerText })], at);
    await flow.tick(floorTo(at, hour) + hour + minute);
  }
  before = { in70: await rolledUp(in70Hours, 'judged'), in73: await rolledUp(in73Hours, 'judged') };
  await flow.tick(now);
  await judgeNow('late-70', in70Hours);
  await judgeNow('late-73', in73Hours);
  await flow.tick(now + minute);
});

afterAll(() => flow?.close());

describe('a verdict that comes late', () => {
  it('by 70 hours changes its hour', async () => {
    expect(before.in70).toBe(1);
    expect(await rolledUp(in70Hours, 'judged')).toBe(2);
    expect(await rolledUp(in70Hours, 'late')).toBe(0);
  });

  it('by 73 hours is stored and leaves its hour as it was', async () => {
    expect(before.in73).toBe(1);
    expect(await storedVerdicts(in73Hours)).toBe(2);
    expect(await rolledUp(in73Hours, 'judged')).toBe(1);
  });

  it('by 73 hours is counted as late, once, and said', async () => {
    expect((await flow.series.readControl()).tick?.late).toBe(1);
    expect(flow.alarms().get(lateAlarm)).toBe('ALARM');
    await flow.tick(now + 2 * minute);
    expect(flow.alarms().get(lateAlarm)).toBe('OK');
    await judgeNow('late-again', in73Hours);
    vi.resetModules();
    const { handler } = await import('#lambdas/slo-evaluator/handler.ts');
    await handler({ time: new Date(now + 3 * minute).toISOString() });
    // A fresh instance knows of the first one from the table.
    expect((await flow.series.readControl()).tick?.late).toBe(2);
    expect(await rolledUp(floorTo(in73Hours, hour), 'late')).toBe(2);
  });

  it('is counted as late too where it was in the dead-letter queue meanwhile', async () => {
    expect(await rolledUp(in73Hours, 'dlq')).toBe(1);
    await endOrRedrive(1);
    await flow.tick(now + 4 * minute);
    expect((await flow.series.readControl()).tick?.late).toBe(3);
  });

  it('is counted in each of the hours that one tick looks at together', async () => {
    for (const hours of [0, 1, 2]) await judgeNow(`late-${hours}-more`, in73Hours - hours * hour);
    await flow.tick(now + 5 * minute);
    expect((await flow.series.readControl()).tick?.late).toBe(6);
  });
});
