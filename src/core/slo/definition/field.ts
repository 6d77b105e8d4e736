import type { ResponseRecord } from '../../record/response-record.ts';

/** Numbers of a response that an SLI can hold against a bound. Milliseconds, US dollars, tokens a second. */
export const fields = [
  'ttftMs',
  'totalMs',
  'longestTurnMs',
  'tokensPerSecond',
  'costUsd',
  'failoverMs',
] as const;
export type Field = (typeof fields)[number];

/** How a value is to be written. */
export type ValueUnit = 'share' | 'ms' | 'usd' | 'tokensPerSecond';

interface FieldRow {
  readonly words: string;
  readonly unit: Exclude<ValueUnit, 'share'>;
  /** The number of a response; undefined where it has none. */
  readonly read: (record: ResponseRecord) => number | undefined;
}

/** What is known of each field: a new one is a row here. */
const rows: { readonly [F in Field]: FieldRow } = {
  ttftMs: { words: 'time to the first token', unit: 'ms', read: ({ timing }) => timing?.ttftMs },
  totalMs: { words: 'time to the whole answer', unit: 'ms', read: ({ timing }) => timing?.totalMs },
  longestTurnMs: {
    words: 'longest turn',
    unit: 'ms',
    read: ({ timing }) => longestOf(timing?.turnsMs),
  },
  tokensPerSecond: {
    words: 'tokens a second after the first',
    unit: 'tokensPerSecond',
    read: tokensPerSecond,
  },
  costUsd: { words: 'cost', unit: 'usd', read: ({ usage }) => usage?.costUsd },
  failoverMs: { words: 'time lost before the winning attempt', unit: 'ms', read: failoverMs },
};

/** Senders name as many turns as they like: more than a call takes as arguments. */
function longestOf(turnsMs: readonly number[] = []): number | undefined {
  let longest: number | undefined;
  for (const ms of turnsMs) if (longest === undefined || ms > longest) longest = ms;
  return longest;
}

/** The tokens after the first over the time after it. */
function tokensPerSecond({ usage, timing }: ResponseRecord): number | undefined {
  const tokens = usage?.outputTokens;
  const { ttftMs, totalMs } = timing ?? {};
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

/** The sum of the failed attempts before the one that won, of failed-over responses only. */
function failoverMs({ attempts = [] }: ResponseRecord): number | undefined {
  const winner = attempts.findIndex(({ status }) => status === 'success');
  if (winner < 1) return undefined;
  return attempts.slice(0, winner).reduce((sum, { ms }) => sum + (ms ?? 0), 0);
}

/** A number of a response; undefined where it has none. */
export function fieldOf(record: ResponseRecord, field: Field): number | undefined {
  return rows[field].read(record);
}

/** A field for people: `time to the first token`. */
export function describeField(field: Field): string {
  return rows[field].words;
}

/** `a cost`, `tokens a second after the first`: what a response has. */
export function sayField(field: Field): string {
  return field === 'tokensPerSecond' ? describeField(field) : `a ${describeField(field)}`;
}

/** How a value of a field is to be written. */
export function unitOfField(field: Field): FieldRow['unit'] {
  return rows[field].unit;
}

/** A value of a field with its unit: `$0.045`, `600 ms`. */
export function formatQuantity(field: Field, value: number): string {
  switch (rows[field].unit) {
    case 'usd':
      return `$${value}`;
    case 'ms':
      return `${value} ms`;
    case 'tokensPerSecond':
      return String(value);
  }
}
