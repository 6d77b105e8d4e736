import type { Slo } from './slo.ts';

/** What a surface expects, from its file. */
export interface Traffic {
  /** Responses a day. */
  readonly expectedPerDay: number;
  /** Share that is judged, 0 to 1. */
  readonly sampleRate: number;
}

/**
 * Events a day that an SLI of a surface is expected to have; undefined where the traffic does not tell: people rate
 * when they rate, failovers happen when they happen, and each provider has its own share.
 */
export function expectedEventsPerDay({ sli }: Pick<Slo, 'sli'>, traffic: Traffic): number | undefined {
  switch (sli.kind) {
    case 'judge-pass':
      return traffic.expectedPerDay * traffic.sampleRate;
    case 'human-pass':
    case 'provider-success':
      return undefined;
    case 'field':
      return sli.field === 'failoverMs' ? undefined : traffic.expectedPerDay;
    default:
      return traffic.expectedPerDay;
  }
}
