import { type Catalogue, rubricsOf } from '#core/catalogue/catalogue.ts';
import type { JudgeCalls } from '#core/cost/judge-bill.ts';
import {
  charactersPerToken,
  promptCharacters,
  promptSize,
  schemaCharacters,
  usageOfSize,
  withCacheWrites,
} from '#core/cost/judge-prompt-size.ts';
import { type SurfaceTraffic, sumOf } from '#core/cost/traffic.ts';
import { judgeOf } from '#core/judges/find-judge.ts';
import type { JudgedTexts } from '#core/rubric/prompt.ts';
import { repeatsOf } from '#core/rubric/repeats.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import type { Measurements } from './cost-measure.ts';
import type { TextsBySurface } from './cost-texts.ts';

/** Where nobody's records are at hand: a question of 80 words and an answer of 250. */
const assumedTexts: JudgedTexts = {
  request: { messages: [{ role: 'user', content: 'x'.repeat(500) }] },
  response: { content: 'x'.repeat(1_500) },
};

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

/** Where tokens are known from. */
export interface UsageSources {
  readonly texts: TextsBySurface | undefined;
  readonly measured: Measurements | undefined;
}

/** The judge calls that traffic makes, each with the best that is known of its tokens. */
export function judgeCalls(
  catalogue: Catalogue,
  traffic: readonly SurfaceTraffic[],
  sources: UsageSources,
): JudgeCalls[] {
  const calls = traffic.flatMap(({ surface, responsesPerDay, sampleRate }) =>
    rubricsOf(catalogue, surface).map((rubric) => ({
      surface,
      rubric,
      judge: judgeOf(catalogue, rubric),
      callsPerDay: responsesPerDay * sampleRate * repeatsOf(rubric),
    })),
  );
  return calls.map((each) => {
    const sharing = calls.filter(({ rubric }) => rubric === each.rubric);
    const perDay = sumOf(sharing, ({ callsPerDay }) => callsPerDay);
    return { ...each, ...usageOf(each.surface, each.rubric, perDay, sources) };
  });
}

function usageOf(
  surface: string,
  rubric: Rubric,
  callsPerDay: number,
  { texts, measured }: UsageSources,
): Pick<JudgeCalls, 'usage' | 'source' | 'size'> {
  const own = texts?.get(surface) ?? texts?.get('*');
  if (own !== undefined) {
    const size = promptSize(rubric, mean(own.map((each) => promptCharacters(rubric, each))));
    return { usage: usageOfSize(size, callsPerDay), source: 'records', size };
  }
  const known = measured?.usage.get(`${surface}|${rubric.id}`);
  if (known !== undefined) {
    if (measured?.isRealJudge === true)
      return {
        usage: withCacheWrites(known),
        source: 'measured',
        size: promptSize(rubric, charactersPerToken * known.inputTokens),
      };
    // The local judge's server counts the messages and not the schema.
    const size = promptSize(rubric, charactersPerToken * known.inputTokens + schemaCharacters(rubric));
    return { usage: usageOfSize(size, callsPerDay), source: 'records', size };
  }
  const size = promptSize(rubric, promptCharacters(rubric, assumedTexts));
  return { usage: usageOfSize(size, callsPerDay), source: 'assumed', size };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
