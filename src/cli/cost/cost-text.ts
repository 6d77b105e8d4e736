import type { BillLine } from '#core/cost/aws-bill.ts';
import type { JudgeBillLine, TokenSource } from '#core/cost/judge-bill.ts';
import { charactersPerToken, leastCacheableTokens } from '#core/cost/judge-prompt-size.ts';
import { formatNumber } from '#core/slo/words/format.ts';
import { formatTable } from '../terminal/table.ts';
import { wrap } from '../terminal/text.ts';
import type { Cost } from './cost-estimate.ts';

const trafficSources: Readonly<Record<Cost['trafficFrom'], string>> = {
  files: 'expected by the files in slos/',
  option: 'as asked for',
  stack: "the stack's last week",
};

/** A month's cost, AWS and the judge's tokens apart, with what each line is made of. */
export function formatCost(cost: Cost): string {
  const { aws, judge, prices, findings } = cost;
  const { fixed, traffic } = Object.groupBy(aws.lines, ({ kind }) => kind);
  return [
    `${formatNumber(cost.responsesPerDay)} responses a day (${trafficSources[cost.trafficFrom]}), ${formatNumber(cost.verdictsPerMonth)} verdicts a month.`,
    formatTable([
      ['AWS', '', 'quantity', 'unit', 'unit price', 'a month', 'share'],
      ...[...(fixed ?? []), ...(traffic ?? [])].map((line) => billRow(line, aws.usd)),
    ]),
    [
      `AWS: ${formatDollars(aws.usd)} a month. ${formatDollars(aws.fixedUsd)} of it is the floor, owed without any traffic;`,
      `each million responses adds ${formatDollars(aws.perMillionResponses)} (the lines with *).`,
    ].join('\n'),
    formatTable([
      [
        'Judge tokens',
        'calls',
        'in',
        'cached',
        'written',
        'out',
        'a call',
        'a month',
        'prefix',
        'tokens from',
      ],
      ...judge.lines.map(tokenRow),
    ]),
    [
      wrap(
        `Judge: ${formatDollars(judge.usd)} a month, ${formatDollars(judge.anchorsUsd)} of it at most for anchors once people have calibrated; each million responses adds ${formatDollars(judge.perMillionResponses)}.${judge.usdWithoutFlex > judge.usd ? ` Where flex has no room it would be ${formatDollars(judge.usdWithoutFlex)} a month.` : ''} The cap in slos/policy.yaml allows ${formatDollars(judge.capUsdPerMonth)} a month${judge.zoomUsdPerMonth > 0 ? `; zooming may take ${formatDollars(judge.zoomUsdPerMonth)} of that, beside what is told here` : ''}.`,
      ),
      wrap(describeCache(judge.lines)),
    ].join('\n'),
    formatCompared(judge),
    ...(findings.length === 0
      ? []
      : [
          [
            'What this traffic would run into (docs/scale.md):',
            ...findings.map(({ kind, message }) =>
              wrap(`${kind === 'fault' ? 'Fault' : 'Warning'}: ${message}`),
            ),
          ].join('\n'),
        ]),
    wrap(
      `AWS list prices of ${prices.region} as of ${prices.asOf} (src/core/cost/aws-prices.ts), first tiers, without free tiers; the judges' from rubrics/judges.yaml. Calls are those that the benches count (src/core/cost/measured-calls.ts). The sampler's batches are those of five pollers, as Lambda begins with. Ratings, notices and data transfer are left out.`,
    ),
  ].join('\n\n');
}

function billRow(
  { service, item, quantity, unit, unitPrice, usd: month, kind }: BillLine,
  all: number,
): string[] {
  return [
    service,
    `${item}${kind === 'fixed' ? '' : ' *'}`,
    formatNumber(quantity),
    unit,
    unitPrice < 0.001 ? `$${Number((unitPrice * 1e6).toPrecision(3))} a million` : `$${unitPrice}`,
    formatDollars(month),
    all === 0 ? '-' : `${((100 * month) / all).toFixed(1)}%`,
  ];
}

const tokenSources: Readonly<Record<TokenSource, string>> = {
  measured: "the provider's count",
  records: `your records, ${charactersPerToken} characters a token`,
  assumed: 'assumed: 2,000 characters',
};

function tokenRow(line: JudgeBillLine): string[] {
  return [
    `${line.surface} ${line.rubric}`,
    formatNumber(line.callsPerMonth),
    formatNumber(Math.round(line.inputTokens)),
    formatNumber(Math.round(line.cachedInputTokens)),
    formatNumber(Math.round(line.cacheWriteTokens)),
    formatNumber(Math.round(line.outputTokens)),
    `$${line.usdPerCall.toFixed(5)}`,
    formatDollars(line.usd),
    `${Math.round(100 * line.prefixShare)}%`,
    tokenSources[line.source],
  ];
}

/** The judges of the file side by side. */
function formatCompared({ compared, flex }: Cost['judge']): string {
  const dates = [...new Set(compared.map(({ asOf }) => asOf))].sort();
  return [
    "The judge's bill, if one answered every call, for a million responses and a month:",
    formatTable([
      ['Judge', 'tier', 'a million', 'a month', 'prices of', ''],
      ...compared.map(({ judge, tier, perMillionResponses, usd, asOf, isAsked, retires }) => [
        judge,
        tier,
        formatDollars(perMillionResponses),
        formatDollars(usd),
        asOf,
        [...(isAsked ? ['asked'] : []), ...(retires === undefined ? [] : [`ends ${retires}`])].join(', '),
      ]),
    ]),
    wrap(
      `At list prices of ${dates.join(' and ')} (rubrics/judges.yaml) and sampled as the files say, without anchors. The same tokens are assumed of each judge: another model cuts texts otherwise, and thinks longer or shorter. What the cache does not serve of a prompt that is long enough for it is priced as written to it. Where flex has no room, a call is made and billed at standard. A cheaper judge is a weaker one as a rule: "npx assay agreement" says how it agrees with people.`,
    ),
    ...(flex === undefined
      ? []
      : [
          wrap(
            `Flex saves ${formatDollars(flex.savesUsd)} of tokens a month where it always has room. Lambda waits for its answers: where they take over ${formatNumber(Math.round(flex.paysBelowMs / 1_000))} s on average, waiting costs more than that.`,
          ),
        ]),
  ].join('\n');
}

function describeCache(lines: readonly JudgeBillLine[]): string {
  const rubrics = [...new Map(lines.map((line) => [line.rubric, line])).values()];
  const lengths = rubrics.map(
    ({ rubric, prefixTokens, isCacheable }) =>
      `${rubric} begins with about ${formatNumber(prefixTokens)}, ${isCacheable ? 'which reaches that' : 'which is too short'}`,
  );
  const estimated = lines.some(({ source }) => source !== 'measured');
  return `The prefix is what every call begins with: schema, rubric, examples. OpenAI caches prefixes of ${formatNumber(leastCacheableTokens)} tokens and more while calls follow within minutes: ${lengths.join('; ')}.${estimated ? ' Estimated calls count it as cached where it does; near the limit only the measured count tells.' : ''}`;
}

function formatDollars(dollars: number): string {
  return `$${dollars >= 100 ? formatNumber(dollars) : dollars.toFixed(2)}`;
}
