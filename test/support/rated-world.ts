import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore, type RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { synthesizeTemplate } from '#cdk/synthesize.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { provision } from '#local/stack/provision.ts';

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
}

export interface RatedWorld {
  readonly store: RatingStore;
  /** Stores verdicts as the judge function does. */
  judge(verdicts: readonly SeededVerdict[]): Promise<void>;
  close(): Promise<void>;
}

/** Tables and buckets of the synthesized stack on embedded servers, with this process's environment as Lambda sets it. */
export async function startRatedWorld(catalogue: Catalogue): Promise<RatedWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-rated-'));
  const aws = await startEmbeddedAws({ timeFactor: 1 });
  Object.assign(process.env, aws.endpoints, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const { functions } = await provision(synthesizeTemplate(catalogue, 'test'), 1, 'key');
  for (const { environment } of Object.values(functions)) Object.assign(process.env, environment);
  const file = join(folder, 'catalogue.json');
  await writeFile(file, JSON.stringify(catalogue));
  process.env[env.catalogue] = file;
  const dynamo = createDynamo();
  const judgements = createJudgementStore(
    dynamo,
    String(process.env[env.judgementTable]),
    catalogue.retention,
  );
  return {
    store: createRatingStore(dynamo, String(process.env[env.ratingTable])),
    async judge(verdicts) {
      await inParallel(verdicts, 16, async (verdict) => {
        const rubric = verdict.rubric ?? catalogue.rubrics[0];
        if (rubric === undefined) throw new Error('the catalogue has no rubric');
        const task = {
          responseId: verdict.responseId,
          at: new Date(verdict.at).toISOString(),
          surface: verdict.surface,
          rubric: { id: rubric.id, version: rubric.version },
          fingerprint: judgeFingerprint(rubric),
          repeat: 0,
          probability: verdict.probability ?? 1,
          redrive: 0,
          texts: {
            request: { messages: [{ role: 'user', content: `Question ${verdict.responseId}?` }] },
            response: { content: verdict.text ?? `Answer ${verdict.responseId}.` },
          },
        };
        const now = Date.now();
        await judgements.acquire(task, 'test', now, now + 60_000);
        if (verdict.score === undefined) await judgements.end(task, 'test', 'unjudgeable', 'a test');
        else
          await judgements.storeVerdict(task, 'test', {
            criteria: Object.fromEntries(
              rubric.criteria.map(({ id }) => [id, { reason: 'A reason.', score: verdict.score ?? 1 }]),
            ),
            score: verdict.score,
            pass: verdict.score >= rubric.passMark,
            returnedModel: verdict.returnedModel,
            usage: undefined,
            costUsd: 0,
            latencyMs: 1,
            cut: false,
          });
      });
    },
    async close() {
      dynamo.destroy();
      await aws.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
