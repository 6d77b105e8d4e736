import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { comparisonRepeat, type JudgementState, judgementKey } from '#core/judging/judgement.ts';
import type { JudgedResponse, JudgeResult } from '#core/rating/judged-response.ts';
import type { ItemKey } from '#core/series/keys.ts';
import { inParallel } from '../in-parallel.ts';
import { getAll } from './batch-calls.ts';
import { parseJudgementKey, readSpread } from './judgement-item.ts';
import { queryAll } from './query.ts';

/** Queries under way at once. */
const concurrency = 24;

/**
 * Finds by response id what was judged, whatever the surface, the rubric and the judge. The index is written a moment
 * after the judgement, so one of this very second may be missing.
 *
 * @returns by response id, one entry for each rubric version; ids that nobody judged are left out
 */
export async function findJudged(
  dynamo: DynamoDBClient,
  table: string,
  responseIds: readonly string[],
): Promise<Map<string, JudgedResponse[]>> {
  const keys: ItemKey[] = [];
  await inParallel(responseIds, concurrency, async (responseId) => {
    const items = await queryAll(dynamo, {
      TableName: table,
      IndexName: 'byResponse',
      KeyConditionExpression: 'responseId = :id',
      ExpressionAttributeValues: { ':id': { S: responseId } },
      ProjectionExpression: 'pk, sk',
    });
    keys.push(
      ...items
        .map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }))
        .filter(({ pk, sk }) => pk.startsWith('judgement#') && sk.endsWith('#0')),
    );
  });
  const found = new Map<string, Map<string, Writable>>();
  for (const item of await getAll(dynamo, table, keys)) addJudgement(found, item);
  return new Map([...found].map(([id, rubrics]) => [id, [...rubrics.values()]]));
}

interface Writable extends JudgedResponse {
  readonly judges: Record<string, JudgeResult>;
}

function addJudgement(found: Map<string, Map<string, Writable>>, item: Record<string, unknown>): void {
  const { surface, rubric, responseId, fingerprint } = parseJudgementKey(item);
  const name = `${surface}#${rubric.id}@${rubric.version}`;
  const rubrics = found.get(responseId) ?? new Map<string, Writable>();
  found.set(responseId, rubrics);
  const known: Writable = rubrics.get(name) ?? {
    responseId,
    surface,
    rubric,
    at: Number(item.at),
    judges: {},
  };
  rubrics.set(name, known);
  known.judges[fingerprint] = readResult(item);
}

/** Whose verdicts are looked up. */
export interface VerdictsOf {
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  readonly fingerprint: string;
}

/** What a judge said of a response, in the course of things or for a comparison, and what that took. */
export interface FoundVerdict extends JudgeResult {
  /** US dollars; 0 where it was not asked. */
  readonly costUsd: number;
  /** Milliseconds; undefined where it gave no verdict. */
  readonly latencyMs: number | undefined;
}

/**
 * Finds what one judge said of known responses, its first judgements before those that were asked for a comparison.
 *
 * @param responses with their times, epoch milliseconds
 * @returns by response id; without those that it was never asked about. Judgements under way are there with their state.
 */
export async function findVerdicts(
  dynamo: DynamoDBClient,
  table: string,
  of: VerdictsOf,
  responses: readonly { readonly responseId: string; readonly at: number }[],
): Promise<Map<string, FoundVerdict>> {
  const times = new Map(responses.map(({ responseId, at }) => [responseId, at]));
  const keys = [...times].flatMap(([responseId, time]) =>
    [0, comparisonRepeat].flatMap((repeat) => {
      const at = new Date(time).toISOString();
      // Another response of the hour may have taken the id's plain key.
      return [false, true].map((apart) => judgementKey({ ...of, responseId, at, repeat, apart }));
    }),
  );
  const found = new Map<string, FoundVerdict & { repeat: number }>();
  for (const item of await getAll(dynamo, table, keys)) {
    const { responseId, repeat } = parseJudgementKey(item);
    if (Number(item.at) !== times.get(responseId)) continue;
    const known = found.get(responseId);
    if (known !== undefined && rankOf(known) <= rankOf({ state: item.state as JudgementState, repeat }))
      continue;
    const latencyMs = typeof item.latencyMs === 'number' ? item.latencyMs : undefined;
    found.set(responseId, { ...readResult(item), costUsd: Number(item.costUsd ?? 0), latencyMs, repeat });
  }
  return found;
}

/** A verdict before none, a first judgement before one for a comparison. */
function rankOf({ state, repeat }: { readonly state: JudgementState; readonly repeat: number }): number {
  return (state === 'judged' ? 0 : 2) + (repeat === 0 ? 0 : 1);
}

function readResult(item: Record<string, unknown>): JudgeResult {
  const alone = readSpread(item.spread)?.overall;
  return {
    state: item.state as JudgementState,
    score: typeof item.score === 'number' ? item.score : undefined,
    probability: Number(item.probability ?? 1),
    returnedModel: typeof item.returnedModel === 'string' ? item.returnedModel : undefined,
    ...(alone !== undefined && { alone }),
  };
}
