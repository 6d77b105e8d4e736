import type { Surface } from '../catalogue/catalogue.ts';
import { type UnusableField, unusableFields } from '../record/read-fields.ts';
import type { ResponseRecord } from '../record/response-record.ts';
import { type Field, fieldOf } from '../slo/definition/field.ts';
import type { Sli } from '../slo/definition/sli.ts';
import { isGoodEvent } from '../slo/definition/sli-kinds.ts';
import { histogramBin } from '../statistics/log-histogram.ts';
import { overflowName } from './keys.ts';
import { prefixed } from './prefixed-names.ts';

/**
 * What one record adds to the counters of its bucket: column name to increment. Columns:
 * `n` responses, `err` failed ones, `refused`, `sampled`, `less:sampled` what zoomed ones of those count for less, `redelivered`; `t:<slo>` and `g:<slo>` all and good events
 * of a ratio SLO; `h:<field>:<bin>` a log-histogram; `s:<field>` and `c:<field>` a sum and its count; `pt:<provider>` and `pg:<provider>` attempts;
 * `overflow:<what>` what was one too many: records of an unlisted surface, of another cohort or release than the day
 * has room for, attempts at another provider, and attempts that are not counted; `unusable:<field>` records of which a
 * field was of no use; `textless` good answers that had no text to judge; `repeatedId` records whose id another had.
 */
export type Increments = Map<string, number>;

/** Fields that every surface keeps a histogram of, for medians and 99th percentiles. */
const histogramFields = ['ttftMs', 'totalMs', 'costUsd'].map((field) => ({
  field: field as Field,
  sum: `s:${field}`,
  count: `c:${field}`,
  bins: new Map<string, string>(),
}));

/** Most attempts of a record that count, and most providers that a record can name. Gateways try a handful. */
const maxAttempts = 50;
const maxProviders = 8;

/** The name under which a provider is counted: its own, or `other`. */
export type ProviderNames = (provider: string) => string;

const ownName: ProviderNames = (provider) => provider;

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

/**
 * The most columns that a record can add to: two for each SLO, attempt's provider and number of a histogram (and one
 * more there), one for each field of no use, and some dozens.
 */
export function mostColumnsOf(surface: Pick<Surface, 'slos'> | undefined): number {
  return 2 * ((surface?.slos.length ?? 0) + maxProviders + 1) + 3 * 3 + unusableFields.length + 24;
}

/** Adds a response to increments. */
export function countResponse(
  increments: Increments,
  surface: Surface,
  record: ResponseRecord,
  providerNames = ownName,
): void {
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
  const { attempts } = record;
  if (attempts === undefined) countAttempt(increments, record.provider, record.status, providerNames);
  else countAttempts(increments, record, attempts, providerNames);
}

function countAttempts(
  increments: Increments,
  record: ResponseRecord,
  attempts: NonNullable<ResponseRecord['attempts']>,
  providerNames: ProviderNames,
): void {
  const left = attempts.length - maxAttempts;
  if (left > 0) add(increments, 'overflow:attempt', left);
  const named = new Set(providersOf(record));
  const names: ProviderNames = (provider) => (named.has(provider) ? providerNames(provider) : overflowName);
  for (const { provider, status } of left > 0 ? attempts.slice(0, maxAttempts) : attempts)
    countAttempt(increments, provider ?? record.provider, status, names);
}

/** The providers that a record is counted against: the first eight that it names. */
export function providersOf({
  provider,
  attempts,
}: Pick<Partial<ResponseRecord>, 'provider' | 'attempts'>): readonly string[] {
  if (attempts === undefined) return provider === undefined ? [] : [provider];
  const named = new Set<string>();
  for (const attempt of attempts.slice(0, maxAttempts)) {
    const name = attempt.provider ?? provider;
    if (name !== undefined && named.size < maxProviders) named.add(name);
  }
  return [...named];
}

const attemptsOf = prefixed('pt:');
const goodAttemptsOf = prefixed('pg:');

/** Adds one provider's attempt: failures that a gateway logs apart count here and nowhere else. */
export function countAttempt(
  increments: Increments,
  provider: string | undefined,
  status: 'success' | 'error',
  providerNames = ownName,
): void {
  if (provider === undefined) return;
  const name = providerNames(provider);
  if (name !== provider) add(increments, 'overflow:provider', 1);
  add(increments, attemptsOf(name), 1);
  add(increments, goodAttemptsOf(name), status === 'success' ? 1 : 0);
}

/** Adds a response that is in the sample. @param zoom by how much its surface's rate was multiplied; absent where it was not */
export function countSampled(increments: Increments, zoom: number | undefined): void {
  add(increments, 'sampled', 1);
  if (zoom !== undefined) add(increments, 'less:sampled', 1 - 1 / zoom);
}

/** Adds what of a record was left out. */
export function countUnusable(increments: Increments, fields: readonly UnusableField[] = []): void {
  for (const field of fields) add(increments, `unusable:${field}`, 1);
}

export function add(increments: Increments, column: string, by: number): void {
  increments.set(column, (increments.get(column) ?? 0) + by);
}
