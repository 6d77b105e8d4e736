import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { CalibrationDraft } from '#core/calibration/calibrate.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import type { RatingBatch } from '#core/rating/batch.ts';
import type { JudgeResult } from '#core/rating/judged-response.ts';
import type { LeftOutRater } from '#core/rating/left-out-rater.ts';
import type { Rating, RatingHistory, RatingPlace } from '#core/rating/rating.ts';
import { mostPackedBytes } from '#core/series/day-size.ts';
import type { ItemKey } from '#core/series/keys.ts';
import { deleteAll, getAll, putAll } from './batch-calls.ts';
import { fromItem, toItem } from './client.ts';
import { packJson, unpackJson } from './packed-json.ts';
import { queryAll } from './query.ts';

/** A surface under one rubric version: ratings of it lie together. */
export interface RatingGroup {
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
}

/** A rater's rating of a response as it is stored. `group` is undefined while nobody has judged the response. */
export interface StoredRating {
  readonly group: RatingGroup | undefined;
  readonly responseId: string;
  readonly raterId: string;
  readonly history: RatingHistory;
  /** Epoch milliseconds of the response; 0 while nobody has judged it. */
  readonly at: number;
  /** By fingerprint, what each judge said. */
  readonly judges: Readonly<Record<string, JudgeResult>>;
}

/** A batch with so many and so long response ids, or of so long a window, that it does not fit into an item. */
export class BatchSizeError extends Error {
  override readonly name = 'BatchSizeError';

  constructor(responses: number) {
    super(
      `a batch of ${responses} responses with ids this long, from a window this long, does not fit into an item of the table: draw fewer responses, or a shorter window`,
    );
  }
}

export type RatingStore = ReturnType<typeof createRatingStore>;

export type RatingKey = Pick<StoredRating, 'group' | 'responseId' | 'raterId'>;

/** Ratings, the batches they were drawn in, and calibrations. */
export function createRatingStore(dynamo: DynamoDBClient, table: string) {
  const inPartition = (pk: string) => ({
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
    ConsistentRead: true,
  });

  return {
    /** Ratings by their keys; those that do not exist are left out. */
    async readRatings(keys: readonly RatingKey[]): Promise<StoredRating[]> {
      return (await getAll(dynamo, table, keys.map(ratingKey))).map(readRating);
    },

    /** Writes ratings over what stands there. No two may be of the same rater and response. */
    async writeRatings(ratings: readonly StoredRating[]): Promise<void> {
      await putAll(dynamo, table, ratings.map(ratingItem));
    },

    async deleteRatings(keys: readonly RatingKey[]): Promise<void> {
      await deleteAll(dynamo, table, keys.map(ratingKey));
    },

    /**
     * Everything that was rated of a group, of undefined: of responses that nobody had judged. A judge's word is looked
     * up per fingerprint.
     */
    async *readGroup(group: RatingGroup | undefined): AsyncGenerator<StoredRating> {
      const pages = paginateQuery({ client: dynamo }, inPartition(groupPartition(group)));
      for await (const { Items = [] } of pages) for (const item of Items) yield readRating(fromItem(item));
    },

    /** Raters whose ratings do not count, by their names. */
    async readLeftOut(): Promise<LeftOutRater[]> {
      const items = await queryAll(dynamo, inPartition(leftOutPartition));
      return items.map(({ sk, reason, at }) => ({
        raterId: String(sk),
        reason: String(reason),
        at: Number(at),
      }));
    },

    async writeLeftOut({ raterId, reason, at }: LeftOutRater): Promise<void> {
      const item = toItem({ pk: leftOutPartition, sk: raterId, reason, at });
      await dynamo.send(new PutItemCommand({ TableName: table, Item: item }));
    },

    async deleteLeftOut(raterId: string): Promise<void> {
      await deleteAll(dynamo, table, [{ pk: leftOutPartition, sk: raterId }]);
    },

    /** @throws BatchSizeError where it has no room in an item */
    async writeBatch(batch: RatingBatch): Promise<void> {
      const { frame, responseIds, cells, ...plain } = batch;
      const packed = packJson({ frame, responseIds });
      if (packed.length > mostPackedBytes) throw new BatchSizeError(responseIds.length);
      await dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: toItem({
            ...batchKey(batch),
            ...plain,
            cells,
            packed,
          }),
        }),
      );
    },

    /** Batches of a group, by any judge. */
    async readBatches(group: RatingGroup): Promise<RatingBatch[]> {
      const items = await queryAll(dynamo, inPartition(batchPartition(group)));
      return items.map(({ pk: _, sk: __, packed, ...plain }) => ({
        returnedModel: undefined,
        ...(plain as Omit<RatingBatch, 'frame' | 'responseIds' | 'returnedModel'>),
        ...unpackJson<Pick<RatingBatch, 'frame' | 'responseIds'>>(packed),
      }));
    },

    /**
     * Stores a calibration as the next version, unless it was made of the same inputs as the present one.
     *
     * @returns the one that stands now
     */
    async writeCalibration(draft: CalibrationDraft, madeAt: number): Promise<Calibration> {
      const current = (await getAll(dynamo, table, [currentKey(draft)]))[0];
      const standing = current === undefined ? undefined : readCalibration(current);
      if (standing !== undefined && standing.inputs === draft.inputs) return standing;
      // Where the present one was dropped the count goes on.
      const [last] = standing === undefined ? await this.readHistory(draft, 1) : [standing];
      const calibration: Calibration = { ...draft, number: (last?.number ?? 0) + 1, madeAt };
      const record = packJson(calibration);
      // The history first: a crash in between leaves a version that the next upload writes again, the same.
      for (const key of [historyKey(calibration), currentKey(calibration)])
        await dynamo.send(new PutItemCommand({ TableName: table, Item: toItem({ ...key, record }) }));
      return calibration;
    },

    /** Leaves a judge without a calibration, as before anybody rated it; its versions stay. */
    async dropCalibration(of: Calibrated): Promise<void> {
      await deleteAll(dynamo, table, [currentKey(of)]);
    },

    /** The present calibration of every surface, rubric version and judge that has ratings, in one Query. */
    readCalibrations,

    /** Versions of one calibration, the newest first. */
    readHistory,

    /** Versions of each calibration of a rubric on a surface, whichever version and judge it is of, the newest first. */
    async readHistories(surface: string, rubric: string, limit: number): Promise<Calibration[][]> {
      const own = (await readCalibrations()).filter(
        (each) => each.surface === surface && each.rubric.id === rubric,
      );
      return Promise.all(own.map((each) => readHistory(each, limit)));
    },
  };

  async function readCalibrations(): Promise<Calibration[]> {
    return (await queryAll(dynamo, inPartition(currentPartition))).map(readCalibration);
  }

  async function readHistory(of: Calibrated, limit: number): Promise<Calibration[]> {
    const items = await queryAll(
      dynamo,
      { ...inPartition(historyPartition(of)), ScanIndexForward: false, Limit: limit },
      limit,
    );
    return items.map(readCalibration);
  }
}

const leftOutPartition = 'left-out';
const unjudgedPartition = 'rating#unjudged';
const currentPartition = 'calibration';

function groupPartition(group: RatingGroup | undefined): string {
  if (group === undefined) return unjudgedPartition;
  return `rating#${group.surface}#${group.rubric.id}@${group.rubric.version}`;
}

function ratingKey({ group, responseId, raterId }: RatingKey): ItemKey {
  return {
    pk: groupPartition(group),
    sk: `${responseId}#${raterId}`,
  };
}

function batchPartition({ surface, rubric }: RatingGroup): string {
  return `batch#${surface}#${rubric.id}@${rubric.version}`;
}

function batchKey(batch: RatingBatch): ItemKey {
  return { pk: batchPartition(batch), sk: batch.id };
}

type Calibrated = Pick<Calibration, 'surface' | 'rubric' | 'fingerprint'>;

function currentKey({ surface, rubric, fingerprint }: Calibrated): ItemKey {
  return { pk: currentPartition, sk: `${surface}#${rubric.id}@${rubric.version}#${fingerprint}` };
}

function historyPartition({ surface, rubric, fingerprint }: Calibrated): string {
  return `calibration#${surface}#${rubric.id}@${rubric.version}#${fingerprint}`;
}

function historyKey(calibration: Calibration): ItemKey {
  return { pk: historyPartition(calibration), sk: String(calibration.number).padStart(8, '0') };
}

/** Calibrations never change, so one that was read before is the same object: evaluations keep thresholds by it. */
const parsed = new Map<string, Calibration>();
const mostParsed = 1_000;

function readCalibration(item: Record<string, unknown>): Calibration {
  const record = item.record as Uint8Array;
  const name = Buffer.from(record).toString('latin1');
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const calibration = unpackJson<Calibration>(record);
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(name, calibration);
  return calibration;
}

function ratingItem({ group, responseId, raterId, history, at, judges }: StoredRating) {
  const { current, past } = history;
  return {
    ...ratingKey({ group, responseId, raterId }),
    ...(group !== undefined && { surface: group.surface, rubric: group.rubric }),
    responseId,
    raterId,
    ...current,
    past,
    at,
    judges,
  };
}

function readRating(item: Record<string, unknown>): StoredRating {
  const rating = (value: Record<string, unknown>): Rating => ({
    score: Number(value.score),
    criteria: (value.criteria ?? {}) as Record<string, number>,
    ...(typeof value.note === 'string' && { note: value.note }),
    ...(typeof value.ratedAt === 'number' && { ratedAt: value.ratedAt }),
    uploadedAt: Number(value.uploadedAt),
    line: Number(value.line),
    ...(typeof value.upload === 'string' && { upload: value.upload }),
    ...(value.early === true && { early: true }),
    ...(Array.isArray(value.again) && { again: value.again as RatingPlace[] }),
  });
  return {
    group:
      item.pk === unjudgedPartition
        ? undefined
        : { surface: String(item.surface), rubric: item.rubric as RatingGroup['rubric'] },
    responseId: String(item.responseId),
    raterId: String(item.raterId),
    history: {
      current: rating(item),
      past: ((item.past ?? []) as Record<string, unknown>[]).map(rating),
    },
    at: Number(item.at),
    judges: (item.judges ?? {}) as Record<string, JudgeResult>,
  };
}
