import { anyCohort } from './expectation.ts';
import type { Findings, SentMessage } from './findings.ts';
import type { Observed } from './observer.ts';
import { mostCohorts, surfaceOfNames } from './outsized.ts';
import type { StoredState } from './stored-state.ts';

type Counters = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** What one slot must hold. */
interface Slot {
  readonly wanted: Record<string, number>;
  /** Responses that lost their acceptance. */
  readonly negative: Set<string>;
  /** Deliveries beyond the first, of messages that are counted here: what explains extra counts. */
  redelivered: number;
}

/** Every good message is counted, and none more often than redeliveries and answers that were not heard explain. */
export function checkCounters(
  found: Findings,
  sent: readonly SentMessage[],
  observed: Observed,
  stored: StoredState,
): void {
  const slots = new Map<string, Slot>();
  for (const { messageId, expectation } of sent) {
    if (expectation.kind !== 'counted') continue;
    const slot: Slot = slots.get(expectation.slot) ?? { wanted: {}, negative: new Set(), redelivered: 0 };
    slots.set(expectation.slot, slot);
    const { column, judgement, negativeOf } = expectation;
    slot.wanted[column] = (slot.wanted[column] ?? 0) + 1;
    if (judgement !== undefined) slot.wanted.sampled = (slot.wanted.sampled ?? 0) + 1;
    if (negativeOf !== undefined) slot.negative.add(negativeOf);
    slot.redelivered += observed.redeliveries[messageId] ?? 0;
  }
  let counted = 0;
  let extra = 0;
  let explained = 0;
  const allCounters = withNamesTogether(stored.counters);
  const addedTwice = withNamesTogether(new Map(Object.entries(observed.addedTwice)));
  for (const [name, { wanted, negative, redelivered }] of slots) {
    const counters = allCounters.get(name) ?? {};
    const twice = addedTwice.get(name) ?? {};
    const columns = { n: 0, gatewayFailures: 0, feedback: 0, sampled: 0, ...wanted, negative: negative.size };
    for (const [column, least] of Object.entries(columns)) {
      const value = counters[column] ?? 0;
      const addedUnheard = twice[column] ?? 0;
      found.check(
        value >= least && value <= least + redelivered + addedUnheard,
        () =>
          `${name}: wanted ${least} "${column}" and at most ${redelivered} again, and ${addedUnheard} by attempts whose answers were not heard, got ${value}`,
      );
      if (!['n', 'gatewayFailures', 'feedback'].includes(column)) continue;
      counted += value;
      extra += value - least;
      explained += redelivered + addedUnheard;
    }
  }
  for (const [name, counters] of allCounters)
    if (!name.startsWith('_'))
      found.check(slots.has(name), () => `${name} was never sent: ${JSON.stringify(counters)}`);
  const redeliveries = sumOf(Object.values(observed.redeliveries));
  found.figure('good messages', sent.filter(({ expectation }) => expectation.kind === 'counted').length);
  found.figure('counted', counted);
  found.figure('counted again', extra);
  found.figure('what redeliveries and answers that were not heard explain of that, at most', explained);
  found.figure(
    'counted again for an answer that was not heard',
    sumOf(Object.values(observed.addedTwice).map(({ n = 0 }) => n)),
  );
  found.figure('cohorts of the surface whose names have no end', checkNames(found, stored));
  found.figure('redeliveries', redeliveries);
}

/** Counters of the surface whose names have no end stand in one slot a bucket, whatever the cohort. */
function withNamesTogether(counters: Counters): Counters {
  const together = new Map<string, Record<string, number>>();
  for (const [slot, columns] of counters) {
    const [surface = '', bucket = ''] = slot.split(' ');
    const name = surface === surfaceOfNames ? `${surface} ${bucket} ${anyCohort}` : slot;
    const sums = together.get(name) ?? {};
    together.set(name, sums);
    for (const [column, by] of Object.entries(columns)) sums[column] = (sums[column] ?? 0) + by;
  }
  return together;
}

/** Each day counts so many cohorts by name, and the rest together. @returns the most of a day */
function checkNames(found: Findings, { counters }: StoredState): number {
  const days = new Map<string, Set<string>>();
  for (const slot of counters.keys()) {
    const [surface, bucket = '', cohort = ''] = slot.split(' ');
    if (surface !== surfaceOfNames) continue;
    const day = bucket.slice(0, 10);
    days.set(day, (days.get(day) ?? new Set()).add(cohort));
  }
  const most = Math.max(0, ...[...days.values()].map(({ size }) => size));
  found.check(
    most <= mostCohorts + 2,
    () => `${most} cohorts of a surface are counted by name in a day; wanted ${mostCohorts} and two at most`,
  );
  return most;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
