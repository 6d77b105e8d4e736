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
import { env } from '#core/names.ts';
import { label } from '#core/record/response-record.ts';
import { userHash } from '#core/record/user-hash.ts';
import { type DirtyHour, dirtySortKey } from '#core/series/keys.ts';
import { freezeAfter, hour, hourStart } from '#core/time.ts';
import type { PlaceOptions } from '../target/rating-place.ts';
import type { StackStorage } from '../target/stack-storage.ts';
import { CliError } from '../terminal/output.ts';
import { type FileTraces, findInFiles, forgetInFiles, type PutFile } from './forget-files.ts';
import { describeForgetting } from './forget-text.ts';

interface ForgetOptions extends PlaceOptions {
  readonly response?: string;
  readonly user?: string;
  readonly scores?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
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

interface ForgetPlace extends StackStorage {
  readonly putFile: PutFile | undefined;
  readonly option: string;
  close(): Promise<void>;
}

/** Shows what is stored of a response or a user, and with `--yes` deletes it. */
export async function forgetTexts(options: ForgetOptions): Promise<void> {
  checkOptions(options);
  const place = await openPlace(options);
  try {
    const forgetting = await forget(place, options);
    if (options.json === true) console.log(JSON.stringify(forgetting, null, 2));
    else console.log(describeForgetting(forgetting, place.option));
  } finally {
    await place.close();
  }
}

function checkOptions({ response, user }: ForgetOptions): void {
  if ((response === undefined) === (user === undefined))
    throw new CliError(
      'Wanted either --response with the id of a response, or --user with the id of a user.',
    );
  if (response !== undefined && !label.safeParse(response).success)
    throw new CliError(
      '--response: wanted the id of a response: at most 200 characters, without control characters or "#".',
    );
  if (user === '') throw new CliError('--user: wanted the id of a user, got nothing.');
}

/**
 * Deletes in an order that can be broken off and begun again: ratings before the files that a rewritten file is
 * compared with, and a user's texts, by which the responses are found, last.
 */
async function forget(place: ForgetPlace, options: ForgetOptions): Promise<Forgetting> {
  const { response, user, scores = false, yes = false } = options;
  const dynamo = createDynamo();
  const s3 = createS3();
  try {
    const responseIds =
      response === undefined ? await findResponsesOfUser(dynamo, place, userHash(user ?? '')) : [response];
    const traces = await findTraces(dynamo, place, responseIds);
    const { tick } = await createSeriesStore(dynamo, place.series).readControl();
    const hours = hoursOf(traces, tick?.tick ?? Date.now());
    const { bucket } = place;
    const work = { s3, bucket, responseIds: new Set(responseIds), scores };
    if (yes) {
      if (scores) await deleteItems(dynamo, place.ratings, traces.ratings);
      else await deleteNotes(dynamo, place.ratings, traces.notes);
    }
    const files = await (yes ? forgetInFiles(work, place.putFile) : findInFiles(work));
    if (yes) {
      if (scores) {
        await createCounterStore(dynamo, place.series).markDirty(hours.open, randomUUID());
        await deleteItems(dynamo, place.judgements, traces.judgements);
        // Once more: an evaluation in between has taken the first marks away.
        await createCounterStore(dynamo, place.series).markDirty(hours.open, randomUUID());
      }
      await deleteItems(dynamo, place.judgements, traces.texts);
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

async function openPlace(options: PlaceOptions): Promise<ForgetPlace> {
  if (options.stack !== undefined) {
    const { findStackStorage } = await import('../target/stack-storage.ts');
    return {
      ...(await findStackStorage(options.stack)),
      // S3 tells the ratings function of a file that was written.
      putFile: undefined,
      option: ` --stack ${options.stack}`,
      close: async () => undefined,
    };
  }
  const { openLocalRun } = await import('../target/local-run.ts');
  const session = await openLocalRun(options.local);
  const { findRatingBucket, uploadRatingFile } = await import('#local/replay/upload-rating-file.ts');
  const s3 = createS3();
  try {
    return {
      judgements: String(process.env[env.judgementTable]),
      ratings: String(process.env[env.ratingTable]),
      series: String(process.env[env.seriesTable]),
      bucket: await findRatingBucket(s3),
      putFile: async (name, text) => {
        await uploadRatingFile({ name, text }, Date.now());
      },
      option: options.local === '.assay' ? '' : ` --local ${options.local}`,
      close: () => session.stop(),
    };
  } catch (error) {
    await session.stop();
    throw error;
  } finally {
    s3.destroy();
  }
}
