import type { Severity } from '../../names.ts';

/** The shortest window of a row that holds 50 events, read for recovery. */
export interface RecentReading {
  readonly failShare: number;
  /** Fail share at which the row's burn is reached. */
  readonly failShareAtBound: number;
  /** What raised the alarm is over by the recent events: what stands on the past stands no longer. */
  readonly recovered: boolean;
}

/** What a severity's rules say at a tick. */
export interface Candidate {
  /** The greater of the row's and the detector's pressure (and people's), 0 or more. */
  readonly pressure: number;
  /** What a standing alarm is held against; at least `pressure`. */
  readonly standing: number;
  /** There were new events and the rule could be read; else the alarm keeps its state. */
  readonly measured: boolean;
  /** What the row's recent window says of a recovery; absent where its alarm does not stand, there is no row, or too few events. */
  readonly recent?: RecentReading | undefined;
  /** People have confirmed the breach: no hold of the judge's applies. */
  readonly confirmed: boolean;
  /** Of the page: the warning that people were asked about has not calmed down. */
  readonly warns?: boolean | undefined;
  /** The cohort it is about, where several are watched as one. */
  readonly cohort?: string | undefined;
  /** The rule's reading in words, made only for a transition or when asked. */
  readonly describe: () => string;
}

export type Candidates = Partial<Record<Severity, Candidate>>;
