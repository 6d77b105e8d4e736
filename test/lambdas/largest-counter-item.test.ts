import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toItem } from '#adapters/dynamodb/client.ts';
import { maxColumnsPerUpdate } from '#adapters/dynamodb/counter-store.ts';
import type { Increments } from '#core/series/count-record.ts';
import { nameCaps, nameKey, namesKey } from '#core/series/counted-names.ts';
import { countKey } from '#core/series/keys.ts';
import { histogramBin } from '#core/statistics/log-histogram.ts';
import { BatchPlan } from '#lambdas/sampler/batch-plan.ts';
import { CountedNames } from '#lambdas/sampler/counted-names.ts';
import { sumCounts } from '#lambdas/sampler/sum-counts.ts';
import { testCatalogue } from '#test/support/catalogue.ts';
import { itemBytes, maxItemBytes } from '#test/support/item-size.ts';
import { namesInMemory } from '#test/support/names-in-memory.ts';
import { feedbackRecord, responseRecord } from '#test/support/records.ts';

const now = Date.parse('2026-11-10T12:00:00Z');
/** The longest that a file may name a surface, an SLO or anything else. */
const longId = (start: string) => start.padEnd(40, 'x');
const surface = longId('chat-');
const templates = Array.from({ length: 40 }, (_, index) => [
  longId(`slo-${index}-`),
  { title: 't', category: 'availability', sli: { kind: 'success' }, objective: 0.99, window: '30d' },
]);
const catalogue = testCatalogue({
  policy: { slos: Object.fromEntries(templates), maxCohorts: 1_000 },
  surfaces: [
    { surface, sampleRate: 1, feedback: true, slos: Object.fromEntries(templates.map(([id]) => [id, 'on'])) },
    { surface: 'default', slos: {} },
  ],
});

/** One value for each bin there is. */
const values = [
  0,
  ...Array.from({ length: 2_200 }, (_, index) => 1e-9 * 1.02 ** index).filter((each) => each <= 1e12),
];

/** The longest name that a label can be, of characters that take the most bytes; different for each index. */
const nameOf = (character: string, index: number) => `${index}-`.padEnd(200, character).toWellFormed();

/** Records of which every field that can be of no use is of none. */
const everyFieldOfNoUse = [
  ...[
    'model',
    'provider',
    'traceId',
    'user',
    'request',
    'response',
    'usage',
    'timing',
    'attempts',
    'metadata',
  ].map((field) => ({ [field]: true })),
  {
    request: { messages: true },
    response: { content: true, finishReason: true, refused: 'true' },
    usage: { inputTokens: true, outputTokens: true, costUsd: true },
    timing: { ttftMs: true, totalMs: true, turnsMs: true },
    attempts: [{ status: 'success', provider: true, ms: true }],
  },
  { context: Array.from({ length: 30_000 }, () => '') },
];

/** Everything that one bucket of one slice can hold, as the sampler counts it. */
async function largestIncrements(character: string): Promise<Increments> {
  const names = new CountedNames(namesInMemory(), nameCaps(catalogue), () => undefined);
  const plan = new BatchPlan(catalogue, names);
  const [cohort, release] = [nameOf(character, 0), nameOf(character, 1)];
  const read = (record: Record<string, unknown>, receives = 2) =>
    plan.read({ messageId: String(record.id), body: JSON.stringify(record), sentAt: now, receives });
  for (const [index, value] of values.entries()) {
    const attempts = Array.from({ length: index < 20 ? 60 : 0 }, (_, attempt) => ({
      provider: nameOf(character, 5 * index + attempt),
      status: 'error',
    }));
    const timing = { ttftMs: value, totalMs: value };
    const usage = { costUsd: value };
    const response = { content: 'Like this.', refused: true };
    const status = index % 2 === 0 ? 'error' : 'success';
    read(
      responseRecord(`r-${index}`, now, {
        surface,
        cohort,
        release,
        status,
        timing,
        usage,
        response,
        attempts,
      }),
    );
  }
  for (const each of everyFieldOfNoUse)
    read(responseRecord('same', now, { surface, cohort, release, ...each }));
  read(responseRecord('same', now + 1, { surface, cohort, release }));
  read(
    feedbackRecord('r-1', now - 60_000, {
      surface,
      cohort,
      release,
      responseAt: new Date(now).toISOString(),
    }),
  );
  await names.claim();
  const { sums, faulty } = sumCounts(plan.counts, () => true);
  expect(faulty).toEqual([]);
  const all: Increments = new Map();
  for (const { increments } of sums) {
    expect(increments.size).toBeLessThanOrEqual(maxColumnsPerUpdate);
    for (const [column, by] of increments) all.set(column, (all.get(column) ?? 0) + by);
  }
  return all;
}

describe('the largest item of counters', () => {
  it('stays well under what a table takes, whatever senders name', async () => {
    const character = fc.constantFrom('x', 'é', '語', '\uffee', '\u{1f600}');
    const property = fc.asyncProperty(
      character,
      fc.integer({ min: 1e14, max: 999_999_999_999_999 }),
      async (each, count) => {
        const increments = await largestIncrements(each);
        const columns = Object.fromEntries([...increments.keys()].map((name) => [name, count]));
        const key = countKey(surface, now, `r:${nameOf(each, 1)}`);
        const bytes = itemBytes(
          toItem({ ...key, ...columns, expiresAt: 1_800_000_000, stamp: 'twelve-chars' }),
        );
        expect(bytes).toBeLessThan(maxItemBytes / 2);
        // 3 fields of 1,059 bins, a sum and a count; 31 providers and 40 SLOs with 2 each; what was of no use; a dozen others.
        const usual = 3 * 1_061 + 2 * 71 + everyFieldOfNoUse.length;
        expect(increments.size).toBeGreaterThan(usual);
        expect(increments.size).toBeLessThan(usual + 40);
        expect(Buffer.byteLength(key.sk)).toBeLessThan(1_024);
      },
    );
    await fc.assert(property, { numRuns: 5 });
  });

  it('has 1,059 bins a field, and no value makes another', () => {
    const bins = new Set(values.map(histogramBin));
    expect(bins.size).toBe(1_059);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (value) => {
        expect(bins.has(histogramBin(value))).toBe(true);
      }),
    );
  });
});

describe('the largest item of names', () => {
  it('stays well under what a table takes, at the most cohorts that a policy allows', () => {
    const caps = nameCaps({ maxCohorts: 1_000 });
    const longest = (size: number) =>
      new Set(Array.from({ length: size }, (_, index) => nameKey(`${index}`.padStart(64, '0'))));
    const item = {
      ...namesKey(surface, now),
      provider: longest(caps.provider),
      cohort: longest(caps.cohort),
      release: longest(caps.release),
    };
    expect(itemBytes(toItem(item))).toBeLessThan(maxItemBytes / 2);
    expect(Buffer.byteLength(nameKey('語'.repeat(200)))).toBeLessThanOrEqual(64);
    expect(nameKey('x'.repeat(65))).not.toBe(nameKey('x'.repeat(66)));
  });
});
