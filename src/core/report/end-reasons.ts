import type { EndWithoutVerdict } from '../judging/judgement.ts';

/** What can become of a record that brings no verdict. */
export type EndToExplain = EndWithoutVerdict | 'rejected';

/** Why records or judgements ended so, how many, and the first of them. */
export interface EndReason {
  readonly end: EndToExplain;
  readonly reason: string;
  readonly count: number;
  /** Id of the first response, where it has one. */
  readonly firstId: string | null;
  /** Its line in the file, where it came from one. */
  readonly firstLine: number | null;
  readonly todo: string;
}

/** Reasons that are told of one kind of end. */
const mostTold = 3;

const todos: Readonly<Record<EndToExplain, string>> = {
  rejected: 'Once it is mended, "npx assay redrive rejected" puts the messages back.',
  unjudgeable: 'Nothing follows it: shorten or mend such texts where the application logs them.',
  shed: 'Raise spendingCapUsdPerDay in slos/policy.yaml, or lower sample rates.',
  dlq: 'Mend the cause, then "npx assay redrive" has them judged again.',
};

interface Tallied {
  readonly reason: string;
  count: number;
  readonly firstId: string | null;
  readonly firstLine: number | null;
}

/** Counts reasons. Those that differ in numbers alone are one. */
export class ReasonTally {
  readonly #ends = new Map<EndToExplain, Map<string, Tallied>>();

  add(
    end: EndToExplain,
    reason: string,
    { id, line }: { readonly id?: string; readonly line?: number },
  ): void {
    const reasons = this.#ends.get(end) ?? new Map<string, Tallied>();
    this.#ends.set(end, reasons);
    const form = reason.replace(/\d+/g, '0');
    const known = reasons.get(form);
    if (known === undefined)
      reasons.set(form, { reason, count: 1, firstId: id ?? null, firstLine: line ?? null });
    else known.count += 1;
  }

  /** The commonest of each kind of end, the most frequent first. */
  get commonest(): EndReason[] {
    return [...this.#ends].flatMap(([end, reasons]) =>
      [...reasons.values()]
        .sort((first, second) => second.count - first.count)
        .slice(0, mostTold)
        .map((each) => ({ end, ...each, todo: todos[end] })),
    );
  }
}

const words: Readonly<Record<EndToExplain, string>> = {
  rejected: 'rejected',
  unjudgeable: 'unjudgeable',
  shed: 'shed',
  dlq: 'in the dead-letter queue',
};

/** `2 rejected: … First: line 3. Mend …` */
export function describeReason({ end, reason, count, firstId, firstLine, todo }: EndReason): string {
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  const first = firstLine === null ? firstId : `line ${firstLine}`;
  return `${count} ${words[end]}: ${sentence}${first === null ? '' : ` First: ${first}.`} ${todo}`;
}
