import { describe, expect, it } from 'vitest';
import { awsBill, type BillLine } from '#core/cost/aws-bill.ts';
import { anchorsBill, judgeBill } from '#core/cost/judge-bill.ts';
import {
  cacheableTokens,
  prefixCharacters,
  promptCharacters,
  promptSize,
} from '#core/cost/judge-prompt-size.ts';
import { expectedTraffic, responsesPerMonth, verdictsPerMonth } from '#core/cost/traffic.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { shippedThroughput } from '#core/throughput.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { testJudge } from '#test/support/judges.ts';

const catalogue = testCatalogue({
  surfaces: [
    { surface: 'chat', expectedPerDay: 900_000, sampleRate: 0.05 },
    { surface: 'default', tier: 3, expectedPerDay: 100_000, sampleRate: 0.05 },
  ],
});

function usdOf(lines: readonly BillLine[], service: string, item: string): number {
  const found = lines.find((line) => line.service === service && line.item.startsWith(item));
  if (found === undefined) throw new Error(`no line "${item}" of ${service}`);
  return found.usd;
}

/**
 * A million responses a day at 5%, texts of 1,500 characters: 30,437,500 responses and 1,521,875 verdicts a month. Five
 * pollers of 20 s make batches of 46.30, 657,450 a month, with 41.67 records of one surface and 4.63 of the other in each, and
 * 2.31 verdicts, which are a batch of the judge's.
 */
describe('the bill of a million responses a day', () => {
  const traffic = expectedTraffic(catalogue);
  const lines = awsBill({ catalogue, traffic, textCharacters: 1_500, judgeMs: 5_000 });
  const usd = (service: string, item: string) => usdOf(lines, service, item);

  it('counts responses and verdicts', () => {
    expect(responsesPerMonth(traffic)).toBeCloseTo(30_437_500, 3);
    expect(verdictsPerMonth(traffic)).toBeCloseTo(1_521_875, 3);
  });

  it.each([
    // 30,437,500 x $0.40 a million
    ['SQS', 'senders', 12.175],
    // one receive and one delete for ten: 6,087,500
    ['SQS', 'received', 2.435],
    // 1,521,875 x (0.1 sent + 0.2)
    ['SQS', 'judge queue', 0.182625],
    // (657,450 x 100 ms + 30,437,500 x 0.031 ms) = 66,688.5625 s at 1 GB x $0.0000133334
    ['Lambda', 'sampler', 0.889185],
    // 657,450 calls of 5 s at 0.75 GB = 2,465,437.5 GB-s
    ['Lambda', 'judge', 32.872664],
    // 657,450 batches x (4 + 3.349 slices x 4 units + 1.990 marks) x $0.625 a million
    ['DynamoDB', 'counters', 12.89706],
    // 1,521,875 x 5.46 units; 675 bytes of packed texts fit the first KB
    ['DynamoDB', 'verdicts and texts', 5.193398],
    // 1,521,875 x (0.02 units, and a quarter of them once more 0.1) x $0.125 a million
    ['DynamoDB', "evaluator's reads of verdicts", 0.008561],
    // 2 judges at work, each reading it 8,766 times, x $5 a million
    ['Secrets Manager', "reads of the judge's key", 0.08766],
    // 50,000 a day x (395 d x 700 B + 30 d x 675 B) = 14.8375 GB x $0.45
    ['DynamoDB', 'verdicts kept', 6.676875],
    // 657,450 calls x $10 a million
    ['CloudWatch', "judge's live metrics", 6.5745],
  ])('charges for %s, %s', (service, item, dollars) => {
    expect(usd(service, item)).toBeCloseTo(dollars, 5);
  });

  it.each([
    // 43,830 ticks of 40 ms + 2 SLOs x 2 ms at 1.7275 GB
    ['Lambda', 'evaluator', 43_830 * 0.044 * (1_769 / 1_024) * 0.0000133334],
    // 43,830 x (1 + 2 x 2.6) units x $0.125 a million
    ['DynamoDB', 'evaluator reads', 0.033968],
    // 43,830 x (2 + 2 x 0.06) + 730.5 x (3 + 2 x 6.7) units
    ['DynamoDB', 'evaluator writes', 0.065562],
    // 2 queues x 15 a minute
    ['SQS', "Lambda's polling", 0.52596],
    ['KMS', 'key', 1],
  ])('owes for %s, %s without any traffic', (service, item, dollars) => {
    expect(usd(service, item)).toBeCloseTo(dollars, 5);
    const idle = awsBill({ catalogue, traffic: expectedTraffic(catalogue, 0), textCharacters: 1_500 });
    expect(usdOf(idle, service, item)).toBeCloseTo(dollars, 5);
  });

  it('is nothing but what is fixed where nothing is sent', () => {
    const idle = awsBill({ catalogue, traffic: expectedTraffic(catalogue, 0), textCharacters: 1_500 });
    for (const line of idle) expect(Number.isFinite(line.usd), line.item).toBe(true);
    expect(idle.filter(({ kind, usd }) => kind === 'traffic' && usd > 0)).toEqual([]);
  });

  it('charges long messages by their 64 KB', () => {
    const long = awsBill({ catalogue, traffic, textCharacters: 70_000 });
    expect(usdOf(long, 'SQS', 'senders')).toBeCloseTo(2 * 12.175, 6);
    // 70,500 B x 10 in 11 requests, and one to delete them.
    expect(usdOf(long, 'SQS', 'received')).toBeCloseTo(14.61, 6);
  });

  it('charges less where one poller fills the batches of all: 231.48 records, 10 judgements', () => {
    const fewer = awsBill({ catalogue, traffic, textCharacters: 1_500, judgeMs: 5_000, pollers: 1 });
    // 131,490 batches x 2 surfaces x 17 units
    expect(usdOf(fewer, 'DynamoDB', 'counters')).toBeCloseTo(2.794163, 3);
    // 152,187.5 calls of 5 s
    expect(usdOf(fewer, 'Lambda', 'judge')).toBeCloseTo(7.609413, 5);
    const two = { ...shippedThroughput, samplerConcurrency: 2 };
    const input = { catalogue, traffic, textCharacters: 1_500 };
    expect(awsBill({ ...input, throughput: two })).toEqual(
      awsBill({ ...input, throughput: two, pollers: 2 }),
    );
  });

  it('charges for counters by what fits an invocation: 470 records of 12 KB', () => {
    const many = expectedTraffic(catalogue, 1e9);
    const units = (textCharacters: number) =>
      awsBill({ catalogue, traffic: many, textCharacters }).find(({ item }) => item === 'counters')?.quantity;
    expect((units(11_788) ?? 0) / (units(1_500) ?? 1)).toBeCloseTo(2_000 / 470, 1);
  });

  it('grows by the days that late feedback writes again', () => {
    const item = (feedback: boolean) =>
      usdOf(
        awsBill({
          catalogue: { ...catalogue, surfaces: catalogue.surfaces.map((each) => ({ ...each, feedback })) },
          traffic: expectedTraffic(catalogue, 1e9),
          textCharacters: 1_500,
        }),
        'DynamoDB',
        'days written again',
      );
    expect(item(false)).toBe(0);
    // Both surfaces in each of 43,830 ticks, 39 units each
    expect(item(true)).toBeCloseTo(43_830 * 2 * 39 * 0.625e-6, 6);
  });

  it('takes records one by one where they are rare', () => {
    const rare = awsBill({ catalogue, traffic: expectedTraffic(catalogue, 100), textCharacters: 1_500 });
    const calls = rare.find(({ item }) => item === 'sampler and judge');
    // 100 batches of one and 5 verdicts a day
    expect(calls?.quantity).toBeCloseTo(105 * 30.4375, 6);
  });
});

describe("the judge's tokens", () => {
  const rubric = testRubric();
  const texts = {
    request: { messages: [{ role: 'user', content: 'x'.repeat(400) }] },
    response: { content: 'y' },
  };

  it('tell the part of the prompt that never changes: all up to the nonce', () => {
    const { system, user } = judgePrompt(rubric, texts, 'abcdefabcdefabcdefabcdef');
    const schema = promptCharacters(rubric, texts) - system.length - user.length;
    expect(prefixCharacters(rubric)).toBe(schema + system.length + user.indexOf('abcdef'));
  });

  it.each([
    [1_023, 0],
    [1_024, 1_024],
    [1_151, 1_024],
    [1_152, 1_152],
  ])('of a prefix of %i come from the cache: %i', (prefix, cached) => {
    expect(cacheableTokens(prefix)).toBe(cached);
  });

  it('are counted at four characters each, output assumed', () => {
    const size = promptSize(rubric, 8_001);
    expect(size).toMatchObject({ inputTokens: 2_001, outputTokens: 290 });
  });

  it('cost by the rubric’s prices, and the anchors beside them', () => {
    const usage = { inputTokens: 2_000, cachedInputTokens: 1_024, outputTokens: 500 };
    const size = { prefixTokens: 1_100, inputTokens: 2_000, outputTokens: 500 };
    const [line] = judgeBill([
      { surface: 'chat', rubric, judge: testJudge(), callsPerDay: 1_000, usage, source: 'records', size },
    ]);
    // 976 x $0.25 + 1,024 x $0.025 + 500 x $2, a million
    expect(line).toMatchObject({ isCacheable: true, prefixShare: 0.55, callsPerMonth: 30_437.5 });
    expect(line?.usdPerCall).toBeCloseTo(0.0012696, 10);
    expect(line?.usd).toBeCloseTo(38.64345, 5);
    // 200 a day are $0.25392, within a tenth of the cap of $25.
    expect(anchorsBill(catalogue, line === undefined ? [] : [line])).toBeCloseTo(0.25392 * 30.4375, 6);
    expect(anchorsBill({ ...catalogue, spendingCapUsdPerDay: 2.5 }, line === undefined ? [] : [line])).toBe(
      0,
    );
  });
});
