import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type MetricQuery, readMetrics } from '#adapters/cloudwatch/stage-metrics.ts';
import { type Catalogue, rubricsOf, surfaceOf } from '#core/catalogue/catalogue.ts';
import type { SurfaceTraffic } from '#core/cost/aws-bill.ts';
import type { JudgeCalls } from '#core/cost/judge-bill.ts';
import type { TokenUsage } from '#core/cost/judge-cost.ts';
import {
  charactersPerToken,
  promptCharacters,
  promptSize,
  schemaCharacters,
  usageOfSize,
} from '#core/cost/judge-prompt-size.ts';
import { dimension, metric, metricNamespace } from '#core/names.ts';
import { parseRecord } from '#core/record/parse-record.ts';
import type { JudgedTexts } from '#core/rubric/prompt.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { day } from '#core/time.ts';
import { readInputRecords } from '#local/replay/input-records.ts';
import { CliError } from '../terminal/output.ts';

/** Texts of records by surface; `*` holds all of them. */
export type TextsBySurface = ReadonlyMap<string, readonly JudgedTexts[]>;

/** Where nobody's records are at hand: a question of 80 words and an answer of 250. */
const assumedTexts: JudgedTexts = {
  request: { messages: [{ role: 'user', content: 'x'.repeat(500) }] },
  response: { content: 'x'.repeat(1_500) },
};

/** Texts of a responses file, those that the judge would see. @throws CliError where there are none */
export async function readTexts(file: string, catalogue: Catalogue): Promise<TextsBySurface> {
  const records = await readInputRecords(file).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`--responses: ${file} cannot be read (${error.code ?? error.message}).`);
  });
  const found = new Map<string, JudgedTexts[]>();
  for (const { body, at } of records) {
    const parsed = parseRecord(body, at);
    if (parsed.kind !== 'response') continue;
    const { request, response, context, surface } = parsed.record;
    if (typeof response?.content !== 'string') continue;
    const texts = { request, response, context } as JudgedTexts;
    for (const name of ['*', surfaceOf(catalogue, surface).surface]) {
      const own = found.get(name) ?? [];
      own.push(texts);
      found.set(name, own);
    }
  }
  if (!found.has('*'))
    throw new CliError(
      `--responses: ${file} holds no record with an answer's text. Wanted one record a line (docs/records.md).`,
    );
  return found;
}

/** Mean length of the texts alone, characters. */
export function meanTextCharacters(texts: TextsBySurface | undefined, calls: readonly JudgeCalls[]): number {
  const all = texts?.get('*');
  if (all !== undefined) return mean(all.map((each) => JSON.stringify(each).length));
  const perDay = calls.reduce((sum, { callsPerDay }) => sum + callsPerDay, 0);
  const weighed = calls.reduce(
    (sum, { callsPerDay, usage, size }) =>
      sum + callsPerDay * charactersPerToken * Math.max(0, usage.inputTokens - size.prefixTokens),
    0,
  );
  return perDay === 0 ? 0 : weighed / perDay;
}

/** What judge calls of the last two weeks took, by `surface|rubric id`. */
export interface MeasuredUsage {
  readonly usage: ReadonlyMap<string, TokenUsage>;
  /** Mean time of an answer, milliseconds. */
  readonly judgeMs: number | undefined;
}

/** The judge's own metrics, averaged over its calls. */
export async function readUsage(catalogue: Catalogue, stage: string): Promise<MeasuredUsage> {
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

export interface UsageSources {
  readonly texts: TextsBySurface | undefined;
  readonly measured: MeasuredUsage | undefined;
  /** A simulated or recorded judge counts characters over four, and its answers are no model's. */
  readonly isRealJudge: boolean;
}

/** The judge calls that traffic makes, each with the best that is known of its tokens. */
export function judgeCalls(
  catalogue: Catalogue,
  traffic: readonly SurfaceTraffic[],
  sources: UsageSources,
): JudgeCalls[] {
  return traffic.flatMap(({ surface, responsesPerDay, sampleRate }) =>
    rubricsOf(catalogue, surface).map((rubric) => ({
      surface,
      rubric,
      callsPerDay: responsesPerDay * sampleRate,
      ...usageOf(surface, rubric, sources),
    })),
  );
}

function usageOf(
  surface: string,
  rubric: Rubric,
  { texts, measured, isRealJudge }: UsageSources,
): Pick<JudgeCalls, 'usage' | 'source' | 'size'> {
  const own = texts?.get(surface) ?? texts?.get('*');
  if (own !== undefined) {
    const size = promptSize(rubric, mean(own.map((each) => promptCharacters(rubric, each))));
    return { usage: usageOfSize(size), source: 'records', size };
  }
  const known = measured?.usage.get(`${surface}|${rubric.id}`);
  if (known !== undefined) {
    if (isRealJudge)
      return {
        usage: known,
        source: 'measured',
        size: promptSize(rubric, charactersPerToken * known.inputTokens),
      };
    // The local judge's server counts the messages and not the schema.
    const size = promptSize(rubric, charactersPerToken * known.inputTokens + schemaCharacters(rubric));
    return { usage: usageOfSize(size), source: 'records', size };
  }
  const size = promptSize(rubric, promptCharacters(rubric, assumedTexts));
  return { usage: usageOfSize(size), source: 'assumed', size };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
