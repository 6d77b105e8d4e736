import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ItemKey } from '#core/series/keys.ts';
import { getAll } from './batch-calls.ts';
import {
  formerTextKey,
  readStoredTexts,
  type StoredTexts,
  type TextIdentity,
  textKey,
} from './judgement-texts.ts';
import { queryAll } from './query.ts';

/** Whose texts are asked for; without a time those of the latest response of that id. */
export type AskedTexts = Omit<TextIdentity, 'at'> & Partial<Pick<TextIdentity, 'at'>>;

/**
 * Reads prompts, answers and reasons of judgements, while their life lasts. Those stored before texts had their
 * response's time in the key are found until they expire.
 */
export function createTextReader(dynamo: DynamoDBClient, table: string) {
  const read = async (keys: readonly ItemKey[]) => {
    const items = await getAll(dynamo, table, keys, { consistent: false });
    const found = new Map(items.map((item) => [nameOf(item), item]));
    return (key: ItemKey) => found.get(nameOf(key));
  };

  /** Texts of several judgements, in their order and in as few calls as DynamoDB allows; undefined where their life is over. */
  const readManyTexts = async (
    asked: readonly (AskedTexts & { readonly at: TextIdentity['at'] })[],
  ): Promise<(StoredTexts | undefined)[]> => {
    const found = await read(asked.map(textKey));
    const former = await read(asked.filter((each) => found(textKey(each)) === undefined).map(formerTextKey));
    return asked.map((each) => readStoredTexts(found(textKey(each)) ?? former(formerTextKey(each))));
  };

  return {
    readManyTexts,

    /** Texts of one judgement. */
    async readTexts(asked: AskedTexts): Promise<StoredTexts | undefined> {
      if (asked.at !== undefined) {
        const [found] = await readManyTexts([{ ...asked, at: asked.at }]);
        return found;
      }
      const { pk, sk } = textKey({ ...asked, at: 0 });
      const items = await queryAll(dynamo, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :start)',
        ExpressionAttributeValues: {
          ':pk': { S: pk },
          ':start': { S: sk.slice(0, sk.lastIndexOf('#') + 1) },
        },
      });
      const latest = items.at(-1) ?? (await read([formerTextKey(asked)]))(formerTextKey(asked));
      return readStoredTexts(latest);
    },
  };
}

function nameOf({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): string {
  return `${pk}\n${sk}`;
}
