import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { estimateCost } from '#cli/cost/cost-estimate.ts';
import { awsBill } from '#core/cost/aws-bill.ts';
import { awsPrices, pricesAsOf } from '#core/cost/aws-prices.ts';
import { countAlarms } from '#core/cost/count-alarms.ts';
import { cacheableTokens, prefixCharacters, promptSize } from '#core/cost/judge-prompt-size.ts';
import { countMetrics } from '#core/cost/published-metrics.ts';
import { expectedTraffic, sumOf } from '#core/cost/traffic.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { formatNumber } from '#core/slo/words/format.ts';
import { expectTable } from '#test/support/generated-table.ts';
import { formatDollars } from '#test/support/scale-rows.ts';
import { shippedCatalogue } from '#test/support/shipped.ts';

/** WRITE_TABLES=1 npx vitest run test/docs/cost.test.ts writes the tables anew. */
describe('docs/cost.md', async () => {
  const shipped = await shippedCatalogue();
  const estimate = (responsesPerDay?: number) =>
    estimateCost({ catalogue: shipped, responsesPerDay, texts: undefined, measured: undefined });
  /** AWS where one poller fills the batches of all. */
  const leastAws = (responsesPerDay?: number) =>
    sumOf(
      awsBill({
        catalogue: shipped,
        traffic: expectedTraffic(shipped, responsesPerDay),
        textCharacters: 2_000,
        pollers: 1,
      }),
      ({ usd }) => usd,
    );

  it('shows the bill of the shipped files', async () => {
    const { aws, judge, responsesPerDay } = estimate();
    const { perMetric, perAlarm } = awsPrices.cloudwatch;
    const metrics = countMetrics(shipped);
    const alarms = countAlarms(shipped);
    await expectTable('docs/cost.md', 'shipped', [
      [`${formatNumber(responsesPerDay)} responses a day`, 'a month', 'grows with'],
      ['judge model', formatDollars(judge.usd), 'responses x sample rate x rubrics x tokens'],
      [
        `CloudWatch metrics (${metrics}) and alarms (${alarms})`,
        formatDollars(metrics * perMetric + alarms * perAlarm),
        'surfaces x SLOs x severities',
      ],
      ['AWS without any traffic, CloudWatch included', formatDollars(aws.fixedUsd), 'as above'],
      [
        'AWS for each million responses',
        `$${aws.perMillionResponses.toFixed(2)}`,
        'responses, less per response in larger batches',
      ],
      ['**all of it**', `**${formatDollars(aws.usd + judge.usd)}**`, ''],
    ]);
  });

  it('shows the judge’s bill before and after, by judge and tier', async () => {
    // Version 1 as it was: its rubrics, its model, with today's way of counting.
    const before = {
      ...shipped,
      rubrics: shipped.rubrics.map((rubric): Rubric => {
        const isFirst = rubric.judge.model === 'gpt-5-mini';
        return { ...rubric, state: isFirst ? 'active' : 'retired' };
      }),
    };
    const { judge: old } = estimateCost({
      catalogue: before,
      responsesPerDay: undefined,
      texts: undefined,
      measured: undefined,
    });
    const { judge } = estimate();
    const dollars = (usd: number) => `$${usd.toFixed(2)}`;
    await expectTable('docs/cost.md', 'judges', [
      ['rubrics', 'judge', 'tier', 'a million responses', 'a month', 'list prices of'],
      ...old.compared
        .filter(({ isAsked }) => isAsked)
        .map((row) => [
          'version 1, retired',
          `\`${row.judge}\``,
          row.tier,
          dollars(row.perMillionResponses),
          formatDollars(row.usd),
          row.asOf,
        ]),
      ...judge.compared.map((row) => [
        'as shipped',
        `\`${row.judge}\``,
        row.isAsked ? `${row.tier}, asked first` : row.tier,
        dollars(row.perMillionResponses),
        formatDollars(row.usd),
        row.asOf,
      ]),
    ]);
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const of = (tier: string) =>
      judge.compared.find((row) => row.judge === 'gpt-6-luna' && row.tier === tier);
    for (const usd of [
      old.perMillionResponses,
      ...['standard', 'flex'].map((tier) => of(tier)?.perMillionResponses),
    ])
      expect(readme).toContain(dollars(usd ?? Number.NaN));
    expect(readme).toContain(`$${estimate().aws.perMillionResponses.toFixed(2)} of AWS`);
    expect(of('standard')?.perMillionResponses).toBeLessThanOrEqual(25);
    expect(of('flex')?.perMillionResponses).toBeLessThanOrEqual(13);
  });

  it('says up to which time of an answer flex pays', async () => {
    const text = await readFile(new URL('../../docs/cost.md', import.meta.url), 'utf8');
    const flexed = {
      ...shipped,
      judges: (shipped.judges ?? []).map((each) => ({ ...each, tier: 'flex' as const })),
    };
    const seconds = [undefined, 1e7].map((perDay) => {
      const { aws, judge } = estimateCost({
        catalogue: flexed,
        responsesPerDay: perDay,
        texts: undefined,
        measured: undefined,
      });
      const { savesUsd, paysBelowMs } = judge.flex ?? { savesUsd: Number.NaN, paysBelowMs: Number.NaN };
      const slow = estimateCost({
        catalogue: flexed,
        responsesPerDay: perDay,
        texts: undefined,
        measured: { usage: new Map(), judgeMs: paysBelowMs, isRealJudge: true, responsesPerDay: undefined },
      });
      expect((slow.aws.usd - aws.usd) / savesUsd).toBeCloseTo(1, 1);
      return Math.round(paysBelowMs / 1_000);
    });
    expect(text).toContain(`over ${seconds[0]} s on average`);
    expect(text).toContain(`${seconds[1]} s at ten million responses a day`);
    const { judge } = estimateCost({
      catalogue: shipped,
      responsesPerDay: undefined,
      texts: undefined,
      measured: undefined,
    });
    expect(judge.flex).toBeUndefined();
    expect(judge.usdWithoutFlex).toBe(judge.usd);
  });

  it('shows how long the prefix of each shipped rubric is', async () => {
    const active = shipped.rubrics.filter(({ state }) => state === 'active');
    await expectTable('docs/cost.md', 'prefixes', [
      ['rubric', 'characters', 'tokens, at four characters each', 'of them cached'],
      ...active.map((rubric) => {
        const { prefixTokens } = promptSize(rubric, 0);
        return [
          `\`${rubricName(rubric)}\``,
          formatNumber(prefixCharacters(rubric)),
          formatNumber(prefixTokens),
          formatNumber(cacheableTokens(prefixTokens)),
        ];
      }),
    ]);
  });

  it('shows what pollers make of it', async () => {
    const rows = [1e5, 3.5e5, 1e7, 1e9].map((perDay) => [
      formatNumber(perDay),
      formatDollars(leastAws(perDay)),
      formatDollars(estimate(perDay).aws.usd),
      formatDollars(estimate(perDay).judge.usd),
    ]);
    await expectTable('docs/cost.md', 'pollers', [
      ['responses a day', 'AWS, one poller', 'AWS, five', 'judge'],
      ...rows,
    ]);
  });

  it('shows every price, with its date', async () => {
    const rows = Object.entries(awsPrices).flatMap(([service, prices]) =>
      Object.entries(prices).map(([what, usd]) => [service, what, `$${usd}`]),
    );
    await expectTable('docs/cost.md', 'prices', [[`us-east-1, ${pricesAsOf}`, 'of', 'price'], ...rows]);
    expect(rows.length).toBeGreaterThan(15);
  });
});
