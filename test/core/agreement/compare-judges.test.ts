import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureAgreement } from '#core/agreement/agreement.ts';
import { type ComparedResponse, compareJudges } from '#core/agreement/compare-judges.ts';
import { comparePairs } from '#core/statistics/paired-comparison.ts';
import { createRandom } from '#core/statistics/random.ts';
import { readRatings } from '#test/support/read-ratings.ts';

const verdict = (score: number, costUsd = 0.001, latencyMs: number | undefined = 1_000) => ({
  score,
  costUsd,
  latencyMs,
});

function response(index: number, old: number, now: number, people: readonly number[]): ComparedResponse {
  return {
    responseId: `r${String(index).padStart(3, '0')}`,
    surface: 'chat',
    at: index,
    ratings: people.map((score, rater) => ({ raterId: `rater-${rater}`, score })),
    weight: undefined,
    old: verdict(old),
    new: verdict(now, 0.003, index % 2 === 0 ? 2_000 : 4_000),
  };
}

const random = createRandom('compare');
const responses = Array.from({ length: 200 }, (_, index) =>
  response(index, 1 + random.integer(5), 1 + random.integer(5), [1 + random.integer(5)]),
);

describe('two judges on the same responses', () => {
  it('are paired by whether each agrees with people at its own pass mark', () => {
    const made = compareJudges(responses, { old: 4, new: 3 });
    const counts = { both: 0, onlyOld: 0, onlyNew: 0, neither: 0 };
    for (const each of responses) {
      const people = each.ratings[0]?.score ?? 0;
      const old = each.old.score >= 4 === people >= 4;
      const now = each.new.score >= 3 === people >= 3;
      counts[old && now ? 'both' : old ? 'onlyOld' : now ? 'onlyNew' : 'neither'] += 1;
    }
    expect(made.counts).toEqual(counts);
    expect(made.paired).toEqual(comparePairs(counts, 0.95));
    expect(made).toMatchObject({ of: 'agreement', responses: 200, rated: 200 });
  });

  it('have each their agreement with people, their price and their speed', () => {
    const made = compareJudges(responses, { old: 4, new: 4 });
    const own = measureAgreement({
      passMark: 4,
      weights: new Map(),
      responses: responses.map(({ new: now, old: _, weight: __, ...rest }) => ({
        ...rest,
        judge: { state: 'judged', score: now.score, probability: 1, returnedModel: undefined },
      })),
    });
    expect(made.new.agreement).toEqual(own);
    expect(made.new).toMatchObject({ latencyMs: 3_000 });
    expect(made.new.costUsd).toBeCloseTo(0.003, 12);
    expect(made.old.passRate).toBe(responses.filter(({ old }) => old.score >= 4).length / 200);
  });

  it('are paired by what they pass where nobody rated', () => {
    const unrated = [
      response(0, 5, 5, []),
      response(1, 5, 1, []),
      response(2, 1, 5, []),
      response(3, 5, 2, []),
    ];
    const made = compareJudges(unrated, { old: 4, new: 4 });
    expect(made).toMatchObject({
      of: 'passing',
      counts: { both: 1, onlyOld: 2, onlyNew: 1, neither: 0 },
      rated: 0,
    });
    expect(made.old.agreement).toBeUndefined();
  });

  it('part most where their scores lie farthest apart, then where the new one is farther from people', () => {
    const few = [
      response(0, 3, 3, [3]),
      response(1, 2, 5, [5]),
      response(2, 2, 5, [1]),
      response(3, 4, 3, [4]),
    ];
    const { apart } = compareJudges(few, { old: 4, new: 4 }, 3);
    expect(apart.map(({ responseId }) => responseId)).toEqual(['r002', 'r001', 'r003']);
  });

  it('of no response cannot be compared, and says so', () => {
    expect(compareJudges([], { old: 4, new: 4 }).paired).toMatchObject({ ok: false });
  });
});

const folder = new URL('../../../../shared/data/hanna/', import.meta.url);
const missing = !existsSync(folder);

describe(`a second file of verdicts on stories that people rated${missing ? ' (skipped: ../shared/data/hanna is not here)' : ''}`, () => {
  it.skipIf(missing)('differs from the recorded one by the counts themselves', () => {
    const lines = readFileSync(new URL('recorded-verdicts.jsonl', folder), 'utf8').trim().split('\n');
    const { entries } = readRatings(readFileSync(new URL('ratings.csv', folder), 'utf8'), { uploadedAt: 0 });
    const people = new Map<string, number[]>();
    for (const entry of entries)
      if (entry.kind !== 'refused')
        people.set(entry.row.responseId, [...(people.get(entry.row.responseId) ?? []), entry.row.score ?? 0]);
    const shift = createRandom('second file');
    const compared = lines.flatMap((line, index) => {
      const { responseId, score } = JSON.parse(line) as { responseId: string; score: number };
      const second = Math.min(5, Math.max(1, score + shift.integer(3) - 1));
      const given = people.get(responseId) ?? [];
      return given.length === 0 ? [] : [{ ...response(index, score, second, given), responseId }];
    });
    const made = compareJudges(compared, { old: 3, new: 3 });
    expect(made.rated).toBe(compared.length);
    // Exact McNemar by hand: twice the smaller tail of a fair coin.
    const { onlyOld, onlyNew } = made.counts;
    const [least, all] = [Math.min(onlyOld, onlyNew), onlyOld + onlyNew];
    let tail = 0;
    let term = 0.5 ** all;
    for (let k = 0; k <= least; k += 1) {
      tail += term;
      term *= (all - k) / (k + 1);
    }
    expect(made.paired).toMatchObject({ ok: true });
    if (made.paired.ok) {
      expect(made.paired.probability).toBeCloseTo(Math.min(1, 2 * tail), 9);
      expect(made.paired.difference).toBeCloseTo((onlyNew - onlyOld) / made.rated, 12);
    }
  });
});
