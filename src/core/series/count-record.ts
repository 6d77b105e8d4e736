import type { Surface } from '../catalogue/catalogue.ts';
import type { ResponseRecord } from '../record/response-record.ts';
import type { Field, Sli } from '../slo/slo.ts';
import { histogramBin } from '../statistics/log-histogram.ts';

/**
 * What one record adds to the counters of its bucket: column name to increment. Columns:
 * `n` responses, `err` failed ones, `refused`, `sampled`, `redelivered`; `t:<slo>` and `g:<slo>` all and good events
 * of a ratio SLO; `h:<field>:<bin>` a log-histogram; `s:<field>` and `c:<field>` a sum and its count; `pt:<provider>` and `pg:<provider>` attempts.
 */
export type Increments = Map<string, number>;

/** Fields that every surface keeps a histogram of, for medians and 99th percentiles. */
const histogramFields: readonly Field[] = ['ttftMs', 'totalMs', 'costUsd'];

/** Adds a response to increments. */
export function countResponse(increments: Increments, surface: Surface, record: ResponseRecord): void {
  add(increments, 'n', 1);
  if (record.status === 'error') add(increments, 'err', 1);
  if (record.response?.refused === true) add(increments, 'refused', 1);
  for (const slo of surface.slos) {
    const good = judgeEvent(slo.sli, record);
    if (good === undefined) continue;
    add(increments, `t:${slo.id}`, 1);
    add(increments, `g:${slo.id}`, good ? 1 : 0);
  }
  for (const field of histogramFields) {
    const value = fieldOf(record, field);
    if (value === undefined) continue;
    add(increments, `h:${field}:${histogramBin(value)}`, 1);
    add(increments, `s:${field}`, value);
    add(increments, `c:${field}`, 1);
  }
  for (const attempt of record.attempts ?? [])
    countAttempt(increments, attempt.provider ?? record.provider, attempt.status);
  if (record.attempts === undefined) countAttempt(increments, record.provider, record.status);
}

/** Adds one provider's attempt: failures that a gateway logs apart count here and nowhere else. */
export function countAttempt(
  increments: Increments,
  provider: string | undefined,
  status: 'success' | 'error',
): void {
  if (provider === undefined) return;
  add(increments, `pt:${provider}`, 1);
  add(increments, `pg:${provider}`, status === 'success' ? 1 : 0);
}

export function add(increments: Increments, column: string, by: number): void {
  increments.set(column, (increments.get(column) ?? 0) + by);
}

/** Whether a response is a good event of a ratio SLI; undefined where it is no event of it. */
function judgeEvent(sli: Sli, record: ResponseRecord): boolean | undefined {
  switch (sli.kind) {
    case 'success':
      return record.status === 'success';
    case 'accepted':
      return record.status === 'success' ? true : undefined;
    case 'field': {
      const value = fieldOf(record, sli.field);
      if (value === undefined) return undefined;
      return value <= (sli.atMost ?? Number.POSITIVE_INFINITY) && value >= (sli.atLeast ?? 0);
    }
    default:
      return undefined;
  }
}

/**
 * A number of a response. Tokens a second count the tokens after the first over the time after it; time lost to
 * failover is the sum of the failed attempts before the one that won, of failed-over responses only.
 */
export function fieldOf(record: ResponseRecord, field: Field): number | undefined {
  switch (field) {
    case 'ttftMs':
      return record.timing?.ttftMs;
    case 'totalMs':
      return record.timing?.totalMs;
    case 'longestTurnMs': {
      const turns = record.timing?.turnsMs;
      return turns === undefined || turns.length === 0 ? undefined : Math.max(...turns);
    }
    case 'tokensPerSecond': {
      const tokens = record.usage?.outputTokens;
      const { ttftMs, totalMs } = record.timing ?? {};
      if (
        tokens === undefined ||
        ttftMs === undefined ||
        totalMs === undefined ||
        tokens < 2 ||
        totalMs <= ttftMs
      )
        return undefined;
      return ((tokens - 1) * 1000) / (totalMs - ttftMs);
    }
    case 'costUsd':
      return record.usage?.costUsd;
    case 'failoverMs': {
      const attempts = record.attempts ?? [];
      const winner = attempts.findIndex(({ status }) => status === 'success');
      if (winner < 1) return undefined;
      return attempts.slice(0, winner).reduce((sum, { ms }) => sum + (ms ?? 0), 0);
    }
  }
}
