import { readCandidates } from '#adapters/dynamodb/draw-candidates.ts';
import { gatherRated } from '#adapters/dynamodb/gather-rated.ts';
import { type FoundVerdict, findVerdicts } from '#adapters/dynamodb/judgement-lookup.ts';
import type { ComparedResponse, ComparedVerdict } from '#core/agreement/compare-judges.ts';
import type { RatedResponse } from '#core/agreement/rated-response.ts';
import { findDrawn } from '#core/calibration/rated-population.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { withoutRaters } from '#core/rating/left-out-rater.ts';
import { sha256 } from '#core/rubric/content-hash.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { ceilTo, day, hour } from '#core/time.ts';
import type { RatingTarget } from '../target/rating-target.ts';

/** A response that the old version's judge scored, to be judged by the new one. */
export interface OldResponse {
  readonly responseId: string;
  readonly surface: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of the judge that scored it. */
  readonly fingerprint: string;
  readonly probability: number;
  readonly ratings: RatedResponse['ratings'];
  /** Undefined where it was not drawn for people. */
  readonly weight: number | undefined;
}

/** Responses of a version that nobody rated, where no number is asked for. */
const usualSample = 200;

/** They are of so long before the last evaluation. */
const sampleWindow = 7 * day;

/**
 * What people rated of an old version, surface by surface, as far as its judge scored it; of surfaces where nobody rated, judged
 * responses of the last week, when no surface has a rating. The same ones each time: by a hash of their ids.
 */
export async function readOldResponses(
  target: RatingTarget,
  { old, rubric }: { readonly old: Rubric; readonly rubric: Rubric },
  surfaces: readonly string[],
  limit: number | undefined,
): Promise<OldResponse[]> {
  const isSame = old.version === rubric.version;
  const rated: OldResponse[] = [];
  for (const surface of surfaces)
    rated.push(...(await readRated(target, old, surface, isSame ? judgeFingerprint(rubric) : undefined)));
  if (rated.length > 0 || isSame) return firstByHash(rated, limit ?? Number.POSITIVE_INFINITY);
  const judged: OldResponse[] = [];
  for (const surface of surfaces) judged.push(...(await readJudged(target, old, surface)));
  return firstByHash(judged, limit ?? usualSample);
}

/** @param except the fingerprint whose verdicts are not the old ones: of the same version, the present judge's */
async function readRated(
  { ratings }: RatingTarget,
  old: Rubric,
  surface: string,
  except: string | undefined,
): Promise<OldResponse[]> {
  const group = { surface, rubric: { id: old.id, version: old.version } };
  const by = await gatherRated(
    withoutRaters(ratings.readGroup(group), await ratings.readLeftOut(), new Set()),
  );
  if (except !== undefined) by.delete(except);
  const scored = (fingerprint: string) =>
    (by.get(fingerprint) ?? []).filter(({ judge }) => judge?.score !== undefined);
  const present = judgeFingerprint(old);
  const most = [...by.keys()].sort((a, b) => scored(b).length - scored(a).length)[0];
  const fingerprint = scored(present).length > 0 ? present : most;
  if (fingerprint === undefined) return [];
  const responses = scored(fingerprint);
  const batches = (await ratings.readBatches(group)).filter((batch) => batch.fingerprint === fingerprint);
  const weights = new Map(
    findDrawn(batches, responses, old.passMark).map(({ response, weight }) => [response.responseId, weight]),
  );
  return responses.map(({ responseId, at, ratings: given, judge }) => ({
    responseId,
    surface,
    at,
    fingerprint,
    probability: judge?.probability ?? 1,
    ratings: given,
    weight: weights.get(responseId),
  }));
}

async function readJudged(
  { judgements, now }: RatingTarget,
  old: Rubric,
  surface: string,
): Promise<OldResponse[]> {
  const to = ceilTo(now, hour);
  const window = { surface, rubric: old, from: to - sampleWindow, to };
  const { candidates } = await readCandidates(judgements, window);
  const plain = { surface, fingerprint: judgeFingerprint(old), ratings: [], weight: undefined };
  return candidates.map(({ responseId, at, probability }) => ({ ...plain, responseId, at, probability }));
}

function firstByHash(responses: readonly OldResponse[], count: number): OldResponse[] {
  if (responses.length <= count) return [...responses];
  const ordered = responses.map((each) => [sha256(each.responseId), each] as const);
  return ordered
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, count)
    .map(([, each]) => each);
}

/** What the new version's judge has said of responses so far, by surface and id. */
export async function readNewVerdicts(
  { dynamo, tables }: RatingTarget,
  rubric: Rubric,
  responses: readonly OldResponse[],
): Promise<ReadonlyMap<OldResponse, FoundVerdict>> {
  return readVerdicts({ dynamo, tables }, responses, (each) => ({
    surface: each.surface,
    rubric: { id: rubric.id, version: rubric.version },
    fingerprint: judgeFingerprint(rubric),
  }));
}

/** Responses of which both judges gave a verdict. */
export async function pairVerdicts(
  { dynamo, tables }: RatingTarget,
  old: Rubric,
  responses: readonly OldResponse[],
  fresh: ReadonlyMap<OldResponse, FoundVerdict>,
): Promise<ComparedResponse[]> {
  const former = await readVerdicts({ dynamo, tables }, responses, ({ surface, fingerprint }) => ({
    surface,
    rubric: { id: old.id, version: old.version },
    fingerprint,
  }));
  return responses.flatMap((each) => {
    const [before, now] = [verdictOf(former.get(each)), verdictOf(fresh.get(each))];
    if (before === undefined || now === undefined) return [];
    const { responseId, surface, at, ratings, weight } = each;
    return [{ responseId, surface, at, ratings, weight, old: before, new: now }];
  });
}

function verdictOf(found: FoundVerdict | undefined): ComparedVerdict | undefined {
  if (found?.score === undefined) return undefined;
  return { score: found.score, costUsd: found.costUsd, latencyMs: found.latencyMs };
}

async function readVerdicts(
  { dynamo, tables }: Pick<RatingTarget, 'dynamo' | 'tables'>,
  responses: readonly OldResponse[],
  judgeOf: (response: OldResponse) => Parameters<typeof findVerdicts>[2],
): Promise<Map<OldResponse, FoundVerdict>> {
  const groups = new Map<string, OldResponse[]>();
  for (const each of responses) {
    const name = JSON.stringify(judgeOf(each));
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [each]);
    else known.push(each);
  }
  const verdicts = new Map<OldResponse, FoundVerdict>();
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const found = await findVerdicts(dynamo, tables.judgements, judgeOf(first), group);
    for (const each of group) {
      const verdict = found.get(each.responseId);
      if (verdict !== undefined) verdicts.set(each, verdict);
    }
  }
  return verdicts;
}
