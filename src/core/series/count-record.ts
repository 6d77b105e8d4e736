import type { Surface } from '../catalogue/catalogue.ts';
import type { ResponseRecord } from '../record/response-record.ts';
import { type Field, fieldOf } from '../slo/definition/field.ts';
import type { Sli } from '../slo/definition/sli.ts';
import { isGoodEvent } from '../slo/definition/sli-kinds.ts';
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
    const isGood = isGoodEvent(sli, record);
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
