import type { StoredJudgement } from '#adapters/dynamodb/judgement-item.ts';
import type { TextIdentity } from '#adapters/dynamodb/judgement-texts.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { largestCallUsd } from '#core/cost/judge-charge.ts';
import { judgeCostUsd } from '#core/cost/judge-cost.ts';
import { promptCharacters, promptSize, withCacheWrites } from '#core/cost/judge-prompt-size.ts';
import type { Judge } from '#core/judges/judge.ts';
import { pricesOf } from '#core/judges/prices.ts';
import { type JudgeTask, judgeFingerprint } from '#core/judging/judgement.ts';
import { judgePrompt } from '#core/rubric/prompt.ts';
import { repeatsOf } from '#core/rubric/repeats.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { floorTo, hour, hourKey } from '#core/time.ts';
import type { RatingTarget } from '../target/rating-target.ts';

/** A stored response that the version has not judged, by the judgement whose texts are asked about. */
export interface OpenResponse {
  readonly surface: string;
  readonly judged: StoredJudgement;
  readonly texts: TextIdentity;
  /** What a call is likely to cost and can cost at most, US dollars. */
  readonly usd: number;
  readonly mostUsd: number;
}

export interface RescorePlan {
  /** In the order of their time. */
  readonly open: readonly OpenResponse[];
  /** Responses that the version has judged, or for which it has another end. */
  readonly ended: number;
  /** Responses that it is being asked about. */
  readonly underWay: number;
  /** Responses whose texts have expired. */
  readonly expired: number;
}

export interface RescoreRange {
  readonly surfaces: readonly string[];
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** DynamoDB queries under way at once. */
const width = 16;

/** Texts that are held at once. */
const textsAtOnce = 200;

/** A stand-in of what is new at each call. */
const nonce = '0'.repeat(24);

/** Whether a version may judge a surface. */
export function judgesSurface({ surfaces }: Pick<Rubric, 'surfaces'>, surface: string): boolean {
  return surfaces === 'any' || surfaces.includes(surface);
}

/** Finds what a version is to be asked about: one Query an hour, surface and version. */
export async function planRescore(
  target: RatingTarget,
  { rubric, judge }: { readonly rubric: Rubric; readonly judge: Judge },
  { surfaces, from, to }: RescoreRange,
): Promise<RescorePlan> {
  const plan = { ended: 0, underWay: 0, expired: 0 };
  const hours: { readonly surface: string; readonly at: number }[] = [];
  for (let at = floorTo(from, hour); at < to; at += hour)
    for (const surface of surfaces) hours.push({ surface, at });
  const others = sourcesOf(target.catalogue, rubric);
  const found: Omit<OpenResponse, 'usd' | 'mostUsd'>[] = [];
  await inParallel(hours, width, async ({ surface, at }) => {
    const own = new Map<string, StoredJudgement>();
    for (const each of await target.judgements.readHour(surface, rubric, hourKey(at)))
      if (!isGivenUp(each)) own.set(nameOf(each), each);
    const seen = new Set<string>();
    for (const source of others) {
      if (!judgesSurface(source, surface)) continue;
      for (const judged of await target.judgements.readHour(surface, source, hourKey(at))) {
        const isWanted = judged.state === 'judged' && judged.at >= from && judged.at < to;
        if (!isWanted || seen.has(nameOf(judged))) continue;
        seen.add(nameOf(judged));
        const state = own.get(nameOf(judged))?.state;
        if (state === 'leased' || state === 'waiting') plan.underWay += 1;
        else if (state !== undefined) plan.ended += 1;
        else found.push({ surface, judged, texts: { ...judged, surface, rubric: source } });
      }
    }
  });
  found.sort((a, b) => a.judged.at - b.judged.at || (a.judged.responseId < b.judged.responseId ? -1 : 1));
  const open: OpenResponse[] = [];
  for (let start = 0; start < found.length; start += textsAtOnce) {
    const part = found.slice(start, start + textsAtOnce);
    const texts = await target.judgements.readManyTexts(part.map((each) => each.texts));
    for (const [index, each] of part.entries()) {
      const stored = texts[index];
      if (stored === undefined) plan.expired += 1;
      else open.push({ ...each, ...priceOf(rubric, judge, stored.texts) });
    }
  }
  return { ...plan, open };
}

/** What a call about texts is likely to cost and can cost at most, US dollars. */
function priceOf(rubric: Rubric, judge: Judge, texts: JudgeTask['texts']): { usd: number; mostUsd: number } {
  const { inputTokens, outputTokens } = promptSize(rubric, promptCharacters(rubric, texts));
  const usage = withCacheWrites({ inputTokens, outputTokens, cachedInputTokens: 0 });
  return {
    usd: repeatsOf(rubric) * judgeCostUsd(pricesOf(judge.prices, judge.tier), usage),
    mostUsd: repeatsOf(rubric) * largestCallUsd(rubric, judge, judgePrompt(rubric, texts, nonce)),
  };
}

/** Whose texts may be asked about: other versions of the rubric first, the newest before the others, for they judge the same responses. */
function sourcesOf({ rubrics }: Catalogue, rubric: Rubric): Rubric[] {
  const isOwn = ({ id }: Rubric) => Number(id === rubric.id);
  return rubrics
    .filter(({ id, version }) => id !== rubric.id || version !== rubric.version)
    .sort((a, b) => isOwn(b) - isOwn(a) || b.version - a.version);
}

/** One id may name several responses of an hour. */
function nameOf({ responseId, at }: Pick<StoredJudgement, 'responseId' | 'at'>): string {
  return `${responseId}#${at}`;
}

/** What the judge could not get to is given up, and may be asked for again. */
function isGivenUp({ state, expiresAt }: StoredJudgement): boolean {
  return state === 'waiting' && (expiresAt ?? Number.POSITIVE_INFINITY) * 1000 <= Date.now();
}

/** What is to be sent of responses, as far as their texts are still there. */
export async function makeRescoreTasks(
  { judgements }: RatingTarget,
  rubric: Rubric,
  responses: readonly OpenResponse[],
): Promise<JudgeTask[]> {
  const texts = await judgements.readManyTexts(responses.map((each) => each.texts));
  return responses.flatMap(({ surface, judged }, index): JudgeTask[] => {
    const stored = texts[index];
    if (stored === undefined) return [];
    const { responseId, at, probability, zoom, cohort, release, model, traceId } = judged;
    return [
      {
        responseId,
        at: new Date(at).toISOString(),
        surface,
        rubric: { id: rubric.id, version: rubric.version },
        fingerprint: judgeFingerprint(rubric),
        repeat: 0,
        rescored: true,
        probability,
        zoom,
        redrive: 0,
        cohort,
        release,
        model,
        traceId,
        userHash: stored.userHash,
        texts: stored.texts,
      },
    ];
  });
}
