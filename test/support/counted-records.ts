import type { Surface } from '#core/catalogue/catalogue.ts';
import { responseRecordSchema } from '#core/record/response-record.ts';
import { countResponse, type Increments } from '#core/series/count-record.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { bucketsPerDay } from '#core/time.ts';

type SentRecord = Record<string, unknown>;

const everyHour = Array.from({ length: 24 }, (_, index) => (index * bucketsPerDay) / 24);

/**
 * A stored day of a surface: these records in each of the buckets of the day (0 to 287; one an hour unless told
 * otherwise), as the sampler and the evaluator would have counted them.
 */
export function packedDay(
  surface: Surface,
  records: readonly SentRecord[],
  buckets: readonly number[] = everyHour,
): PackedDay {
  return Object.fromEntries(
    [...incrementsOf(surface, records)].map(([name, value]) => [
      name,
      buckets.map((bucket) => [bucket, value] as const),
    ]),
  );
}

/** What records add to the counters of their bucket. */
export function incrementsOf(surface: Surface, records: readonly SentRecord[], copies = 1): Increments {
  const increments: Increments = new Map();
  for (const record of records) countResponse(increments, surface, responseRecordSchema.parse(record));
  return new Map([...increments].map(([name, value]) => [name, value * copies]));
}
