import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldDay, foldHour, withHours } from '#core/series/replace-hours.ts';
import { type FreshColumns, type PackedDay, SeriesSet } from '#core/series/series-set.ts';
import { bucketsPerDay, bucketWidth, day, dayKey, floorTo, hour, hourKey } from '#core/time.ts';

const start = Date.parse('2026-11-03T00:00:00Z');
const source = 'v:helpfulness@2';

const pairs = fc
  .uniqueArray(fc.tuple(fc.nat(bucketsPerDay - 1), fc.integer({ min: 1, max: 9 })), {
    selector: ([bucket]) => bucket,
    minLength: 1,
  })
  .map((all) => all.sort(([a], [b]) => a - b));
const stored: fc.Arbitrary<PackedDay> = fc.dictionary(
  fc.constantFrom(
    'n',
    't:judge-pass',
    'v:helpfulness@1|judged',
    'v:helpfulness@2|judged',
    'v:helpfulness@2|pass',
  ),
  pairs,
);
const columns: fc.Arbitrary<FreshColumns> = fc
  .array(fc.tuple(fc.constantFrom('judged', 'pass', 'score4'), fc.nat(11), fc.integer({ min: 1, max: 5 })))
  .map((all) => {
    const made: FreshColumns = new Map();
    for (const [what, bucket, value] of all) {
      const name = `${source}|${what}`;
      made.set(name, (made.get(name) ?? new Map()).set(start + 9 * hour + bucket * bucketWidth, value));
    }
    return made;
  });

function setOf(packed: PackedDay): SeriesSet {
  const set = new SeriesSet();
  set.unpackDay('chat', '*', dayKey(start), packed);
  return set;
}

const sorted = (packed: PackedDay) => Object.fromEntries(Object.entries(packed).sort());

describe('a stored day in which an hour of a version is replaced', () => {
  const replaced = (before: PackedDay, fresh: FreshColumns) =>
    withHours(before, source, new Map([[start + 9 * hour, fresh]]));

  it('is the day that a series set makes of it', () => {
    fc.assert(
      fc.property(stored, columns, (before, fresh) => {
        const set = setOf(before);
        set.replaceHour('chat', source, hourKey(start + 9 * hour), new Map([['*', fresh]]));
        expect(sorted(replaced(before, fresh))).toEqual(sorted(set.packDay('chat', '*', start)));
      }),
    );
  });

  it('keeps every other column to the byte, and is the same when it is done again', () => {
    fc.assert(
      fc.property(stored, columns, (before, fresh) => {
        const after = replaced(before, fresh);
        const others = (packed: PackedDay) =>
          JSON.stringify(Object.entries(packed).filter(([name]) => !name.startsWith(`${source}|`)));
        expect(others(after)).toBe(others(before));
        expect(replaced(after, fresh)).toEqual(after);
      }),
    );
  });

  it('is folded the same before or after', () => {
    fc.assert(
      fc.property(stored, columns, (before, fresh) => {
        const folded = withHours(foldDay(before), source, new Map([[start + 9 * hour, foldHour(fresh)]]));
        expect(sorted(folded)).toEqual(sorted(foldDay(replaced(before, fresh))));
        const set = setOf(before);
        set.foldBefore(floorTo(start, day) + day);
        expect(sorted(foldDay(before))).toEqual(sorted(set.packDay('chat', '*', start)));
      }),
    );
  });
});
