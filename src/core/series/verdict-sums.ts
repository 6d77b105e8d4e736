import { type EndState, endStates, type JudgementState } from '../judging/judgement.ts';
import { bucketWidth, floorTo } from '../time.ts';
import { addTo } from './fresh-columns.ts';
import type { Slice } from './keys.ts';
import { type FreshColumns, verdictSource } from './series-set.ts';

/** What a roll-up needs of a judgement. */
export interface JudgementCount {
  readonly at: number;
  readonly state: JudgementState;
  readonly score: number | undefined;
  readonly pass: boolean | undefined;
  readonly cohort: string | undefined;
  readonly release: string | undefined;
  /** Conversations judged whole share one. */
  readonly traceId?: string | undefined;
  /** The model id that the judge's provider returned. */
  readonly returnedModel?: string | undefined;
  /** By how much its sampling rate was multiplied, over 1; absent at the usual rate. */
  readonly zoom?: number | undefined;
  /** Judged later, for the history of its version; absent of others. */
  readonly rescored?: true | undefined;
}

/** What a judgement counts as. */
export type VerdictOutcome = EndState | 'pass' | `score${number}`;

/**
 * What became of judgements, as columns of a verdict source. Each that an outcome counts has one beside it where judgements
 * were zoomed: `less:<outcome>`, the sum of 1 - weight, the weight being 1 over the factor of the sampling rate; and of all
 * verdicts `less2:judged`, the sum of 1 - weight^2. What of an outcome was rescored stands beside it too, as `back:<outcome>`.
 */
export type VerdictColumn =
  | VerdictOutcome
  | 'late'
  | 'squares'
  | `model:${string}`
  | `less:${VerdictOutcome}`
  | `back:${VerdictOutcome}`
  | 'less2:judged';

export function verdictColumn(
  rubric: { readonly id: string; readonly version: number },
  what: VerdictColumn,
): string {
  return `${verdictSource(rubric)}|${what}`;
}

/** The end state that a verdict column counts; undefined for every other column. */
export function endStateOf(columnName: string): EndState | undefined {
  if (!columnName.startsWith('v:')) return undefined;
  const what = columnName.slice(columnName.lastIndexOf('|') + 1);
  return endStates.find((state) => state === what);
}

/** The end state of which a verdict column counts what was rescored; undefined for every other column. */
export function rescoredEndOf(columnName: string): EndState | undefined {
  return columnName.includes('|back:') ? endStateOf(columnName.replace('|back:', '|')) : undefined;
}

/** Model ids of an hour that have a column of their own, those that came first; one more is for the rest. */
const mostModels = 4;
const variousModels = 'various';

/** Columns of an hour of verdicts, one judgement after the other: over all of them (`*`), and per cohort and release. */
export class VerdictSums {
  readonly slices = new Map<Slice, FreshColumns>();
  readonly #source: string;
  /** By conversation, how many of its verdicts stand in each bucket. */
  readonly #conversations = new Map<string, Map<number, number>>();

  readonly #models = new Set<string>();

  constructor(rubric: { readonly id: string; readonly version: number }) {
    this.#source = verdictSource(rubric);
  }

  add(judgement: JudgementCount): void {
    this.#count(judgement, 1);
    if (judgement.state !== 'judged') return;
    const bucket = floorTo(judgement.at, bucketWidth);
    this.#add('*', 'squares', bucket, this.#joinConversation(judgement.traceId, bucket));
    if (judgement.returnedModel !== undefined)
      this.#add('*', `model:${this.#nameModel(judgement.returnedModel)}`, bucket, 1);
  }

  /** Takes a judgement out again that ended without a verdict. */
  takeOut(judgement: JudgementCount & { readonly state: Exclude<EndState, 'judged'> }): void {
    this.#count(judgement, -1);
  }

  #count(judgement: JudgementCount, by: number): void {
    const { at, cohort, release, zoom = 1, rescored } = judgement;
    const bucket = floorTo(at, bucketWidth);
    const of: Slice[] = ['*'];
    if (cohort !== undefined) of.push(`c:${cohort}`);
    if (release !== undefined) of.push(`r:${release}`);
    for (const what of outcomes(judgement))
      for (const slice of of) {
        this.#add(slice, what, bucket, by);
        if (rescored === true && isToldApart(what)) this.#add(slice, `back:${what}`, bucket, by);
        if (!(zoom > 1)) continue;
        this.#add(slice, `less:${what}`, bucket, by * (1 - 1 / zoom));
        if (what === 'judged') this.#add(slice, 'less2:judged', bucket, by * (1 - 1 / zoom ** 2));
      }
  }

  /** A provider may return another id at each call: without a bound each would be a column. */
  #nameModel(model: string): string {
    if (this.#models.size < mostModels) this.#models.add(model);
    return this.#models.has(model) ? model : variousModels;
  }

  /**
   * Each response adds its conversation's size, so that the column sums to the squares of the sizes.
   *
   * @returns the size of the conversation with this response
   */
  #joinConversation(traceId: string | undefined, bucket: number): number {
    if (traceId === undefined) return 1;
    const members = this.#conversations.get(traceId) ?? new Map<number, number>();
    this.#conversations.set(traceId, members);
    let size = 1;
    for (const [at, count] of members) {
      size += count;
      this.#add('*', 'squares', at, count);
    }
    members.set(bucket, (members.get(bucket) ?? 0) + 1);
    return size;
  }

  #add(slice: Slice, what: VerdictColumn, bucket: number, by: number): void {
    addTo(this.slices, slice, `${this.#source}|${what}`, bucket, by);
  }
}

/** Whether what was rescored is wanted of an outcome: of ends for the balance, of passes for what is no news. */
function isToldApart(what: VerdictOutcome): boolean {
  return !what.startsWith('score');
}

function outcomes({ state, score, pass }: JudgementCount): VerdictOutcome[] {
  switch (state) {
    case 'judged':
      return [
        'judged',
        ...(pass === true ? (['pass'] as const) : []),
        ...(score === undefined ? [] : ([`score${score}`] as const)),
      ];
    case 'unjudgeable':
    case 'shed':
    case 'dlq':
      return [state];
    case 'leased':
    case 'waiting':
      return [];
  }
}
