import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type MetricQuery, readMetrics } from '#adapters/cloudwatch/read-metrics.ts';
import { rubricsOf } from '#core/catalogue/catalogue.ts';
import type { TokenUsage } from '#core/judging/token-usage.ts';
import { dimension, metric, metricNamespace } from '#core/names.ts';
import { day } from '#core/time.ts';
import type { Target } from '../target/target.ts';

/** What a target's own metrics tell. */
export interface Measurements {
  /** What a judge call of the last two weeks took, by `surface|rubric id`. */
  readonly usage: ReadonlyMap<string, TokenUsage>;
  /** Mean time of an answer, milliseconds. */
  readonly judgeMs: number | undefined;
  /** A simulated or recorded judge counts characters over four, and its answers are no model's. */
  readonly isRealJudge: boolean;
  /** Of the last week; undefined where nothing tells. */
  readonly responsesPerDay: number | undefined;
}

export async function measureTarget(target: Target): Promise<Measurements> {
  const isStack = target.session === undefined;
  return {
    ...(await readUsage(target)),
    isRealJudge: isStack || target.judge === 'openai',
    responsesPerDay: isStack ? await readTraffic(target.stage) : undefined,
  };
}

/** The judge's own metrics, averaged over its calls. */
async function readUsage({ catalogue, stage }: Target): Promise<Pick<Measurements, 'usage' | 'judgeMs'>> {
  const cloudwatch = new CloudWatchClient({});
  const places = catalogue.surfaces.flatMap(({ surface }) =>
    [...new Set(rubricsOf(catalogue, surface).map(({ id }) => id))].map((rubric) => ({ surface, rubric })),
  );
  const names = [metric.inputTokens, metric.cachedTokens, metric.outputTokens, metric.judgeLatency];
  const queries = places.flatMap(({ surface, rubric }) =>
    names.flatMap((name) =>
      (['Sum', 'SampleCount'] as const).map(
        (statistic): MetricQuery => ({
          namespace: metricNamespace(stage),
          name,
          dimensions: { [dimension.surface]: surface, [dimension.rubric]: rubric },
          statistic,
        }),
      ),
    ),
  );
  const now = Date.now();
  const values = await readMetrics(
    cloudwatch,
    queries,
    { from: now - 14 * day, to: now + day },
    86_400,
  ).finally(() => cloudwatch.destroy());
  const sums = values.map((each) => each.reduce((sum, value) => sum + value, 0));
  const usage = new Map<string, TokenUsage>();
  let latency = 0;
  let calls = 0;
  for (const [index, { surface, rubric }] of places.entries()) {
    const at = (name: number, statistic: number) => sums[index * 8 + name * 2 + statistic] ?? 0;
    const counted = at(0, 1);
    latency += at(3, 0);
    calls += at(3, 1);
    if (counted === 0) continue;
    usage.set(`${surface}|${rubric}`, {
      inputTokens: at(0, 0) / counted,
      cachedInputTokens: at(1, 0) / counted,
      outputTokens: at(2, 0) / counted,
    });
  }
  return { usage, judgeMs: calls === 0 ? undefined : latency / calls };
}

/** Responses a day of the last week, from the gauge of each hour; undefined where it has not run a day. */
async function readTraffic(stage: string): Promise<number | undefined> {
  const cloudwatch = new CloudWatchClient({});
  const now = Date.now();
  const query = { namespace: metricNamespace(stage), name: metric.received, statistic: 'Average' } as const;
  const [hours = []] = await readMetrics(
    cloudwatch,
    [query],
    { from: now - 7 * day, to: now },
    3_600,
  ).finally(() => cloudwatch.destroy());
  if (hours.length < 24) return undefined;
  return (24 * hours.reduce((sum, value) => sum + value, 0)) / hours.length;
}
