import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { createVerdictJournal } from '#adapters/dynamodb/verdict-journal.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { type AnchorDependencies, AnchorWatch } from './anchor-watch.ts';

export interface EvaluatorTables {
  readonly series: string;
  readonly judgements: string;
  readonly ratings: string;
}

/**
 * All that an evaluator reads and writes in tables.
 *
 * @param forward takes the judgements of anchors, see {@link AnchorDependencies}
 */
export function createEvaluatorStores(
  dynamo: DynamoDBClient,
  tables: EvaluatorTables,
  catalogue: Catalogue,
  forward: AnchorDependencies['forward'],
) {
  const judgements = createJudgementStore(dynamo, tables.judgements, catalogue.retention);
  return {
    catalogue,
    store: createSeriesStore(dynamo, tables.series),
    judgements,
    ratings: createRatingStore(dynamo, tables.ratings),
    journal: createVerdictJournal(dynamo, tables),
    clock: Date.now,
    anchors: new AnchorWatch({ catalogue, judgements, anchors: createAnchorStore(dynamo, tables), forward }),
  };
}
