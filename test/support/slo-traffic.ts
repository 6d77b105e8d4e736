import type { Surface } from '#core/catalogue/catalogue.ts';
import { responseRecordSchema } from '#core/record/response-record.ts';
import { countResponse, type Increments } from '#core/series/count-record.ts';
import type { PackedDay } from '#core/series/series-set.ts';
import { bucketsPerDay } from '#core/time.ts';

type Record_ = Record<string, unknown>;

/** A record in which nothing is amiss under any shipped SLO. What differs is laid over it. */
export function healthyRecord(id: string, at: number, overrides: Readonly<Record_> = {}): Record_ {
  return {
    id,
    at: new Date(at).toISOString(),
    status: 'success',
    model: 'a-model',
    provider: 'primary',
    usage: { inputTokens: 400, outputTokens: 101, costUsd: 0.03 },
    timing: { ttftMs: 300, totalMs: 1_300, turnsMs: [600, 700] },
    ...overrides,
  };
}

/** `count` records spread evenly over (from, to), made one by one. */
export function spread(
  count: number,
  from: number,
  to: number,
  make: (index: number, at: number) => Record_,
): Record_[] {
  return Array.from({ length: count }, (_, index) =>
    make(index, Math.floor(from + ((index + 0.5) * (to - from)) / count)),
  );
}

const everyHour = Array.from({ length: 24 }, (_, index) => (index * bucketsPerDay) / 24);

/**
 * A stored day of a surface: these records in each of the buckets of the day (0 to 287; one an hour unless told
 * otherwise), as the sampler and the evaluator would have counted them.
 */
export function packedDay(
  surface: Surface,
  records: readonly Record_[],
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
export function incrementsOf(surface: Surface, records: readonly Record_[], copies = 1): Increments {
  const increments: Increments = new Map();
  for (const record of records) countResponse(increments, surface, responseRecordSchema.parse(record));
  return new Map([...increments].map(([name, value]) => [name, value * copies]));
}
