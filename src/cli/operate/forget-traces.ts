import { randomUUID } from 'node:crypto';
import { createDynamo } from '#adapters/dynamodb/client.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import {
  deleteItems,
  deleteNotes,
  findResponsesOfUser,
  findTraces,
  hourOf,
  type StoredTraces,
} from '#adapters/dynamodb/forgetting.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { createS3 } from '#adapters/s3/rating-bucket.ts';
import { keyableId } from '#core/record/record-id.ts';
import { userHash } from '#core/record/user-hash.ts';
import { type DirtyHour, dirtySortKey } from '#core/series/keys.ts';
import { freezeAfter, hour, hourStart } from '#core/time.ts';
import { type FileTraces, findInFiles, forgetInFiles } from './forget-files.ts';
import type { ForgetStorage } from './forget-storage.ts';

/** Whose words go: those of one response, or of one user's responses. */
export interface ForgetRequest {
  readonly response?: string;
  readonly user?: string;
  /** Judgements and ratings go as well. */
  readonly scores?: boolean;
  /** Nothing is deleted without it. */
  readonly yes?: boolean;
}

/** What a forgetting finds, and with `done` what it has deleted. */
export interface Forgetting {
  readonly done: boolean;
  readonly of: 'response' | 'user';
  readonly responses: number;
  /** Items with request, answer, context and the judge's reasons. */
  readonly texts: number;
  /** Ratings with a note. */
  readonly notes: number;
  readonly files: FileTraces;
  /** Null where scores stay. */
  readonly scores: {
    readonly judgements: number;
    readonly ratings: number;
    /** Hours that are counted anew; those that closed for good keep their sums. */
    readonly hours: number;
    readonly closedHours: number;
  } | null;
}

/**
 * Deletes in an order that can be broken off and begun again: ratings before the files that a rewritten file is
 * compared with, and a user's texts, by which the responses are found, last.
 */
export async function forget(
  storage: ForgetStorage,
  { response, user, scores = false, yes = false }: ForgetRequest,
): Promise<Forgetting> {
  const dynamo = createDynamo();
  const s3 = createS3();
  try {
    const responseIds =
      response === undefined
        ? await findResponsesOfUser(dynamo, storage, userHash(user ?? ''))
        : [keyableId(response)];
    const traces = await findTraces(dynamo, storage, responseIds);
    const { tick } = await createSeriesStore(dynamo, storage.series).readControl();
    const hours = hoursOf(traces, tick?.tick ?? Date.now());
    const { bucket } = storage;
    // Files name responses as their senders do.
    const inFiles = response === undefined ? responseIds : [...responseIds, response];
    const work = { s3, bucket, responseIds: new Set(inFiles), scores };
    if (yes) {
      if (scores) await deleteItems(dynamo, storage.ratings, traces.ratings);
      else await deleteNotes(dynamo, storage.ratings, traces.notes);
    }
    const files = await (yes ? forgetInFiles(work, storage.putFile) : findInFiles(work));
    if (yes) {
      if (scores) {
        await createCounterStore(dynamo, storage.series).markDirty(hours.open, randomUUID());
        await deleteItems(dynamo, storage.judgements, traces.judgements);
        // Once more: an evaluation in between has taken the first marks away.
        await createCounterStore(dynamo, storage.series).markDirty(hours.open, randomUUID());
      }
      await deleteItems(dynamo, storage.judgements, traces.texts);
    }
    return {
      done: yes,
      of: response === undefined ? 'user' : 'response',
      responses: responseIds.length,
      texts: traces.texts.length,
      notes: traces.notes.length,
      files,
      scores: scores
        ? {
            judgements: traces.judgements.length,
            ratings: traces.ratings.length,
            hours: hours.open.length,
            closedHours: hours.closed,
          }
        : null,
    };
  } finally {
    dynamo.destroy();
    s3.destroy();
  }
}

function hoursOf({ judgements }: StoredTraces, now: number): { open: DirtyHour[]; closed: number } {
  const all = [...new Map(judgements.map(hourOf).map((each) => [dirtySortKey(each), each])).values()];
  const open = all.filter((each) => now < hourStart(each.hour) + hour + freezeAfter);
  return { open, closed: all.length - open.length };
}
