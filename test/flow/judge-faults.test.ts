import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { readSpending } from '#adapters/dynamodb/spending-store.ts';
import { largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { env, metric } from '#core/names.ts';
import { type JudgedTexts, judgePrompt } from '#core/rubric/prompt.ts';
import { dayKey, minute } from '#core/time.ts';
import type { JudgeReply, JudgeRequest } from '#local/judges/judge-server.ts';
import { testJudge, testPrices } from '#test/support/judges.ts';
import { testCatalogue, testRubric } from '../support/catalogue.ts';
import { FlowStack, type JudgementItem } from '../support/flow-stack.ts';
import { completion, completionOfChoices, failure, http, verdict } from '../support/judge-replies.ts';
import { responseRecord } from '../support/records.ts';

/** Each fault has a surface, a rubric and a judge model of its own: what is seen of a judge is by its model. */
const faults = {
  'odd-text': () => failure(400, { message: 'Something is odd.', code: 'odd_text' }),
  'no-json': () => failure(400, { message: 'Failed to generate JSON.', code: 'json_validate_failed' }),
  'no-choice': () => completionOfChoices([]),
  firewall: () => http(403, '<html>Request blocked</html>'),
  'every-text': () => failure(400, { message: 'Something is odd.', code: 'odd_call' }),
  parameter: () =>
    http(422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'] }] }),
} satisfies Record<string, () => JudgeReply>;
type Fault = keyof typeof faults;
const names = Object.keys(faults) as Fault[];
/** These meet with every text, the others with the one that is called odd. */
const shared: readonly Fault[] = ['every-text', 'parameter'];
const own = names.filter((name) => !shared.includes(name));

const rubricOf = (id: string) =>
  testRubric({
    id,
    surfaces: [id],
    judge: { model: `model-${id}`, prices: { input: 0.25, cachedInput: 0.025, output: 2 } },
  });
const money = ['told', 'untold', 'absurd', 'page'];
const usages: Readonly<Record<string, unknown>> = {
  told: { prompt_tokens: 1_000, completion_tokens: 100 },
  untold: undefined,
  absurd: { prompt_tokens: 1e12, completion_tokens: 1 },
};

let flow: FlowStack;

beforeAll(async () => {
  const surfaces = [...names, ...money];
  let isMended = false;
  flow = await FlowStack.start({
    catalogue: testCatalogue({
      surfaces: surfaces.map((surface) => ({ surface, sampleRate: 0.999_999 })),
      rubrics: [testRubric(), ...surfaces.map(rubricOf)],
    }),
    judge: (request) => {
      const name = request.model.slice('model-'.length);
      if (name === 'page') return http(200, '<html>Please log in</html>');
      if (money.includes(name)) return said(request, { usage: usages[name] });
      const isOdd = shared.includes(name as Fault) ? !isMended : request.responseId.endsWith('-odd');
      return isOdd ? faults[name as Fault]() : verdict(request, 4);
    },
  });
  const record = (id: string, surface: string) => responseRecord(id, Date.now(), { surface });
  await flow.send(names.flatMap((name) => idsOf(name).map((id) => record(id, name))));
  await flow.send(money.map((name) => record(name, name)));
  await flow.stack.drain();
  blocked = await standing(shared);
  isMended = true;
  await flow.settle();
  ended = await standing(names);
});

afterAll(() => flow?.close());

interface Standing {
  readonly states: Record<string, (string | undefined)[]>;
  readonly circuits: Record<string, string>;
}
let blocked: Standing;
let ended: Standing;

async function standing(of: readonly string[]): Promise<Standing> {
  const judgements = await flow.judgements();
  const circuits = await Promise.all(
    of.map(
      async (name) => [name, String((await flow.control(`circuit#model-${name}`))?.reason ?? '')] as const,
    ),
  );
  return {
    states: Object.fromEntries(
      of.map((name) => [name, idsOf(name).map((id) => judgements.get(id)?.[0]?.state)]),
    ),
    circuits: Object.fromEntries(circuits),
  };
}

/** The odd one comes first: nothing has got through by then. */
function idsOf(name: string): string[] {
  return [`${name}-odd`, ...Array.from({ length: 5 }, (_, i) => `${name}-${i}`)];
}

function said(request: JudgeRequest, rest: object): JudgeReply {
  return completion({ content: (verdict(request, 4) as { text: string }).text }, rest);
}

describe('one text that the provider does not take', () => {
  it.for(own)('ends without a verdict after five refusals, and holds up nobody: %s', async (name) => {
    expect(ended.states[name]).toEqual(['unjudgeable', ...Array(5).fill('judged')]);
    expect(ended.circuits[name]).toBe('');
    const { reason = '', tries } = (await flow.judgement(`${name}-odd`)) ?? {};
    expect(reason).toMatch(/^refused 5 times while others were judged; the last time: /);
    expect(flow.judge.asked().get(`${name}-odd`)).toBe(tries);
    // The first refusals of a judge of whom nothing is known yet do not count.
    expect(tries).toBeLessThanOrEqual(7);
  });
});

describe('a fault that every text meets with', () => {
  it.for(shared)('opens the circuit, says why, and keeps them all: %s', (name) => {
    expect(blocked.states[name]).toEqual(Array(6).fill('waiting'));
    expect(blocked.circuits[name]).toMatch(
      name === 'parameter'
        ? /does not take the call's form.*max_completion_tokens.*\(422, extra_forbidden, max_completion_tokens\)/
        : /\(400, odd_call\), and nothing else gets through; check/,
    );
  });

  it.for(shared)('is over once somebody has mended it, and all are judged: %s', (name) => {
    expect(ended.states[name]).toEqual(Array(6).fill('judged'));
    expect(ended.circuits[name]).toBe('');
  });
});

describe('what a judgement costs', () => {
  const item = async (id: string) => (await flow.judgement(id)) as JudgementItem & { inputTokens?: number };
  const reservedUsd = (id: string) => {
    const texts = responseRecord(id, 0, { surface: id });
    return largestCallUsd(
      rubricOf(id),
      testJudge(),
      judgePrompt(rubricOf(id), texts as JudgedTexts, '0'.repeat(24)),
    );
  };

  it('is what the provider says', async () => {
    const usage = { inputTokens: 1_000, cachedInputTokens: 0, outputTokens: 100 };
    const usd = judgeCostUsd(testPrices, usage);
    expect(await item('told')).toMatchObject({ state: 'judged', costUsd: usd, ...usage });
  });

  it.for(['untold', 'absurd'])('is what was reserved where it does not say what can be: %s', async (id) => {
    const judged = await item(id);
    expect(judged.state).toBe('judged');
    expect(judged.costUsd).toBeCloseTo(reservedUsd(id), 12);
    expect(judged.inputTokens).toBeUndefined();
  });

  it('is told where it is said to be more than it can', async () => {
    const minutes = Array.from({ length: 30 }, (_, ago) => (Math.floor(Date.now() / minute) - ago) * minute);
    const values = await Promise.all(minutes.map((at) => flow.gauge(metric.overcharged, at)));
    expect(values.filter((value) => value !== undefined)).toEqual([1]);
  });

  it('stands in the day for each call that was taken, those without an answer too', async () => {
    const calls = flow.judge.asked().get('page') ?? 0;
    expect(calls).toBeGreaterThan(1);
    const spending = await readSpending(createDynamo(), String(process.env[env.seriesTable]));
    const noted = spending.get(dayKey(Date.now()))?.spentUsd ?? 0;
    const judged = [...(await flow.judgements()).values()]
      .flat()
      .reduce((sum, { costUsd = 0 }) => sum + costUsd, 0);
    expect(noted).toBeGreaterThanOrEqual(judged + calls * reservedUsd('page') - 1e-9);
  });
});
