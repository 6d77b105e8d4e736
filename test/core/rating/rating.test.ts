import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addRating,
  fromBeforeJudgement,
  isOfUpload,
  type Rating,
  type RatingHistory,
  withoutUpload,
} from '#core/rating/rating.ts';

const said = (
  upload: string | undefined,
  uploadedAt: number,
  score: number,
  more: Partial<Rating> = {},
): Rating => ({
  score,
  criteria: {},
  uploadedAt,
  line: 2,
  ...(upload !== undefined && { upload }),
  ...more,
});

const historyOf = (ratings: readonly Rating[]) =>
  ratings.reduce<RatingHistory | undefined>((known, rating) => addRating(known, rating).history, undefined);

/** Uploads of what one rater says of one response, in the order of their times. */
const uploads = fc
  .array(
    fc.array(
      fc.record({
        score: fc.integer({ min: 1, max: 3 }),
        ratedAt: fc.constantFrom(undefined, 10, 20),
        note: fc.constantFrom(undefined, 'a note'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((files) =>
    files.map((rows, place) =>
      rows.map(({ score, ratedAt, note }, row) =>
        said(`u${place}`, 100 + place, score, { line: row + 2, ratedAt, note }),
      ),
    ),
  );

describe('what a rater said of a response', () => {
  it('does not depend on the order in which their files are taken in', () => {
    fc.assert(
      fc.property(uploads, fc.infiniteStream(fc.nat()), (files, random) => {
        const order = files.map((rows) => ({ rows, key: random.next().value ?? 0 }));
        const shuffled = order.sort((a, b) => a.key - b.key).flatMap(({ rows }) => rows);
        expect(historyOf(shuffled)).toEqual(historyOf(files.flat()));
      }),
      { numRuns: 300 },
    );
  });

  it('is, without an upload, as if that had never come, whatever came since', () => {
    fc.assert(
      fc.property(uploads, fc.nat(), (files, at) => {
        const place = at % files.length;
        const all = historyOf(files.flat());
        const others = files.filter((_, index) => index !== place).flat();
        expect(all && withoutUpload(all, `u${place}`)).toEqual(historyOf(others));
        expect(all && isOfUpload(all, `u${place}`)).toBe(true);
        const left = historyOf(others);
        expect(left !== undefined && isOfUpload(left, `u${place}`)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('lets another upload stand that said the same', () => {
    const both = historyOf([said('a', 1, 4), said('b', 2, 4)]);
    expect(both?.past).toEqual([]);
    expect(both && withoutUpload(both, 'a')).toEqual(historyOf([said('b', 2, 4)]));
  });

  it('is changed by a repetition only once the first of it goes', () => {
    const three = historyOf([said('a', 1, 2), said('b', 2, 5), said('c', 3, 2)]);
    expect(three?.current.score).toBe(5);
    expect(three && withoutUpload(three, 'a')?.current.score).toBe(2);
  });

  it('keeps what came before uploads had ids', () => {
    const old = historyOf([said(undefined, 1, 4), said('b', 2, 5)]);
    expect(old && withoutUpload(old, 'b')).toEqual(historyOf([said(undefined, 1, 4)]));
  });

  it('counts from before the judgement for as long as somebody says it of the judged response', () => {
    const before = historyOf([said('a', 1, 4)]);
    const early = before && fromBeforeJudgement(before);
    const judged = addRating(early, said('b', 2, 4));
    expect(judged.outcome).toBe('unchanged');
    expect(withoutUpload(judged.history, 'b')).toBeUndefined();
    expect(withoutUpload(judged.history, 'a')?.current).toMatchObject({ score: 4, upload: 'b' });
  });

  it('is bounded, however often they change their mind or say the same', () => {
    const many = Array.from({ length: 300 }, (_, place) =>
      said(`u${place}`, place, (place % 5) + 1, { ratedAt: place }),
    );
    expect(historyOf(many)?.past).toHaveLength(50);
    const same = Array.from({ length: 300 }, (_, place) => said(`u${place}`, place, 4));
    expect(historyOf(same)?.current.again).toHaveLength(200);
  });
});
