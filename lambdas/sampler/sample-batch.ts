import type { CounterStore } from '#adapters/dynamodb/counter-store.ts';
import { inParallel } from '#adapters/in-parallel.ts';
import type { OutgoingMessage } from '#adapters/sqs/queue.ts';
import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { add, type Increments } from '#core/series/count-record.ts';
import { countKey, type DirtyHour, type ItemKey, type Slice } from '#core/series/keys.ts';
import { hourKey } from '#core/time.ts';
import { BatchPlan, type Count, type IncomingMessage } from './batch-plan.ts';

export interface SamplerDependencies {
  readonly catalogue: Catalogue;
  readonly counters: CounterStore;
  readonly forward: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
  readonly reject: (messages: readonly OutgoingMessage[]) => Promise<boolean[]>;
  /** A new string at each call. */
  readonly stamp: () => string;
}

/** Feedback claims under way at once. */
const claimWidth = 16;

/**
 * Reads a batch, forwards the sampled responses to the judge queue and counts every record. Forwards first and counts
 * last: a crash in between forwards again, which the judge's lease makes harmless, and never counts less.
 *
 * @returns ids of messages that must come again: those that a queue or the table did not take
 */
export async function sampleBatch(
  dependencies: SamplerDependencies,
  messages: readonly IncomingMessage[],
): Promise<string[]> {
  const plan = new BatchPlan(dependencies.catalogue);
  for (const message of messages) plan.read(message);
  const failed = new Set<string>();
  const [forwarded, rejected] = await Promise.all([
    dependencies.forward(plan.forwards.map(({ message }) => message)),
    dependencies.reject(plan.rejections.map(({ message }) => message)),
  ]);
  for (const [index, { id }] of plan.forwards.entries()) if (forwarded[index] !== true) failed.add(id);
  for (const [index, { id }] of plan.rejections.entries()) if (rejected[index] !== true) failed.add(id);
  for (const id of await countAll(dependencies, plan, failed)) failed.add(id);
  return [...failed];
}

interface CountGroup {
  readonly surface: string;
  readonly at: number;
  readonly increments: Increments;
  readonly ids: string[];
}

interface SliceGroup extends CountGroup {
  readonly key: ItemKey;
}

/** One update per surface, slice and bucket. Returns the messages whose update failed. */
async function countAll(
  { counters, stamp }: SamplerDependencies,
  plan: BatchPlan,
  skipped: ReadonlySet<string>,
): Promise<string[]> {
  const failed: string[] = [];
  const claims = await claimFeedback(
    counters,
    plan.counts.filter(({ id }) => !skipped.has(id)),
  );
  // Records of one bucket, cohort and release count alike: each is added up once, and the sums then to each slice.
  const mixes = new Map<string, CountGroup & { readonly slices: readonly Slice[] }>();
  for (const count of plan.counts) {
    if (skipped.has(count.id)) continue;
    const claim = claims.get(count.id);
    if (claim === 'failed') {
      failed.push(count.id);
      continue;
    }
    const { surface, at, slices } = count;
    const name = `${surface}#${at}#${slices.join('#')}`;
    let mix = mixes.get(name);
    if (mix === undefined) {
      mix = { surface, at, slices, increments: new Map(), ids: [] };
      mixes.set(name, mix);
    }
    count.apply(mix.increments, claim === 'first');
    mix.ids.push(count.id);
  }
  const groups = new Map<string, SliceGroup>();
  for (const { surface, at, slices, increments, ids } of mixes.values()) {
    for (const slice of slices) {
      const key = countKey(surface, at, slice);
      const name = `${key.pk}/${key.sk}`;
      const group: SliceGroup = groups.get(name) ?? { key, surface, at, increments: new Map(), ids: [] };
      groups.set(name, group);
      for (const [column, by] of increments) add(group.increments, column, by);
      for (const id of ids) group.ids.push(id);
    }
  }
  const changed: DirtyHour[] = [];
  await Promise.all(
    [...groups.values()].map(async ({ key, surface, at, increments, ids }) => {
      try {
        await counters.add(key, at, increments);
        changed.push({ of: 'counts', surface, hour: hourKey(at) });
      } catch {
        failed.push(...ids);
      }
    }),
  );
  if (changed.length === 0) return failed;
  try {
    await counters.markDirty(changed, stamp());
    return failed;
  } catch {
    return plan.counts.map(({ id }) => id);
  }
}

type Claim = 'first' | 'repeated' | 'failed';

/** Finds by message which negative feedback is the first of its response. */
async function claimFeedback(counters: CounterStore, counts: readonly Count[]): Promise<Map<string, Claim>> {
  const claims = new Map<string, Claim>();
  const negative = counts.filter(({ negativeOf }) => negativeOf !== undefined);
  await inParallel(negative, claimWidth, async ({ id, surface, at, negativeOf }) => {
    if (negativeOf === undefined) return;
    const claim = counters
      .claimFeedback(surface, negativeOf, id, at)
      .then((first): Claim => (first ? 'first' : 'repeated'));
    claims.set(id, await claim.catch((): Claim => 'failed'));
  });
  return claims;
}
