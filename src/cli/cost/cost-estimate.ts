import type { Catalogue } from '#core/catalogue/catalogue.ts';
import {
  awsBill,
  type BillLine,
  expectedTraffic,
  responsesPerMonth,
  type SurfaceTraffic,
  verdictsPerMonth,
} from '#core/cost/aws-bill.ts';
import { pricesAsOf, pricesRegion } from '#core/cost/aws-prices.ts';
import { anchorsBill, type JudgeBillLine, judgeBill } from '#core/cost/judge-bill.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { CliError } from '../terminal/output.ts';
import type { CostOptions } from './cost.ts';
import { costWords } from './cost-text.ts';
import { judgeCalls, type MeasuredUsage, meanTextCharacters, readTexts } from './cost-usage.ts';

export interface Cost {
  readonly prices: { readonly region: string; readonly asOf: string };
  /** Where the traffic comes from. */
  readonly trafficFrom: 'files' | 'option' | 'stack';
  readonly responsesPerDay: number;
  readonly responsesPerMonth: number;
  readonly verdictsPerMonth: number;
  readonly aws: {
    readonly lines: readonly BillLine[];
    /** US dollars a month. */
    readonly fixedUsd: number;
    readonly trafficUsd: number;
    readonly usd: number;
    /** US dollars for a million responses more. */
    readonly perMillionResponses: number;
  };
  readonly judge: {
    readonly lines: readonly JudgeBillLine[];
    readonly anchorsUsd: number;
    readonly usd: number;
    readonly perMillionResponses: number;
    readonly capUsdPerMonth: number;
  };
}

/** What the bill is made for. */
interface Place {
  readonly catalogue: Catalogue;
  readonly measured: MeasuredUsage | undefined;
  readonly isRealJudge: boolean;
  /** Responses a day of the last week; undefined where nothing tells. */
  readonly responsesPerDay: number | undefined;
}

/** Prints what a month costs. */
export async function showCost(options: CostOptions): Promise<void> {
  if (options.local !== undefined && options.stack !== undefined)
    throw new CliError('Wanted --local or --stack, got both. Name one.');
  const place = await findPlace(options);
  const texts =
    options.responses === undefined ? undefined : await readTexts(options.responses, place.catalogue);
  const trafficFrom =
    options.responsesPerDay !== undefined
      ? 'option'
      : place.responsesPerDay !== undefined
        ? 'stack'
        : 'files';
  const traffic = expectedTraffic(place.catalogue, options.responsesPerDay ?? place.responsesPerDay);
  const calls = judgeCalls(place.catalogue, traffic, { ...place, texts });
  const lines = awsBill({
    catalogue: place.catalogue,
    traffic,
    textCharacters: meanTextCharacters(texts, calls),
    judgeMs: place.isRealJudge ? place.measured?.judgeMs : undefined,
  });
  const cost = totalUp(place.catalogue, traffic, trafficFrom, lines, judgeBill(calls));
  console.log(options.json === true ? JSON.stringify(cost, null, 2) : costWords(cost));
}

function totalUp(
  catalogue: Catalogue,
  traffic: readonly SurfaceTraffic[],
  trafficFrom: Cost['trafficFrom'],
  lines: readonly BillLine[],
  tokens: readonly JudgeBillLine[],
): Cost {
  const responses = responsesPerMonth(traffic);
  const sum = (values: readonly { readonly usd: number }[]) => values.reduce((all, { usd }) => all + usd, 0);
  const fixedUsd = sum(lines.filter(({ kind }) => kind === 'fixed'));
  const trafficUsd = sum(lines.filter(({ kind }) => kind === 'traffic'));
  const perMillion = (usd: number) => (responses === 0 ? 0 : (usd / responses) * 1e6);
  const anchorsUsd = anchorsBill(catalogue, tokens);
  const verdictsUsd = sum(tokens);
  return {
    prices: { region: pricesRegion, asOf: pricesAsOf },
    trafficFrom,
    responsesPerDay: traffic.reduce((all, each) => all + each.responsesPerDay, 0),
    responsesPerMonth: responses,
    verdictsPerMonth: verdictsPerMonth(traffic),
    aws: {
      lines,
      fixedUsd,
      trafficUsd,
      usd: fixedUsd + trafficUsd,
      perMillionResponses: perMillion(trafficUsd),
    },
    judge: {
      lines: tokens,
      anchorsUsd,
      usd: verdictsUsd + anchorsUsd,
      perMillionResponses: perMillion(verdictsUsd),
      capUsdPerMonth: catalogue.spendingCapUsdPerDay * (365.25 / 12),
    },
  };
}

async function findPlace({ local, stack }: CostOptions): Promise<Place> {
  if (local === undefined && stack === undefined)
    return {
      catalogue: await requireCatalogue(),
      measured: undefined,
      isRealJudge: false,
      responsesPerDay: undefined,
    };
  const [{ openSource }, { readUsage }] = await Promise.all([
    import('../target/target.ts'),
    import('./cost-usage.ts'),
  ]);
  const source = await openSource({ local: local ?? '', ...(stack !== undefined && { stack }) });
  try {
    return {
      catalogue: source.catalogue,
      measured: await readUsage(source.catalogue, source.stage),
      isRealJudge: stack !== undefined || source.judge === 'openai',
      responsesPerDay: stack === undefined ? undefined : await readTraffic(source.stage),
    };
  } finally {
    await source.close();
  }
}

/** Responses a day of the last week, from the gauge of each hour; undefined where it has not run a day. */
async function readTraffic(stage: string): Promise<number | undefined> {
  const [{ CloudWatchClient }, { readMetrics }, { metric, metricNamespace }] = await Promise.all([
    import('@aws-sdk/client-cloudwatch'),
    import('#adapters/cloudwatch/stage-metrics.ts'),
    import('#core/names.ts'),
  ]);
  const cloudwatch = new CloudWatchClient({});
  const now = Date.now();
  const query = { namespace: metricNamespace(stage), name: metric.received, statistic: 'Average' } as const;
  const [hours = []] = await readMetrics(
    cloudwatch,
    [query],
    { from: now - 7 * 86_400_000, to: now },
    3_600,
  ).finally(() => cloudwatch.destroy());
  if (hours.length < 24) return undefined;
  return (24 * hours.reduce((sum, value) => sum + value, 0)) / hours.length;
}
