import type { CounterStore } from '#adapters/dynamodb/counter-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import { maxMessageBytes, messageBytes, type OutgoingMessage } from '#adapters/sqs/queue.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import type { JudgeTask } from '#core/judging/judgement.ts';
import type { Slice } from '#core/series/keys.ts';
import { BatchPlan, type Count, type Forward, type IncomingMessage, internalFault } from './batch-plan.ts';
import type { CountedNames } from './counted-names.ts';
import { countedSlices, sumCounts } from './sum-counts.ts';
import { writeSums } from './write-sums.ts';
import type { SamplerZoom } from './zoom.ts';

export interface SamplerDependencies {
  readonly catalogue: Catalogue;
  readonly counters: CounterStore;
  readonly names: CountedNames;
  /** Absent where nothing is ever zoomed. */
  readonly zoom?: SamplerZoom | undefined;
  readonly forward: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
  readonly reject: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
  /** A new string at each call. */
  readonly stamp: () => string;
}

export interface SampledBatch {
  /** Ids of messages that must come again: those that a queue or the table did not take, names included. */
  readonly failed: readonly string[];
  /** How many of them were counted in part, and so count twice in it when they come again. */
  readonly recounted: number;
}

/**
 * Work ends before the invocation does, so that what could not be done is told to the queue. The local run's time-outs
 * are a second, and it ends nothing.
 */
const reserveMs = 5_000;
const leastMs = 30_000;

/** When an invocation's work has to be done, epoch milliseconds. */
export function endOfWork(remainingMs = 0): number {
  return Date.now() + Math.max(leastMs, remainingMs - reserveMs);
}

/** Feedback claims under way at once. */
const claimWidth = 16;

/**
 * Reads a batch, forwards the sampled responses to the judge queue and counts every record. Forwards first and counts
 * last: a crash in between forwards again, which the judge's lease makes harmless, and never counts less.
 *
 * @param end when it has to be done, epoch milliseconds
 */
export async function sampleBatch(
  dependencies: SamplerDependencies,
  messages: readonly IncomingMessage[],
  end: number,
): Promise<SampledBatch> {
  const { catalogue, names, zoom } = dependencies;
  await zoom?.update(messages.reduce((newest, { sentAt }) => Math.max(newest, sentAt), 0));
  const plan = new BatchPlan(catalogue, names, zoom);
  for (const message of messages) plan.read(message);
  const unclaimed = await names.claim();
  const unnamed = plan.counts.filter(({ isNew, names }) => isNew && unclaimed.has(names));
  const failed = new Set(unnamed.map(({ message }) => message.messageId));
  const forwards = plan.forwards.filter(({ id }) => !failed.has(id));
  const [forwarded] = await Promise.all([
    dependencies.forward(forwards.map(underCountedNames)),
    sendRejections(dependencies, plan, failed),
  ]);
  for (const [index, { id }] of forwards.entries()) if (forwarded[index] !== true) failed.add(id);
  const recounted = await countAll(dependencies, plan, failed, end);
  return { failed: [...failed], recounted };
}

/** A response is judged under the cohort and the release that it counts under: a slice's verdicts are those of its records. */
function underCountedNames({ message, count }: Forward): OutgoingMessage {
  const slices = countedSlices(count);
  if (slices === count.slices) return message;
  const task = JSON.parse(message.body) as JudgeTask;
  const nameOf = (slice: Slice | undefined) => slice?.slice(2);
  const cohort = task.cohort === undefined ? undefined : nameOf(slices[0]);
  const renamed = { ...message, body: JSON.stringify({ ...task, cohort, release: nameOf(slices[1]) }) };
  // A full message has no room for a longer name.
  return messageBytes(renamed) > maxMessageBytes ? message : renamed;
}

/** Messages that the queue does not take are added to `failed`. */
async function sendRejections(
  { reject }: SamplerDependencies,
  plan: BatchPlan,
  failed: Set<string>,
): Promise<void> {
  const rejections = plan.rejections.splice(0);
  const rejected = await reject(rejections.map(({ message }) => message));
  for (const [index, { id }] of rejections.entries()) if (rejected[index] !== true) failed.add(id);
}

/** Counts what has not failed. Messages that were not counted are added to `failed`. @returns how many were in part */
async function countAll(
  dependencies: SamplerDependencies,
  plan: BatchPlan,
  failed: Set<string>,
  end: number,
): Promise<number> {
  const { counters, stamp } = dependencies;
  const isLeft = ({ message }: Count) => !failed.has(message.messageId);
  const claims = await claimFeedback(counters, plan.counts.filter(isLeft));
  for (const [id, claim] of claims) if (claim === 'failed') failed.add(id);
  const takesAway = ({ message }: Count) => claims.get(message.messageId) === 'first';
  const { sums, faulty } = sumCounts(plan.counts.filter(isLeft), takesAway);
  const all = [...sums];
  if (faulty.length > 0) {
    plan.counts.length = 0;
    for (const { message } of faulty) plan.reject(message, internalFault);
    await sendRejections(dependencies, plan, failed);
    all.push(...sumCounts(plan.counts.filter(isLeft), takesAway).sums);
  }
  const written = await writeSums(counters, all, stamp(), end);
  for (const id of written.failed) failed.add(id);
  return written.recounted;
}

type Claim = 'first' | 'repeated' | 'failed';

/** Finds by message which negative feedback is the first of its response. */
async function claimFeedback(counters: CounterStore, counts: readonly Count[]): Promise<Map<string, Claim>> {
  const claims = new Map<string, Claim>();
  const negative = counts.filter(({ negativeOf }) => negativeOf !== undefined);
  await inParallel(negative, claimWidth, async ({ message, surface, at, negativeOf }) => {
    if (negativeOf === undefined) return;
    const claim = counters
      .claimFeedback(surface, negativeOf, message.messageId, at)
      .then((first): Claim => (first ? 'first' : 'repeated'));
    claims.set(message.messageId, await claim.catch((): Claim => 'failed'));
  });
  return claims;
}
