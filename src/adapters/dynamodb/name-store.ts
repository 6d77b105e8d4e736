import {
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  type NameCaps,
  type NameKind,
  type NameSets,
  nameKinds,
  namesKey,
} from '#core/series/counted-names.ts';
import { day } from '#core/time.ts';
import { isConditionFailure, toItem } from './client.ts';

/** Records come up to 14 days after their response, and some. */
const namesLifetime = 17 * day;

/** Each try that fails was overtaken by another instance's. A day has so many names that this ends soon. */
const maxTries = 6;

/** The names of each surface's day that are counted under themselves. */
export interface NameStore {
  /**
   * Adds names to those of a surface's day while there is room.
   *
   * @param wanted the most wanted first
   * @returns every name of the day as it stands then
   * @throws the SDK's error
   */
  claim(surface: string, at: number, wanted: NameSets, caps: NameCaps): Promise<NameSets>;
}

/** One conditional write claims what is new and tells what is known: no read, and one call a surface, day and instance. */
export function createNameStore(dynamo: DynamoDBClient, table: string): NameStore {
  /** @returns undefined where there is no room for all of them */
  async function add(surface: string, at: number, names: NameSets, caps: NameCaps) {
    const kinds = nameKinds.filter((kind) => names[kind].size > 0);
    const input: UpdateItemCommandInput = {
      TableName: table,
      Key: toItem({ ...namesKey(surface, at) }),
      UpdateExpression: 'SET expiresAt = :e',
      ExpressionAttributeValues: { ':e': { N: String(Math.ceil((at + namesLifetime) / 1000)) } },
      ReturnValues: 'ALL_NEW',
    };
    if (kinds.length > 0) {
      input.UpdateExpression += ` ADD ${kinds.map((kind) => `#${kind} :${kind}`).join(',')}`;
      input.ConditionExpression = kinds
        .map((kind) => `(attribute_not_exists(#${kind}) OR size(#${kind}) <= :${kind}Room)`)
        .join(' AND ');
      input.ExpressionAttributeNames = Object.fromEntries(kinds.map((kind) => [`#${kind}`, kind]));
      for (const kind of kinds) {
        const room = { N: String(caps[kind] - names[kind].size) };
        Object.assign(input.ExpressionAttributeValues ?? {}, {
          [`:${kind}`]: { SS: [...names[kind]] },
          [`:${kind}Room`]: room,
        });
      }
    }
    try {
      const { Attributes } = await dynamo.send(new UpdateItemCommand(input));
      return setsOf((kind) => Attributes?.[kind]?.SS ?? []);
    } catch (error) {
      if (isConditionFailure(error)) return undefined;
      throw error;
    }
  }

  return {
    async claim(surface, at, wanted, caps) {
      const nothing = setsOf(() => []);
      let known = nothing;
      for (let tries = 1; ; tries += 1) {
        const stands = known;
        const missing = setsOf((kind) =>
          [...wanted[kind]]
            .filter((name) => !stands[kind].has(name))
            .slice(0, Math.max(0, caps[kind] - stands[kind].size)),
        );
        if (tries > 1 && nameKinds.every((kind) => missing[kind].size === 0)) return known;
        const added = await add(surface, at, missing, caps);
        if (added !== undefined) return added;
        known = (await add(surface, at, nothing, caps)) ?? nothing;
        if (tries >= maxTries) return known;
      }
    },
  };
}

function setsOf(read: (kind: NameKind) => readonly string[]): NameSets {
  return {
    provider: new Set(read('provider')),
    cohort: new Set(read('cohort')),
    release: new Set(read('release')),
  };
}
