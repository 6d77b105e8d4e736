import {
  type EndWithoutVerdict,
  type JudgementState,
  type JudgeTask,
  judgementKey,
} from '#core/judging/judgement.ts';
import type { TokenUsage } from '#core/judging/token-usage.ts';
import { fieldsOf } from '#core/record/json-object.ts';
import type { Spread } from '#core/rubric/repeats.ts';
import type { Verdict } from '#core/rubric/verdict.ts';
import { type KeyedVerdict, keyVerdict } from '#core/series/hour-verdicts.ts';

/** A verdict with what it took to get it. */
export interface JudgedVerdict extends Verdict {
  readonly returnedModel: string | undefined;
  readonly usage: TokenUsage | undefined;
  readonly costUsd: number;
  readonly latencyMs: number;
  readonly cut: boolean;
  /** Why it may be no new answer of the model: its sender says that it was cached, or it came sooner than a model answers. */
  readonly suspect?: 'cached' | 'fast' | undefined;
  /** What each asking gave, where the rubric has the judge asked more than once; tokens and cost are those of all then. */
  readonly spread?: Spread | undefined;
}

/** A finished judgement as it is read back: its scores without any text. */
export interface StoredJudgement {
  readonly responseId: string;
  /** Epoch milliseconds of the response. */
  readonly at: number;
  readonly state: JudgementState;
  readonly score: number | undefined;
  readonly pass: boolean | undefined;
  readonly criteria: Readonly<Record<string, number>>;
  readonly probability: number;
  /** By how much its surface's sampling rate was multiplied; absent at the usual rate. */
  readonly zoom?: number | undefined;
  /** Judged later, for the history of its version; absent of others. */
  readonly rescored?: true | undefined;
  /** Of one that waits: when it is forgotten, epoch seconds; one that was given up at once. */
  readonly expiresAt?: number | undefined;
  readonly fingerprint: string;
  readonly repeat: number;
  readonly returnedModel: string | undefined;
  /** US dollars. */
  readonly costUsd: number;
  readonly cohort: string | undefined;
  readonly release: string | undefined;
  readonly model: string | undefined;
  readonly traceId: string | undefined;
  readonly reason: string | undefined;
}

/** What the key of a judgement says; the other way round than `judgementKey`. */
export interface ParsedJudgementKey {
  readonly surface: string;
  readonly rubric: { readonly id: string; readonly version: number };
  /** Such as `2026-11-03T09`. */
  readonly hour: string;
  readonly responseId: string;
  readonly fingerprint: string;
  readonly repeat: number;
}

/** Reads `judgement#chat#helpfulness@1#2026-11-03T09` and `r1#3f2a9c0d1e2f#0`. */
export function parseJudgementKey({
  pk,
  sk,
}: {
  readonly pk?: unknown;
  readonly sk?: unknown;
}): ParsedJudgementKey {
  const [, surface = '', rubric = '', hour = ''] = String(pk).split('#');
  const [responseId = '', fingerprint = '', repeat = '0'] = String(sk).split('#');
  const at = rubric.lastIndexOf('@');
  return {
    surface,
    rubric: { id: rubric.slice(0, at), version: Number(rubric.slice(at + 1)) },
    hour,
    responseId,
    fingerprint,
    repeat: Number(repeat),
  };
}

/** Attributes of a judgement that ended with a verdict. */
export function verdictAttributes(task: JudgeTask, judged: JudgedVerdict): Record<string, unknown> {
  return {
    state: 'judged',
    surface: task.surface,
    score: judged.score,
    pass: judged.pass,
    criteria: Object.fromEntries(Object.entries(judged.criteria).map(([id, { score }]) => [id, score])),
    ...originAttributes(task),
    ...(task.traceId !== undefined && { traceId: task.traceId }),
    ...(task.redactions !== undefined && { redactions: task.redactions }),
    ...(judged.returnedModel !== undefined && { returnedModel: cutModel(judged.returnedModel) }),
    ...judged.usage,
    costUsd: judged.costUsd,
    latencyMs: judged.latencyMs,
    cut: judged.cut,
    ...(judged.suspect !== undefined && { suspect: judged.suspect }),
    ...(judged.spread !== undefined && { spread: judged.spread }),
  };
}

/** A model id becomes the name of a column: a provider may write there what it likes, and real ones are short. */
const maxModelCharacters = 200;

function cutModel(model: string): string {
  return model.slice(0, maxModelCharacters).toWellFormed();
}

/** Reasons of comparisons are not stored. */
const unkeptReason = 'Judged for a comparison of versions, of which no reason is kept.';

/** A verdict that was paid for once, as it is taken over: it costs nothing more. Undefined where there is none. */
export function takenOver(item: Readonly<Record<string, unknown>>): JudgedVerdict | undefined {
  const { state, score, pass, criteria, returnedModel, latencyMs, cut } = item;
  const spread = readSpread(item.spread);
  if (state !== 'judged' || typeof score !== 'number' || typeof pass !== 'boolean') return undefined;
  const scores = Object.entries((criteria ?? {}) as Record<string, number>);
  return {
    score,
    pass,
    criteria: Object.fromEntries(scores.map(([id, each]) => [id, { score: each, reason: unkeptReason }])),
    returnedModel: typeof returnedModel === 'string' ? returnedModel : undefined,
    usage: undefined,
    costUsd: 0,
    latencyMs: Number(latencyMs ?? 0),
    cut: cut === true,
    ...(spread !== undefined && { spread }),
  };
}

/** What each asking gave, as a judgement keeps it. */
export function readSpread(value: unknown): Spread | undefined {
  const { overall, criteria } = fieldsOf(value);
  const isScores = (each: unknown): each is number[] =>
    Array.isArray(each) && each.every((score) => typeof score === 'number');
  if (!isScores(overall)) return undefined;
  const known = Object.entries(fieldsOf(criteria)).filter((entry): entry is [string, number[]] =>
    isScores(entry[1]),
  );
  return { overall, criteria: Object.fromEntries(known) };
}

/** Attributes of a judgement that ended without a verdict. */
export function endAttributes(
  task: JudgeTask,
  state: EndWithoutVerdict,
  reason: string,
): Record<string, unknown> {
  return {
    state,
    reason,
    // A redrive starts with all its tries, and nothing against it.
    ...(state === 'dlq' && { tries: 0, refusals: 0 }),
    ...originAttributes(task),
  };
}

function originAttributes({ cohort, release, model, zoom, rescored }: JudgeTask): Record<string, unknown> {
  return {
    ...(rescored !== undefined && { rescored }),
    ...(zoom !== undefined && { zoom }),
    ...(cohort !== undefined && { cohort }),
    ...(release !== undefined && { release }),
    ...(model !== undefined && { model }),
  };
}

/** What an end adds to its hour, as it will be read back; a repeat adds nothing. */
export function countedEnd(
  task: JudgeTask,
  end: JudgedVerdict | EndWithoutVerdict,
): KeyedVerdict | undefined {
  if (task.repeat > 0) return undefined;
  const attributes = typeof end === 'string' ? endAttributes(task, end, '') : verdictAttributes(task, end);
  return keyVerdict(parseJudgement({ ...judgementKey(task), at: Date.parse(task.at), ...attributes }));
}

export function parseJudgement(item: Record<string, unknown>): StoredJudgement {
  const { responseId, fingerprint, repeat } = parseJudgementKey(item);
  const text = (name: string) => (typeof item[name] === 'string' ? (item[name] as string) : undefined);
  return {
    responseId,
    fingerprint,
    repeat,
    at: Number(item.at),
    state: item.state as JudgementState,
    score: typeof item.score === 'number' ? item.score : undefined,
    pass: typeof item.pass === 'boolean' ? item.pass : undefined,
    criteria: (item.criteria ?? {}) as Record<string, number>,
    probability: Number(item.probability),
    ...(typeof item.zoom === 'number' && { zoom: item.zoom }),
    ...(item.rescored === true && { rescored: true }),
    ...(item.state === 'waiting' && { expiresAt: Number(item.expiresAt) }),
    returnedModel: text('returnedModel'),
    costUsd: Number(item.costUsd ?? 0),
    cohort: text('cohort'),
    release: text('release'),
    model: text('model'),
    traceId: text('traceId'),
    reason: text('reason'),
  };
}
