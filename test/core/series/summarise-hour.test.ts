import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countKey } from '#core/series/keys.ts';
import { SeriesSet, sumColumn } from '#core/series/series-set.ts';
import { summariseCounts, summariseVerdicts } from '#core/series/summarise-hour.ts';
import type { JudgementCount } from '#core/series/verdict-sums.ts';
import { bucketWidth, day, floorTo, hour, hourKey } from '#core/time.ts';

const start = Date.parse('2026-11-03T23:00:00Z');
const rubric = { id: 'helpfulness', version: 1 };
const source = 'v:helpfulness@1';

const optional = <T>(...values: T[]) => fc.constantFrom<T | undefined>(undefined, ...values);

const judgement: fc.Arbitrary<JudgementCount> = fc
  .record({
    at: fc.integer({ min: start, max: start + hour - 1 }),
    state: fc.constantFrom('judged', 'judged', 'judged', 'unjudgeable', 'shed', 'dlq', 'leased', 'waiting'),
    score: fc.integer({ min: 1, max: 5 }),
    cohort: optional('eu', 'us'),
    release: optional('v1', 'v2'),
    traceId: optional('t1', 't2'),
    returnedModel: optional('m1', 'm2'),
  })
  .map((each) => ({
    ...each,
    ...(each.state === 'judged'
      ? { score: each.score, pass: each.score >= 4 }
      : { score: undefined, pass: undefined }),
  }));
const hourOf = fc.array(judgement, { maxLength: 60 });

/** What a column sums to over its hour. */
const total = (columns: ReadonlyMap<string, ReadonlyMap<number, number>> | undefined, name: string) =>
  sumColumn(columns?.get(`${source}|${name}`) ?? new Map(), start, start + hour);

describe("an hour's roll-up of verdicts", () => {
  it('holds each judgement in its end state once, over all and in its cohort and release', () => {
    fc.assert(
      fc.property(hourOf, (judgements) => {
        const slices = summariseVerdicts(rubric, judgements);
        const isIn = {
          '*': () => true,
          'c:eu': ({ cohort }: JudgementCount) => cohort === 'eu',
          'r:v2': ({ release }: JudgementCount) => release === 'v2',
        };
        for (const [slice, belongs] of Object.entries(isIn)) {
          const mine = judgements.filter(belongs);
          const columns = slices.get(slice as '*');
          for (const state of ['judged', 'unjudgeable', 'shed', 'dlq'])
            expect(total(columns, state)).toBe(mine.filter((each) => each.state === state).length);
          expect(total(columns, 'pass')).toBe(mine.filter(({ pass }) => pass === true).length);
          for (const score of [1, 2, 3, 4, 5])
            expect(total(columns, `score${score}`)).toBe(mine.filter((each) => each.score === score).length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has few columns of models, however many ids a provider returns, and loses no verdict by that', () => {
    const model = fc.oneof(fc.constantFrom('m1', 'm2'), fc.string({ minLength: 1, maxLength: 40 }));
    const judgedBy = (returnedModel: string): JudgementCount => ({
      at: start,
      state: 'judged',
      score: 4,
      pass: true,
      cohort: undefined,
      release: undefined,
      returnedModel,
    });
    fc.assert(
      fc.property(fc.array(model, { minLength: 1, maxLength: 60 }), (models) => {
        const columns = summariseVerdicts(rubric, models.map(judgedBy)).get('*');
        const names = [...(columns?.keys() ?? [])].filter((name) => name.startsWith(`${source}|model:`));
        expect(names.length).toBe(Math.min(5, new Set(models).size));
        const sum = names.reduce(
          (total, name) => total + sumColumn(columns?.get(name) ?? new Map(), start, start + hour),
          0,
        );
        expect(sum).toBe(models.length);
      }),
    );
    const mixed = ['usual', ...Array.from({ length: 50 }, (_, index) => `odd-${index}`), 'usual'];
    const columns = summariseVerdicts(rubric, mixed.map(judgedBy)).get('*');
    expect(total(columns, 'model:usual')).toBe(2);
    expect(total(columns, 'model:various')).toBe(47);
  });

  it('is the same in any order', () => {
    fc.assert(
      fc.property(
        hourOf.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([judgements, shuffled]) => {
          expect(summariseVerdicts(rubric, shuffled)).toEqual(summariseVerdicts(rubric, judgements));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('adds up the squares of the sizes of conversations', () => {
    fc.assert(
      fc.property(hourOf, (judgements) => {
        const judged = judgements.filter(({ state }) => state === 'judged');
        const sizes = Map.groupBy(judged, ({ traceId }, index) => traceId ?? index);
        const squares = [...sizes.values()].reduce((sum, { length }) => sum + length ** 2, 0);
        expect(total(summariseVerdicts(rubric, judgements).get('*'), 'squares')).toBe(squares);
      }),
      { numRuns: 200 },
    );
  });
});

const counterItem = fc
  .record({
    at: fc.integer({ min: start, max: start + hour - 1 }),
    slice: fc.constantFrom('c:eu' as const, 'c:-' as const, 'r:v1' as const),
    n: fc.nat(1_000),
    err: fc.nat(10),
  })
  .map(({ at, slice, n, err }) => ({
    sk: countKey('chat', at, slice).sk,
    counters: { n, err, 'h:ttftMs:9': n },
  }));

/** One item a bucket and slice, as the table has them. */
const counterItems = fc.uniqueArray(counterItem, { selector: ({ sk }) => sk, maxLength: 30 });

describe("an hour's roll-up of counters", () => {
  it('is over all the sum of its cohorts, releases counting apart', () => {
    fc.assert(
      fc.property(counterItems, (items) => {
        const slices = summariseCounts(hourKey(start), items);
        for (const column of ['n', 'err', 'h:ttftMs:9'] as const) {
          const all = slices.get('*')?.get(column) ?? new Map<number, number>();
          const ofCohorts = items
            .filter(({ sk }) => sk.includes('#c:'))
            .reduce((sum, { counters }) => sum + counters[column], 0);
          expect(sumColumn(all, start, start + hour)).toBe(ofCohorts);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a day of roll-ups', () => {
  it('comes back from its packed form as it was, and packs the same again', () => {
    fc.assert(
      fc.property(hourOf, counterItems, (judgements, items) => {
        const seriesSet = new SeriesSet();
        seriesSet.replaceHour('chat', source, hourKey(start), summariseVerdicts(rubric, judgements));
        seriesSet.replaceHour('chat', 'counts', hourKey(start), summariseCounts(hourKey(start), items));
        const packed = seriesSet.packDay('chat', '*', start);
        const again = new SeriesSet();
        const dayName = new Date(floorTo(start, day)).toISOString().slice(0, 10);
        again.unpackDay('chat', '*', dayName, JSON.parse(JSON.stringify(packed)) as typeof packed);
        expect(again.packDay('chat', '*', start)).toEqual(packed);
        for (const [name, column] of seriesSet.slices('chat').get('*') ?? [])
          for (let bucket = start; bucket < start + hour; bucket += bucketWidth)
            expect(again.column('chat', '*', name).get(bucket) ?? 0).toBe(column.get(bucket) ?? 0);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same however often and in whatever order its hours are recomputed', () => {
    fc.assert(
      fc.property(
        hourOf,
        hourOf,
        counterItems,
        fc.integer({ min: 1, max: 3 }),
        (first, last, items, times) => {
          const once = new SeriesSet();
          once.replaceHour('chat', source, hourKey(start), summariseVerdicts(rubric, last));
          once.replaceHour('chat', 'counts', hourKey(start), summariseCounts(hourKey(start), items));
          const often = new SeriesSet();
          often.replaceHour('chat', 'counts', hourKey(start), summariseCounts(hourKey(start), items));
          often.replaceHour('chat', source, hourKey(start), summariseVerdicts(rubric, first));
          for (let turn = 0; turn < times; turn += 1)
            often.replaceHour('chat', source, hourKey(start), summariseVerdicts(rubric, last));
          expect(often.packDay('chat', '*', start)).toEqual(once.packDay('chat', '*', start));
        },
      ),
      { numRuns: 150 },
    );
  });
});
