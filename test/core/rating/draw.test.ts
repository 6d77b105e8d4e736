import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawProbability, frameOf, joinFrames, type RatingBatch } from '#core/rating/batch.ts';
import { apportion, drawBatch } from '#core/rating/draw.ts';
import { hour } from '#core/time.ts';

const start = Date.parse('2026-11-03T00:00:00Z');

const candidates = (counts: readonly number[]) =>
  counts.flatMap((count, index) =>
    Array.from({ length: count }, (_, place) => ({
      responseId: `s${index + 1}-${place}`,
      at: start + place * 1_000,
      score: index + 1,
      probability: 0.05,
    })),
  );

const drawnOf = (counts: readonly number[], count: number) =>
  drawBatch(candidates(counts), { count, passMark: 4, seed: 'seed' }).cells.map(({ drawn }) => drawn);

describe('a draw', () => {
  it('takes a third of what the judge failed and two thirds of what it passed', () => {
    const [one = 0, two = 0, three = 0, four = 0, five = 0] = drawnOf([20, 100, 600, 4_000, 5_000], 201);
    expect(one + two + three).toBe(67);
    expect(four + five).toBe(134);
  });

  it('gives every response of a verdict one chance, so that none weighs more than another', () => {
    const { cells } = drawBatch(candidates([20, 100, 600, 4_000, 5_000]), {
      count: 201,
      passMark: 4,
      seed: 'seed',
    });
    expect(cells.map(({ probability }) => probability)).toEqual([
      ...Array(3).fill(67 / 720),
      ...Array(2).fill(134 / 9_000),
    ]);
  });

  it('takes all of a verdict that has few, and fills up with the other', () => {
    expect(drawnOf([0, 0, 7, 500, 500], 100).reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(drawnOf([0, 0, 7, 500, 500], 100)[0]).toBe(7);
    expect(drawnOf([0, 0, 0, 5, 5], 100)).toEqual([5, 5]);
  });

  it('is the same with the same seed, whatever the order of the candidates', () => {
    const all = candidates([5, 20, 40, 100, 100]);
    const options = { count: 50, passMark: 4, seed: 'again' };
    expect(drawBatch([...all].reverse(), options)).toEqual(drawBatch(all, options));
    expect(drawBatch(all, { ...options, seed: 'other' }).responseIds).not.toEqual(
      drawBatch(all, options).responseIds,
    );
  });

  it('shows people the responses in an order that tells nothing of the judge', () => {
    const { responseIds } = drawBatch(candidates([50, 50, 50, 50, 50]), {
      count: 100,
      passMark: 4,
      seed: 'order',
    });
    const firstHalf = responseIds.slice(0, 50).filter((id) => id < 's4').length;
    expect(firstHalf).toBeGreaterThan(13);
    expect(firstHalf).toBeLessThan(37);
  });

  it('gives each response the chance that is stored with it', () => {
    const all = candidates([10, 30, 60, 200, 300]);
    const times = new Map<string, number>();
    for (let turn = 0; turn < 400; turn += 1)
      for (const id of drawBatch(all, { count: 60, passMark: 4, seed: `${turn}` }).responseIds)
        times.set(id, (times.get(id) ?? 0) + 1);
    for (const { score, probability } of drawBatch(all, { count: 60, passMark: 4, seed: 'x' }).cells) {
      const shares = all
        .filter((each) => each.score === score)
        .map(({ responseId }) => (times.get(responseId) ?? 0) / 400);
      for (const share of shares)
        expect(Math.abs(share - probability)).toBeLessThan(
          5 * Math.sqrt((probability * (1 - probability)) / 400) + 1e-9,
        );
    }
  });

  it('gives places out whole, all of them, and never more than there are', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.array(
          fc.record({
            most: fc.nat(200),
            share: fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        (places, cells) => {
          const most = cells.map((cell) => cell.most);
          const given = apportion(
            places,
            most,
            cells.map(({ share }) => share),
          );
          const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
          expect(sum(given)).toBe(Math.min(places, sum(most)));
          for (const [index, count] of given.entries()) expect(count).toBeLessThanOrEqual(most[index] ?? 0);
        },
      ),
    );
  });
});

describe('several batches', () => {
  const batch = (from: number, to: number, probability: number, drawnAt = start): RatingBatch => ({
    id: `${from}`,
    surface: 'chat',
    rubric: { id: 'helpfulness', version: 1 },
    fingerprint: '0123456789ab',
    returnedModel: undefined,
    from: start + from * hour,
    to: start + to * hour,
    seed: '',
    drawnAt,
    cells: [{ score: 3, judged: 10, drawn: 10 * probability, probability }],
    frame: frameOf(candidates([0, 0, 2])),
    responseIds: [],
  });

  it('give a response the chance of being drawn by one of them at least', () => {
    const batches = [batch(0, 4, 0.5), batch(2, 6, 0.2)];
    expect(drawProbability(batches, { at: start + hour, score: 3 })).toBeCloseTo(0.5);
    expect(drawProbability(batches, { at: start + 3 * hour, score: 3 })).toBeCloseTo(0.6);
    expect(drawProbability(batches, { at: start + 9 * hour, score: 3 })).toBe(0);
    expect(drawProbability(batches, { at: start + hour, score: 5 })).toBe(0);
  });

  it('count an hour once, as the latest saw it', () => {
    const later = { ...batch(0, 1, 0.5, start + hour), frame: frameOf(candidates([0, 0, 5])) };
    const frame = joinFrames([later, batch(0, 1, 0.5)]);
    expect(frame['2026-11-03T00']?.[3]).toEqual({ judged: 5, weight: 100, squares: 2_000 });
  });
});
