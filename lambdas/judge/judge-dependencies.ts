import type { Circuits } from '#adapters/dynamodb/circuits.ts';
import type { JudgeHistories } from '#adapters/dynamodb/judge-history.ts';
import type { JudgedVerdict } from '#adapters/dynamodb/judgement-item.ts';
import type { JudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import type { Delivery } from '#adapters/dynamodb/lease.ts';
import type { BatchAllowance } from '#adapters/dynamodb/spending-allowance.ts';
import type { VerdictChange } from '#adapters/dynamodb/verdict-journal.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import type { JudgeAnswer, JudgeCall } from '#core/judging/judge-answer.ts';
import type { JudgeError } from '#core/judging/judge-error.ts';
import type { EndWithoutVerdict, JudgeTask } from '#core/judging/judgement.ts';
import type { UnstoredEnds } from './unstored-ends.ts';

/** What becomes of a message: done with, or visible again after a wait. */
export type Disposal =
  | { readonly kind: 'done'; readonly change?: VerdictChange }
  | { readonly kind: 'again'; readonly seconds: number };

/** What happened, for the live metrics. */
export type JudgeEvent =
  | { readonly kind: 'judged'; readonly task: JudgeTask; readonly judged: JudgedVerdict }
  | { readonly kind: 'ended'; readonly task: JudgeTask; readonly state: EndWithoutVerdict }
  | {
      readonly kind: 'error';
      readonly task: JudgeTask;
      /** Whose fault it is, once that is settled. */
      readonly errorKind: Exclude<JudgeError['kind'], 'unknown'>;
    }
  /** The provider said that a call cost more than it can have. */
  | { readonly kind: 'overcharged'; readonly task: JudgeTask };

export interface JudgeDependencies {
  readonly catalogue: Catalogue;
  readonly store: JudgementStore;
  readonly circuits: Circuits;
  readonly histories: JudgeHistories;
  readonly allowance: BatchAllowance;
  /** Of this instance. */
  readonly unstored: UnstoredEnds<JudgeEvent>;
  readonly ask: (call: JudgeCall) => Promise<JudgeAnswer>;
  /** Puts a message whose tries are spent into the DLQ. @throws when the queue does not take it */
  readonly sendToDlq: (task: JudgeTask, reason: string) => Promise<void>;
  readonly recordEvent: (event: JudgeEvent) => void;
  /** How far evaluation has come, epoch milliseconds. */
  readonly readLastTick: (now: number) => Promise<number | undefined>;
  /** Wall clock, epoch milliseconds: leases and circuits live in real time. */
  readonly now: () => number;
  readonly random: () => number;
  /** A new unguessable string at each call. */
  readonly nonce: () => string;
}

/** How the message came, its `sentAt` being the day whose budget pays, and until when there is time. */
export interface Timing extends Delivery {
  /** When this invocation must have ended, epoch milliseconds. */
  readonly deadline: number;
}
