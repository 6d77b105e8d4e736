import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AnchorOutcome } from '#core/anchors/anchor-progress.ts';
import type { AnchorSet } from '#core/anchors/anchor-set.ts';
import { type JudgementState, type JudgeTask, judgementKey } from '#core/judging/judgement.ts';
import { mostPackedBytes } from '#core/series/day-size.ts';
import type { ItemKey } from '#core/series/keys.ts';
import { getAll } from './batch-calls.ts';
import { fromItem, toItem } from './client.ts';
import { packJson, unpackJson } from './packed-json.ts';

/** A scoring of an anchor, as its judgement is keyed. */
export type AnchorScoring = Pick<
  JudgeTask,
  'responseId' | 'at' | 'surface' | 'rubric' | 'fingerprint' | 'repeat'
>;

export type AnchorStore = ReturnType<typeof createAnchorStore>;

/** Anchor sets (an item a judge, beside the calibrations), and what became of their scorings. */
export function createAnchorStore(
  dynamo: DynamoDBClient,
  { ratings, judgements }: { readonly ratings: string; readonly judgements: string },
) {
  return {
    /** @param judge `helpfulness@1#3f2a9c0d1e2f` */
    async readSet(judge: string): Promise<AnchorSet | undefined> {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: ratings, Key: toItem({ ...setKey(judge) }), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : unpackJson<AnchorSet>(fromItem(Item).packed);
    },

    /** @returns the set as it was stored: with fewer anchors where their ids are so long that an item has no room */
    async writeSet(judge: string, set: AnchorSet): Promise<AnchorSet> {
      const { kept, packed } = packSet(set);
      await dynamo.send(
        new PutItemCommand({ TableName: ratings, Item: toItem({ ...setKey(judge), packed }) }),
      );
      return kept;
    },

    /** How scorings ended, in their order. 100 to a call. */
    async readOutcomes(scorings: readonly AnchorScoring[]): Promise<AnchorOutcome[]> {
      const keys = scorings.map(judgementKey);
      const found = new Map<string, AnchorOutcome>();
      for (const item of await getAll(dynamo, judgements, keys))
        found.set(nameOf(item as unknown as ItemKey), outcomeOf(item));
      return keys.map((key) => found.get(nameOf(key)) ?? 'pending');
    },
  };
}

/** The least set there is takes 200 KB at the longest ids, so this ends. */
function packSet(set: AnchorSet): { kept: AnchorSet; packed: Uint8Array } {
  let kept = set;
  let packed = packJson(kept);
  while (packed.length > mostPackedBytes) {
    kept = { ...kept, anchors: kept.anchors.slice(0, Math.floor(0.9 * kept.anchors.length)) };
    packed = packJson(kept);
  }
  return { kept, packed };
}

function setKey(judge: string): ItemKey {
  return { pk: 'anchors', sk: judge };
}

function nameOf({ pk, sk }: ItemKey): string {
  return `${pk}\n${sk}`;
}

function outcomeOf({ state, pass, suspect }: Readonly<Record<string, unknown>>): AnchorOutcome {
  switch (state as JudgementState) {
    case 'judged':
      if (suspect === 'cached') return 'cached';
      if (suspect === 'fast') return pass === true ? 'fast pass' : 'fast fail';
      return pass === true ? 'pass' : 'fail';
    case 'leased':
    case 'waiting':
      return 'pending';
    case 'unjudgeable':
    case 'shed':
    case 'dlq':
      return 'none';
  }
}
