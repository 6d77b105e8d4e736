import type { JudgementState } from '#core/judging/judgement.ts';
import type { TextRefusals } from '#core/judging/refusal-history.ts';

/** What came of asking for a judgement's lease. */
export type Lease =
  | {
      readonly kind: 'acquired';
      readonly owner: string;
      readonly tries: number;
      /** Refusals that count against this text, of the tries before. */
      readonly refusals: TextRefusals | undefined;
    }
  /** Somebody else works on it until about then, epoch milliseconds. */
  | { readonly kind: 'held'; readonly until: number }
  /** The key is that of another response of the same hour, to which its sender gave the same id. */
  | { readonly kind: 'other' }
  /** It has ended; `sent` tells of a DLQ copy that is known to have arrived. */
  | {
      readonly kind: 'ended';
      readonly state: JudgementState;
      readonly sent: boolean;
      readonly reason: string;
    };

/** How a judgement's message came. */
export interface Delivery {
  /** SQS's id of the message: a redrive by the console gives a new one, a redelivery does not. */
  readonly messageId: string;
  /** When it was put into the queue, epoch milliseconds; a redrive by the console is a new one. */
  readonly sentAt: number;
  /** How often it was received, this time included. */
  readonly receives: number;
}

/** The lease that an item holds. */
export function acquired(owner: string, { tries, refusals, refusedFrom }: Record<string, unknown>): Lease {
  const count = Number(refusals ?? 0);
  return {
    kind: 'acquired',
    owner,
    tries: Number(tries),
    refusals: count > 0 ? { count, firstAt: Number(refusedFrom) } : undefined,
  };
}
