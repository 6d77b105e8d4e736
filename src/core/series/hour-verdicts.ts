import { createHash } from 'node:crypto';
import { finalStates, type JudgementIdentity } from '../judging/judgement.ts';
import type { Slice } from './keys.ts';
import type { FreshColumns } from './series-set.ts';
import { type JudgementCount, VerdictSums } from './verdict-sums.ts';

/** What a roll-up needs of a judgement, and by what it is known again; neither names a response or a conversation. */
export interface KeyedVerdict extends JudgementCount {
  readonly key: string;
}

/** A judgement without its names. */
export function keyVerdict(
  judgement: JudgementCount & Pick<JudgementIdentity, 'responseId' | 'fingerprint' | 'repeat'>,
): KeyedVerdict {
  const { at, state, score, pass, cohort, release, traceId, returnedModel, zoom, rescored } = judgement;
  const { responseId, fingerprint, repeat } = judgement;
  return {
    // One id may name several responses of an hour.
    key: shortHash(`${responseId}#${fingerprint}#${repeat}#${at}`),
    at,
    state,
    score,
    pass,
    cohort,
    release,
    returnedModel,
    ...(zoom !== undefined && { zoom }),
    ...(rescored !== undefined && { rescored }),
    traceId: traceId === undefined ? undefined : shortHash(traceId),
  };
}

/** 96 bits of a hash. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/**
 * The verdicts of an hour under one rubric version, each counted once however often and in whatever order it comes. An
 * end that another may follow gives way to the one that nothing follows.
 */
export class HourVerdicts {
  readonly #sums: VerdictSums;
  readonly #final = new Set<string>();
  readonly #passing = new Map<string, JudgementCount & { readonly state: 'dlq' }>();

  constructor(rubric: { readonly id: string; readonly version: number }) {
    this.#sums = new VerdictSums(rubric);
  }

  /** How many judgements are counted. */
  get size(): number {
    return this.#final.size + this.#passing.size;
  }

  /** The hour as it is now: of all, and of each cohort and release. */
  get columns(): ReadonlyMap<Slice, FreshColumns> {
    return this.#sums.slices;
  }

  add({ key, ...judgement }: KeyedVerdict): void {
    const { state } = judgement;
    if (this.#final.has(key)) return;
    if (state === 'dlq') {
      if (this.#passing.has(key)) return;
      this.#passing.set(key, { ...judgement, state });
      this.#sums.add(judgement);
      return;
    }
    if (!(finalStates as readonly string[]).includes(state)) return;
    const before = this.#passing.get(key);
    if (before !== undefined) this.#sums.takeOut(before);
    this.#passing.delete(key);
    this.#final.add(key);
    this.#sums.add(judgement);
  }
}
