import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { parseJudgementKey } from '#adapters/dynamodb/judgement-item.ts';
import { findVerdicts } from '#adapters/dynamodb/judgement-lookup.ts';
import { readSpending } from '#adapters/dynamodb/spending-store.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { env } from '#core/names.ts';
import { dayKey } from '#core/time.ts';
import { type JudgeReply, type JudgeRequest, verdictText } from '#local/judges/judge-server.ts';
import { type Balance, readBalance } from '#local/report/read-balance.ts';
import { testPrices } from '#test/support/judges.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack, type JudgementItem } from '../support/flow-stack.ts';
import { completion, failure } from '../support/judge-replies.ts';
import { responseRecord } from '../support/records.ts';

const scale = { 1: 'worst', 2: 'bad', 3: 'middling', 4: 'good', 5: 'best' };
const criteria = ['helps', 'clear'].map((id) => ({ id, question: `${id}?`, scale }));

const rubricOf = (id: string, repeats?: number) =>
  testRubric({
    id,
    surfaces: [id],
    criteria,
    overall: 'minimum',
    repeats,
    judge: { model: 'judge-model', prices: testPrices },
  });

/** Scores of helps and clear by each asking, the last again for further ones. */
const script: Readonly<
  Record<string, readonly (readonly [number, number] | 'busy' | 'prose' | 'refused')[]>
> = {
  apart: [
    [5, 2],
    [2, 4],
    [4, 3],
  ],
  busy: [[5, 5], 'busy', [4, 4], [3, 3]],
  prose: [[5, 5], 'prose'],
  refused: ['refused'],
  twice: [
    [5, 3],
    [4, 4],
  ],
  once: [[3, 3]],
};

const usage = { prompt_tokens: 1_000, completion_tokens: 100 };
const callUsd = judgeCostUsd(testPrices, { inputTokens: 1_000, cachedInputTokens: 0, outputTokens: 100 });

let flow: FlowStack;
let balance: Balance;
const askings = new Map<string, { count: number; prompts: Set<string> }>();

function reply(request: JudgeRequest): JudgeReply {
  const { responseId, prompt } = request;
  const seen = askings.get(responseId) ?? { count: 0, prompts: new Set() };
  askings.set(responseId, seen);
  const steps = script[responseId] ?? [];
  const step = steps[Math.min(seen.count, steps.length - 1)];
  seen.count += 1;
  seen.prompts.add(prompt);
  if (step === 'busy') return failure(429, 'rate_limit_exceeded', { 'retry-after': '1' });
  if (step === 'prose') return completion({ content: 'Well.' }, { usage });
  if (step === 'refused') return completion({ refusal: 'No.' }, { usage });
  const [helps = 1, clear = 1] = step ?? [];
  return completion(
    { content: verdictText(request, (id) => (id === 'helps' ? helps : clear), 'It is so.') },
    { usage },
  );
}

beforeAll(async () => {
  flow = await FlowStack.start({
    judge: reply,
    catalogue: testCatalogue({
      surfaces: ['thrice', 'twice', 'once'].map((surface) => ({ surface, sampleRate: 0.999_999 })),
      rubrics: [testRubric(), rubricOf('thrice', 3), rubricOf('twice', 2), rubricOf('once')],
    }),
  });
  const surfaceOf = (id: string) => (id === 'twice' || id === 'once' ? id : 'thrice');
  await flow.send(
    Object.keys(script).map((id) => responseRecord(id, Date.now(), { surface: surfaceOf(id) })),
  );
  await flow.settle();
  balance = await readBalance({});
});

afterAll(() => flow?.close());

const item = async (id: string) =>
  (await flow.judgement(id)) as JudgementItem & {
    spread?: { overall: number[]; criteria: Record<string, number[]> };
    criteria?: Record<string, number>;
    inputTokens?: number;
  };

describe('a rubric that has its judge asked more than once', () => {
  it('counts per criterion the median of three, and keeps what each asking gave', async () => {
    const { state, score, criteria: scores, spread, costUsd, inputTokens } = await item('apart');
    expect({ state, score, scores }).toEqual({ state: 'judged', score: 3, scores: { helps: 4, clear: 3 } });
    expect(spread?.criteria.helps?.toSorted()).toEqual([2, 4, 5]);
    expect(spread?.criteria.clear?.toSorted()).toEqual([2, 3, 4]);
    expect(spread?.overall.toSorted()).toEqual([2, 2, 3]);
    expect(costUsd).toBeCloseTo(3 * callUsd, 12);
    expect(inputTokens).toBe(3_000);
  });

  it('asks with the same prompt', () => {
    expect(askings.get('apart')).toMatchObject({ count: 3 });
    expect(askings.get('apart')?.prompts.size).toBe(1);
    expect(askings.get('twice')?.prompts.size).toBe(1);
  });

  it('counts the lower of two', async () => {
    expect(await item('twice')).toMatchObject({ score: 3, criteria: { helps: 4, clear: 3 } });
    expect((await item('twice')).costUsd).toBeCloseTo(2 * callUsd, 12);
  });

  it('asks all anew where one asking met with a fault of the moment', async () => {
    const { state, tries } = await item('busy');
    expect({ state, tries }).toEqual({ state: 'judged', tries: 2 });
    expect(askings.get('busy')?.count).toBe(6);
  });

  it('ends without a verdict where one asking brings none', async () => {
    const { state, reason = '' } = await item('prose');
    expect(state).toBe('unjudgeable');
    expect(reason).toMatch(/^unreadable 2 times/);
  });

  it('asks once alone: what is refused then is refused every time, and would be paid', async () => {
    expect((await item('refused')).state).toBe('unjudgeable');
    expect(askings.get('refused')?.count).toBe(1);
  });

  it('leaves a rubric that asks once as it was', async () => {
    const judged = await item('once');
    expect(judged).toMatchObject({ state: 'judged', score: 3 });
    expect(judged).not.toHaveProperty('spread');
    expect(judged).not.toHaveProperty('repeats');
    expect(askings.get('once')?.count).toBe(1);
  });

  it('is found with the scores of each asking, for what people say of it', async () => {
    const { pk, sk } = await item('apart');
    const { surface, rubric, fingerprint, responseId } = parseJudgementKey({ pk, sk });
    const at = Number(((await item('apart')) as unknown as { at: number }).at);
    const table = String(process.env[env.judgementTable]);
    const found = await findVerdicts(createDynamo(), table, { surface, rubric, fingerprint }, [
      { responseId, at },
    ]);
    expect(found.get('apart')?.alone?.toSorted()).toEqual([2, 2, 3]);
  });

  it('is that many judgements of the balance, which adds up', () => {
    expect(balance.received).toBe(6);
    expect(balance.states).toMatchObject({
      judged: 3 + 3 + 2 + 1,
      unjudgeable: 3 + 3,
      leased: 0,
      waiting: 0,
    });
    expect(balance.sampled).toBe(15);
    expect(balance.reasons.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  });

  it('is noted in the spending for each call that was taken', async () => {
    const spending = await readSpending(createDynamo(), String(process.env[env.seriesTable]));
    // Of the busy one's first try two askings were answered.
    const { count: prose = 0 } = askings.get('prose') ?? {};
    const taken = 3 + (2 + 3) + prose + 1 + 2 + 1;
    expect(spending.get(dayKey(Date.now()))?.spentUsd).toBeCloseTo(taken * callUsd, 9);
  });
});
