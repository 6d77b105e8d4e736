import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packWithin } from '#core/series/day-size.ts';
import { isDistribution, isFolded, type PackedDay, SeriesSet } from '#core/series/series-set.ts';
import { histogramBin } from '#core/statistics/log-histogram.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, dayKey } from '#core/time.ts';

const start = Date.parse('2026-11-03T00:00:00Z');
/** As small an item as days of a few columns outgrow. */
const most = 20_000;
const pack = (packed: PackedDay) => deflateRawSync(JSON.stringify(packed));
const sumsOf = (packed: PackedDay) =>
  Object.fromEntries(
    Object.entries(packed).map(([name, pairs]) => [name, pairs.reduce((sum, [, value]) => sum + value, 0)]),
  );

/** A day in which so many columns hold a number of 13 digits in every bucket: nothing that deflates. */
function fullDay(counts: number, bins: number, nameLength: number): PackedDay {
  const random = createRandom('full day');
  const pairs = () => Array.from({ length: 288 }, (_, bucket) => [bucket, random.integer(1e13)] as const);
  const name = (index: number) => `pt:${index}-`.padEnd(nameLength, 'x');
  return Object.fromEntries([
    ...Array.from({ length: counts }, (_, index) => [name(index), pairs()]),
    ...Array.from({ length: bins }, (_, index) => [
      `h:ttftMs:${histogramBin(1e-6 * 1.04 ** index)}`,
      pairs(),
    ]),
  ]);
}

describe('a packed day', () => {
  it('that fits is stored as it is', () => {
    const small = fullDay(4, 0, 20);
    const { packed, coarseness } = packWithin(small, pack);
    expect(coarseness).toBe(0);
    expect(packed).toEqual(pack(small));
  });

  it('that does not gives up the times of its distributions first, then the minutes of its counts, and no sum', () => {
    const kept: { day: PackedDay; coarseness: number }[] = [];
    for (const [counts, bins] of [
      [6, 6],
      [6, 60],
      [20, 20],
    ] as const) {
      const made = fullDay(counts, bins, 60);
      let last: PackedDay = made;
      const { packed, coarseness } = packWithin(
        made,
        (tried) => {
          last = tried;
          return pack(tried);
        },
        most,
      );
      expect(packed.length).toBeLessThanOrEqual(most);
      expect(sumsOf(last)).toEqual(sumsOf(made));
      kept.push({ day: last, coarseness });
    }
    expect(kept.map(({ coarseness }) => coarseness)).toEqual([1, 2, 3]);
    const fine = Object.entries(kept[1]?.day ?? {}).filter(([name]) => !isDistribution(name));
    expect(fine.every(([, pairs]) => pairs.length === 288)).toBe(true);
  });

  it('is refused where even that is too much, with what to do', () => {
    expect(() => packWithin(fullDay(200, 0, 60), pack, most)).toThrow(/bound the names that senders choose/);
  });
});

describe('folding', () => {
  const values = fc.array(
    fc.tuple(
      fc.constantFrom('n', 't:availability', 'h:ttftMs:12', 's:ttftMs', 'pt:openai'),
      fc.integer({ min: 0, max: 2 * 288 - 1 }),
      fc.integer({ min: 1, max: 1e6 }),
    ),
    { maxLength: 80 },
  );

  it('as a day is read is the same as folding what was read', () => {
    fc.assert(
      fc.property(values, (given) => {
        const [kept, read] = [new SeriesSet(), new SeriesSet()];
        for (const [name, bucket, value] of given)
          kept.setValue('chat', '*', name, start + bucket * bucketWidth, value);
        const stored = [0, 1].map((back) => kept.packDay('chat', '*', start + back * day));
        kept.foldBefore(start + day);
        for (const [index, packed] of stored.entries())
          read.unpackDay('chat', '*', dayKey(start + index * day), packed, { foldedBefore: start + day });
        for (const back of [0, 1])
          expect(read.packDay('chat', '*', start + back * day)).toEqual(
            kept.packDay('chat', '*', start + back * day),
          );
        expect(isFolded(read.packDay('chat', '*', start))).toBe(true);
      }),
    );
  });

  it('a folded day read back is itself, and only wanted distributions are', () => {
    fc.assert(
      fc.property(values, (given) => {
        const kept = new SeriesSet();
        for (const [name, bucket, value] of given)
          kept.setValue('chat', '*', name, start + bucket * bucketWidth, value);
        kept.foldBefore(start + 2 * day);
        const folded = kept.packDay('chat', '*', start);
        const again = new SeriesSet();
        again.unpackDay('chat', '*', dayKey(start), folded, {
          foldedBefore: start + day,
          wants: () => false,
        });
        const counts = Object.entries(folded).filter(([name]) => !isDistribution(name));
        expect(again.packDay('chat', '*', start)).toEqual(Object.fromEntries(counts));
      }),
    );
  });

  it('a surface that is dropped is gone, with what it weighed', () => {
    const seriesSet = new SeriesSet();
    seriesSet.setValue('chat', '*', 'n', start, 3);
    const version = seriesSet.version('chat');
    expect(seriesSet.bytesOf('chat')).toBeGreaterThan(0);
    seriesSet.drop('chat');
    expect(seriesSet.bytesOf('chat')).toBe(0);
    expect(seriesSet.changedSince('chat', version)).toBeUndefined();
  });
});
