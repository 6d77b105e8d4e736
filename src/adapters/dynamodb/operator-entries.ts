import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Incident, incidentKey, incidentPartition } from '#core/report/incident.ts';
import { rollbackClearKey } from '#core/series/control.ts';
import { day } from '#core/time.ts';
import { toItem } from './client.ts';
import { queryAll } from './query.ts';

/** The series table, as people's own entries go into it. */
export interface SeriesTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
}

/** Incidents are drawn beside a year of numbers, and some. */
const incidentLifetime = 400 * day;

/** A word older than this cannot be about a rollback that stands. */
const clearLifetime = 30 * day;

/**
 * Ends a standing rollback at the first evaluation at or after an instant, which must lie after the rollback's begin.
 *
 * @param slo `surface/id`
 * @param at epoch milliseconds, in the time of the responses
 */
export async function clearRollback({ dynamo, table }: SeriesTable, slo: string, at: number): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: toItem({ ...rollbackClearKey(slo), at, expiresAt: Math.ceil((at + clearLifetime) / 1000) }),
    }),
  );
}

/** Notes an incident. One of the same provider and start is replaced. */
export async function addIncident({ dynamo, table }: SeriesTable, incident: Incident): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: toItem({
        ...incidentKey(incident),
        provider: incident.provider,
        from: incident.from,
        to: incident.to,
        note: incident.note,
        expiresAt: Math.ceil((incident.from + incidentLifetime) / 1000),
      }),
    }),
  );
}

/** Every incident that was noted, the oldest first. A few a month: one Query reads them. */
export async function readIncidents({ dynamo, table }: SeriesTable): Promise<Incident[]> {
  const items = await queryAll(dynamo, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': incidentPartition }),
    ConsistentRead: true,
  });
  return items.map(({ provider, from, to, note }) => ({
    provider: String(provider),
    from: Number(from),
    to: typeof to === 'number' ? to : null,
    note: String(note),
  }));
}
