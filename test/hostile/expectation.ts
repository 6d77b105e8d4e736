import { createHash } from 'node:crypto';
import { bucketWidth, floorTo } from '#core/time.ts';
import type { RejectionKind } from './malformed.ts';

/** What must come of a message, known when it is made. */
export type Expectation =
  | {
      readonly kind: 'counted';
      /** Counter of the bucket that it adds one to. */
      readonly column: 'n' | 'gatewayFailures' | 'feedback';
      readonly slot: string;
      /** The judgement that it asks for, where it is sampled. */
      readonly judgement?: string;
      /** The response that it takes the acceptance away from. */
      readonly negativeOf?: string;
    }
  | { readonly kind: 'rejected'; readonly reason: RejectionKind };

/** Where a record is counted: surface, 5-minute bucket, cohort. */
export function slotOf(surface: string, at: number, cohort: string): string {
  return `${surface} ${new Date(floorTo(at, bucketWidth)).toISOString()} ${cohort}`;
}

/** The slot of a counter's item; undefined of other items, and of a release's counters. */
export function slotOfKey(pk: string, sk: string): string | undefined {
  const [kind, surface = '', hourOf] = pk.split('#');
  const slice = sk.slice(3);
  if (kind !== 'count' || !slice.startsWith('c:')) return undefined;
  const at = Date.parse(`${hourOf}:00:00.000Z`) + Number(sk.slice(0, 2)) * bucketWidth;
  return slotOf(surface, at, slice.slice(2));
}

/** Of a slot that stands for all cohorts of a surface together. */
export const anyCohort = '*';

/** A judgement as the balance knows it: surface, rubric, hour and response. */
export function judgementOf(surface: string, rubric: string, at: number, id: string): string {
  return `${surface}#${rubric}#${new Date(at).toISOString().slice(0, 13)} ${id}`;
}

/**
 * Whether a key is in the sample, from the words of the documentation and with none of the code that samples: the top
 * 53 bits of SHA-256 of the domain and the key.
 */
export function inSample(key: string, rate: number): boolean {
  const digest = createHash('sha256').update(`assay/sampling/v1:${key}`).digest('hex');
  return Number(BigInt(`0x${digest}`) >> 203n) / 2 ** 53 < rate;
}
