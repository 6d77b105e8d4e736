import type { Surface } from '../catalogue/catalogue.ts';
import type { ResponseRecord } from '../record/response-record.ts';
import type { Field, Sli } from '../slo/definition/slo.ts';
import { histogramBin } from '../statistics/log-histogram.ts';

/**
 * What one record adds to the counters of its bucket: column name to increment. Columns:
 * `n` responses, `err` failed ones, `refused`, `sampled`, `redelivered`; `t:<slo>` and `g:<slo>` all and good events
 * of a ratio SLO; `h:<field>:<bin>` a log-histogram; `s:<field>` and `c:<field>` a sum and its count; `pt:<provider>` and `pg:<provider>` attempts.
 */
export type Increments = Map<string, number>;

/** Fields that every surface keeps a histogram of, for medians and 99th percentiles. */
const histogramFields = ['ttftMs', 'totalMs', 'costUsd'].map((field) => ({
  field: field as Field,
  sum: `s:${field}`,
  count: `c:${field}`,
  bins: new Map<string, string>(),
}));

/** Columns of a surface's SLOs. Every record is counted in them, and making names anew costs more than counting. */
const sloColumns = new WeakMap<
  Surface,
  { readonly sli: Sli; readonly all: string; readonly good: string }[]
>();

function columnsOf(surface: Surface) {
  let columns = sloColumns.get(surface);
  if (columns === undefined) {
    columns = surface.slos.map(({ id, sli }) => ({ sli, all: `t:${id}`, good: `g:${id}` }));
    sloColumns.set(surface, columns);
  }
  return columns;
}

/** Adds a response to increments. */
export function countResponse(increments: Increments, surface: Surface, record: ResponseRecord): void {
  add(increments, 'n', 1);
  if (record.status === 'error') add(increments, 'err', 1);
  if (record.response?.refused === true) add(increments, 'refused', 1);
  for (const { sli, all, good } of columnsOf(surface)) {
    const isGood = judgeEvent(sli, record);
    if (isGood === undefined) continue;
    add(increments, all, 1);
    add(increments, good, isGood ? 1 : 0);
  }
  for (const { field, sum, count, bins } of histogramFields) {
    const value = fieldOf(record, field);
    if (value === undefined) continue;
    const bin = histogramBin(value);
    let column = bins.get(bin);
    if (column === undefined) {
      column = `h:${field}:${bin}`;
      bins.set(bin, column);
    }
    add(increments, column, 1);
    add(increments, sum, value);
    add(increments, count, 1);
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
