import type { ResponseRecord } from '../../record/response-record.ts';
import { formatShare } from '../words/format.ts';
import type { BadWords } from '../words/say-share.ts';
import {
  describeField,
  type Field,
  fieldOf,
  formatQuantity,
  sayField,
  unitOfField,
  type ValueUnit,
} from './field.ts';
import type { Sli } from './sli.ts';

/**
 * What the kinds of SLI are. A new kind is a member of the union in `sli.ts` and a row here; where the row's `counts` is
 * one that stands already, nothing else has to know of it. The compiler names every place that does.
 */

export type SliKind = Sli['kind'];
export type SliOf<Kind extends SliKind> = Extract<Sli, { readonly kind: Kind }>;

/**
 * Where an SLI's numbers come from.
 *
 * - `records`: good and all responses as they come in, `isGood` of each, in columns of every slice
 * - `verdicts`: the judge's verdicts, in columns of every slice
 * - `ratings`: people's ratings
 * - `attempts`: the attempts at each provider
 * - `histogram`: a histogram of a field, of the whole surface only
 * - `change`: the window against its baseline; the bound stands in the SLI, and there is no objective
 */
export type SliCounts = 'records' | 'verdicts' | 'ratings' | 'attempts' | 'histogram' | 'change';

/** A surface's traffic, from its file. */
export interface Traffic {
  /** Responses a day. */
  readonly expectedPerDay: number;
  /** Share that is judged, 0 to 1. */
  readonly sampleRate: number;
}

type SliRow<Kind extends SliKind> = SliTraits<Kind> &
  (
    | {
        readonly counts: 'records';
        /** Whether a response is a good event; undefined where it is no event of this SLI. */
        readonly isGood: (sli: SliOf<Kind>, record: ResponseRecord) => boolean | undefined;
        readonly bad: SayBad<Kind>;
      }
    | {
        readonly counts: Exclude<SliCounts, 'records' | 'change'>;
        readonly isGood?: never;
        readonly bad: SayBad<Kind>;
      }
    | { readonly counts: 'change'; readonly isGood?: never; readonly bad?: never }
  );

/** A bad event for everybody: `answer`, `answers`, `was bad`, `were bad`. */
type SayBad<Kind extends SliKind> = (sli: SliOf<Kind>) => BadWords;

interface SliTraits<Kind extends SliKind> {
  /** What is counted, in the plural. */
  readonly events: string;
  /** What is measured, for people: `share of responses whose cost is at most $0.045`. */
  readonly describe: (sli: SliOf<Kind>) => string;
  /**
   * Events a day that the traffic lets expect; undefined where it does not tell: people rate when they rate, failovers
   * happen when they happen, and each provider has its own share.
   */
  readonly expectedPerDay: (sli: SliOf<Kind>, traffic: Traffic) => number | undefined;
  /** How its value is written. */
  readonly unit: (sli: SliOf<Kind>) => ValueUnit;
  /** Settings that a surface may or must give it. */
  readonly takes?: readonly ('rubric' | 'bound' | 'feedback')[];
  /** Having no events is no gap in the data: there is nothing to measure, and all is well. */
  readonly mayHaveNone?: (sli: SliOf<Kind>) => boolean;
}

const share = () => 'share' as const;
const all = (_: Sli, { expectedPerDay }: Traffic) => expectedPerDay;

const answers = { one: 'answer', many: 'answers' } as const;
const had = (what: string): BadWords => ({ ...answers, was: `had ${what}`, were: `had ${what}` });

function describeBreach(field: Field, atMost: number | undefined, atLeast: number | undefined): string {
  if (atLeast === undefined) return `of over ${formatQuantity(field, atMost ?? 0)}`;
  if (atMost === undefined) return `of under ${formatQuantity(field, atLeast)}`;
  return `outside ${formatQuantity(field, atLeast)} to ${formatQuantity(field, atMost)}`;
}

const rows = {
  'judge-pass': {
    counts: 'verdicts',
    events: 'judged responses',
    describe: () =>
      "share of judged responses at the rubric's pass mark or over, corrected by human ratings where they exist",
    bad: () => ({ ...answers, was: 'was bad', were: 'were bad' }),
    expectedPerDay: (_, { expectedPerDay, sampleRate }) => expectedPerDay * sampleRate,
    unit: share,
    takes: ['rubric'],
  },
  'human-pass': {
    counts: 'ratings',
    events: 'rated responses',
    describe: () => 'share of responses that people rate as passing',
    bad: () => ({ one: 'rated answer', many: 'rated answers', was: 'was bad', were: 'were bad' }),
    expectedPerDay: () => undefined,
    unit: share,
    takes: ['rubric'],
  },
  accepted: {
    counts: 'records',
    events: 'responses',
    describe: () => 'share of responses that users did not regenerate, hand off, abandon or mark down',
    // Until the first negative feedback takes one away.
    isGood: (_, { status }) => (status === 'success' ? true : undefined),
    bad: () => ({ ...answers, was: 'was turned down by its user', were: 'were turned down by their users' }),
    expectedPerDay: all,
    unit: share,
    takes: ['feedback'],
  },
  field: {
    counts: 'records',
    events: 'responses',
    describe: ({ field, atMost, atLeast }) => {
      const bounds = [
        atMost === undefined ? [] : [`at most ${formatQuantity(field, atMost)}`],
        atLeast === undefined ? [] : [`at least ${formatQuantity(field, atLeast)}`],
      ].flat();
      return `share of responses whose ${describeField(field)} is ${bounds.join(' and ')}`;
    },
    isGood: ({ field, atMost = Number.POSITIVE_INFINITY, atLeast = 0 }, record) => {
      const value = fieldOf(record, field);
      return value === undefined ? undefined : value <= atMost && value >= atLeast;
    },
    bad: ({ field, atMost, atLeast }) => had(`${sayField(field)} ${describeBreach(field, atMost, atLeast)}`),
    expectedPerDay: (sli, traffic) => (isFailover(sli) ? undefined : traffic.expectedPerDay),
    unit: share,
    takes: ['bound'],
    mayHaveNone: isFailover,
  },
  success: {
    counts: 'records',
    events: 'responses',
    describe: () => 'share of requests that got a good response by any path',
    isGood: (_, { status }) => status === 'success',
    bad: () => ({
      one: 'request',
      many: 'requests',
      was: 'got no good response',
      were: 'got no good response',
    }),
    expectedPerDay: all,
    unit: share,
  },
  'provider-success': {
    counts: 'attempts',
    events: 'attempts',
    describe: () => "each provider's share of successful attempts",
    bad: () => ({ one: 'attempt', many: 'attempts', was: 'failed', were: 'failed' }),
    expectedPerDay: () => undefined,
    unit: share,
  },
  'refusal-change': {
    counts: 'change',
    events: 'responses',
    describe: ({ within }) =>
      `rise of the refusal rate over its baseline of 28 days, wanted at most ${formatShare(within).replace('%', ' points')}`,
    expectedPerDay: all,
    unit: share,
  },
  'quantile-change': {
    counts: 'change',
    events: 'responses',
    describe: ({ field, quantile, times }) =>
      `p${formatShare(quantile).replace('%', '')} of the ${describeField(field)} against its baseline of 28 days, wanted under ${times} times`,
    expectedPerDay: all,
    unit: ({ field }) => unitOfField(field),
  },
  'mean-change': {
    counts: 'change',
    events: 'responses',
    describe: ({ field, days, within }) =>
      `mean ${describeField(field)} against the median of ${days} days, wanted within ${formatShare(within)}`,
    expectedPerDay: all,
    unit: ({ field }) => unitOfField(field),
  },
  'median-multiple': {
    counts: 'histogram',
    events: 'responses',
    describe: ({ field, times }) =>
      `share of responses whose ${describeField(field)} is at most ${times} times the median`,
    bad: ({ field, times }) => had(`${sayField(field)} of over ${times} times the median`),
    expectedPerDay: all,
    unit: share,
  },
} as const satisfies { readonly [Kind in SliKind]: SliRow<Kind> };

/** Kinds whose numbers come from one of these places. */
export type KindCounting<Counts extends SliCounts> = {
  [Kind in SliKind]: (typeof rows)[Kind]['counts'] extends Counts ? Kind : never;
}[SliKind];

/** SLIs that are counted in columns of their own in every slice: those that cohorts and releases can be watched by. */
export type SlicedSli = SliOf<KindCounting<'records' | 'verdicts'>>;

/** The row of an SLI's kind. */
function rowOf(sli: Sli): SliRow<SliKind> {
  return rows[sli.kind] as SliRow<SliKind>;
}

/** Where an SLI's numbers come from. */
export function countsOf({ kind }: { readonly kind: SliKind }): SliCounts {
  return rows[kind].counts;
}

/** Whether it is counted in every slice, so that its cohorts and releases can be watched and records replayed. */
export function isSliced(sli: Sli): sli is SlicedSli {
  const counts = countsOf(sli);
  return counts === 'records' || counts === 'verdicts';
}

/** What an SLI measures, for people: `share of responses whose cost is at most $0.045`. */
export function describeSli(sli: Sli): string {
  return rowOf(sli).describe(sli);
}

/** What is counted, in the plural. */
export function describeEvents({ kind }: { readonly kind: SliKind }): string {
  return rows[kind].events;
}

/** A bad event of an SLI in the words of everybody; undefined for a change, which has none. */
export function badWordsOf(sli: Sli): BadWords | undefined {
  return rowOf(sli).bad?.(sli);
}

/** Whether a response is a good event of an SLI that counts records; undefined where it is no event of it. */
export function isGoodEvent(sli: Sli, record: ResponseRecord): boolean | undefined {
  return rowOf(sli).isGood?.(sli, record);
}

/** Events a day that an SLI of a surface is expected to have; undefined where the traffic does not tell. */
export function expectedEventsPerDay({ sli }: { readonly sli: Sli }, traffic: Traffic): number | undefined {
  return rowOf(sli).expectedPerDay(sli, traffic);
}

/** How the value of an SLO is to be written. */
export function unitOf({ sli }: { readonly sli: Sli }): ValueUnit {
  return rowOf(sli).unit(sli);
}

/** Whether a setting of surfaces means something to a kind. */
export function takesSetting(
  { kind }: { readonly kind: SliKind },
  setting: 'rubric' | 'bound' | 'feedback',
): boolean {
  const row: SliTraits<never> = rows[kind];
  return row.takes?.includes(setting) ?? false;
}

/** Whether having no events is no gap in the data. */
export function mayHaveNoEvents(sli: Sli): boolean {
  return rowOf(sli).mayHaveNone?.(sli) ?? false;
}

function isFailover({ field }: { readonly field: Field }): boolean {
  return field === 'failoverMs';
}
