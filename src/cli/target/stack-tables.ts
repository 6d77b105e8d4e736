import { paginateListTables } from '@aws-sdk/client-dynamodb';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { findStackResource, requireStackName } from './stack-names.ts';

export interface TableNames {
  readonly judgements: string;
  readonly ratings: string;
  readonly series: string;
}

/** Tables of a deployed stack, by the names that CloudFormation gave them. @throws CliError where one is missing */
export async function findStackTables(stack: string): Promise<TableNames> {
  requireStackName(stack);
  const dynamo = createDynamo();
  const names: string[] = [];
  try {
    for await (const page of paginateListTables({ client: dynamo }, {}))
      names.push(...(page.TableNames ?? []));
  } finally {
    dynamo.destroy();
  }
  const find = (part: string) => findStackResource(stack, part, 'table', names);
  return {
    series: find('StorageSeriesTable'),
    judgements: find('StorageJudgementTable'),
    ratings: find('StorageRatingTable'),
  };
}
