import { paginateScan } from '@aws-sdk/client-dynamodb';
import { deleteAll } from '#adapters/dynamodb/batch-calls.ts';
import { fromItem } from '#adapters/dynamodb/client.ts';
import type { RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createUploadStore, type UploadStore } from '#adapters/dynamodb/upload-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { endJudgement, judgedVerdict, judgeTask } from './judgements.ts';
import { provisionStack } from './provisioned-stack.ts';

type Item = Record<string, unknown>;

/** A response with the judge's score of it. */
export interface SeededVerdict {
  readonly responseId: string;
  readonly at: number;
  readonly surface: string;
  /** Undefined: unjudgeable. */
  readonly score: number | undefined;
  readonly probability?: number;
  readonly rubric?: Rubric;
  readonly returnedModel?: string;
  readonly text?: string;
  /** 0 unless told otherwise. */
  readonly repeat?: number;
}

export interface RatedWorld {
  readonly store: RatingStore;
  readonly uploads: UploadStore;
  /** Everything that the table of ratings holds. */
  readItems(): Promise<Item[]>;
  /** Forgets all ratings, uploads and calibrations. Judgements stay. */
  clear(): Promise<void>;
  /** Stores verdicts as the judge function does. */
  judge(verdicts: readonly SeededVerdict[]): Promise<void>;
  close(): Promise<void>;
}

/** Judged responses that can be drawn and rated, on embedded servers. */
export async function startRatedWorld(catalogue: Catalogue): Promise<RatedWorld> {
  const stack = await provisionStack(catalogue);
  const table = process.env[env.ratingTable] ?? '';
  const readItems = async () => {
    const items: Item[] = [];
    for await (const { Items = [] } of paginateScan({ client: stack.dynamo }, { TableName: table }))
      items.push(...Items.map(fromItem));
    return items;
  };
  return {
    store: stack.ratings,
    uploads: createUploadStore(stack.dynamo, table),
    readItems,
    clear: async () =>
      deleteAll(
        stack.dynamo,
        table,
        (await readItems()).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })),
      ),
    async judge(verdicts) {
      await inParallel(verdicts, 16, async (verdict) => {
        const { responseId, score, rubric = catalogue.rubrics[0], returnedModel } = verdict;
        if (rubric === undefined) throw new Error('the catalogue has no rubric');
        const task = judgeTask(responseId, verdict.at, {
          rubric,
          surface: verdict.surface,
          probability: verdict.probability ?? 1,
          repeat: verdict.repeat ?? 0,
          texts: {
            request: { messages: [{ role: 'user', content: `Question ${responseId}?` }] },
            response: { content: verdict.text ?? `Answer ${responseId}.` },
          },
        });
        const end =
          score === undefined
            ? ({ state: 'unjudgeable', reason: 'a test' } as const)
            : judgedVerdict(score, { rubric, reason: 'A reason.', returnedModel });
        await endJudgement(stack.judgements, task, end);
      });
    },
    close: stack.close,
  };
}
