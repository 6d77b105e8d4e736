import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createJudgementStore, type JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore, type RatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createSeriesStore, type SeriesStore } from '#adapters/dynamodb/series-store.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { env } from '#core/names.ts';
import { type EmbeddedAws, startEmbeddedAws } from '#local/servers/embedded-aws.ts';
import { useEnvironment } from '#local/stack/local-environment.ts';
import { type Provisioned, provision } from '#local/stack/provision.ts';
import { templatesOf } from './templates.ts';

/** A stack without running functions: what it holds is written by the stores that write it in earnest. */
export interface ProvisionedStack {
  readonly aws: EmbeddedAws;
  readonly provisioned: Provisioned;
  readonly dynamo: DynamoDBClient;
  readonly seriesTable: string;
  readonly series: SeriesStore;
  readonly judgements: JudgementStore;
  readonly ratings: RatingStore;
  close(): Promise<void>;
}

/** Tables, queues and buckets of a stage on embedded servers, with this process's environment as Lambda sets it. */
export async function provisionStack(catalogue: Catalogue, stage = 'test'): Promise<ProvisionedStack> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-provisioned-'));
  const catalogueFile = join(folder, 'catalogue.json');
  await writeFile(catalogueFile, JSON.stringify(catalogue));
  const aws = await startEmbeddedAws({ timeFactor: 1 });
  useEnvironment(aws.endpoints, {});
  const provisioned = await provision(await templatesOf(catalogue, stage), 1, 'key');
  const environment = Object.assign(
    {},
    ...Object.values(provisioned.functions).map((settings) => settings.environment),
    { [env.catalogue]: catalogueFile },
  ) as Record<string, string>;
  useEnvironment(aws.endpoints, environment);
  const dynamo = createDynamo();
  const table = (name: string) => environment[name] ?? '';
  return {
    aws,
    provisioned,
    dynamo,
    seriesTable: table(env.seriesTable),
    series: createSeriesStore(dynamo, table(env.seriesTable)),
    judgements: createJudgementStore(dynamo, table(env.judgementTable), catalogue.retention),
    ratings: createRatingStore(dynamo, table(env.ratingTable)),
    async close() {
      dynamo.destroy();
      await aws.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
