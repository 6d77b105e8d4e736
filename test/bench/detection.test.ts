import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { measureDispersion } from '#core/statistics/dispersion.ts';
import { bucketsPerHour } from '#core/time.ts';
import { makePatternWorld, type PatternWorld, patterns } from '../../bench/detection/patterns.ts';
import { readDataSets } from '../../bench/detection/rated-items.ts';
import { formatRealShifts, measureRealShifts } from '../../bench/detection/real-shifts.ts';
import { watchWorld } from '../../bench/detection/watch-world.ts';

const sum = (values: Float64Array) => values.reduce((whole, value) => whole + value, 0);
const patternOf = (id: string) => {
  const found = patterns.find((pattern) => pattern.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

function dispersionOf({ good, total }: PatternWorld): number {
  const hours = Array.from({ length: total.length / bucketsPerHour }, (_, hour) => {
    const part = (values: Float64Array) =>
      sum(values.subarray(hour * bucketsPerHour, (hour + 1) * bucketsPerHour));
    return { passes: part(good), events: part(total) };
  });
  const found = measureDispersion(hours);
  return found.ok ? found.factor : Number.NaN;
}

describe('worlds of the bench', () => {
  test.each(patterns.filter(({ wanted }) => wanted === 'quiet'))(
    '$id: healthy, and as much as is said',
    (pattern) => {
      const world = makePatternWorld({ ...pattern, days: 7 }, 2_400, 'test');
      expect(sum(world.total) / 14).toBeGreaterThan(2_200);
      expect(sum(world.total) / 14).toBeLessThan(2_600);
      expect(sum(world.good) / sum(world.total)).toBeGreaterThan(0.935);
      expect(sum(world.good) / sum(world.total)).toBeLessThan(0.955);
      expect(sum(world.expected) / sum(world.good)).toBeCloseTo(1, 1);
    },
  );

  test('conversations vary more than coins', () => {
    const factor = (id: string) => dispersionOf(makePatternWorld(patternOf(id), 2_400, 'test'));
    expect(factor('plain')).toBeLessThan(1.2);
    expect(factor('conversations-5')).toBeGreaterThan(1.4);
    expect(factor('conversations-10')).toBeGreaterThan(factor('conversations-5'));
  });

  test('a drop is seen by all who are told the truth, and what comes late is counted', () => {
    const pattern = { ...patternOf('drop'), days: 6 };
    const found = watchWorld(makePatternWorld(pattern, 2_400, 'test'), 0, 'test');
    for (const id of ['ticket', 'page', 'z', 'ewma', 'cusum']) expect(found[id]).toBeLessThan(4.5);
    expect(found.cusum).toBeGreaterThan(3);
    const late = watchWorld(makePatternWorld({ ...patternOf('backlog'), days: 12 }, 600, 'test'), 0, 'test');
    expect(late.page).toBe(Number.POSITIVE_INFINITY);
    expect(late.cusum).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('real shifts', () => {
  test('come by the name of the folder that holds responses, verdicts and ratings', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-data-'));
    expect(readDataSets(join(folder, 'nowhere'))).toEqual([]);
    await mkdir(join(folder, 'other'));
    await mkdir(join(folder, 'letters'));
    const ids = Array.from({ length: 80 }, (_, index) => index);
    const write = (name: string, lines: readonly string[]) =>
      writeFile(join(folder, 'letters', name), `${lines.join('\n')}\n`);
    // The first forty are good but for four, the others good but for twenty.
    const isGood = (id: number) => (id < 40 ? id % 10 !== 0 : id % 2 === 0);
    await write(
      'responses.jsonl',
      ids.map((id) =>
        JSON.stringify({
          id: `r${id}`,
          at: new Date(Date.UTC(2026, 0, 1, 0, id)).toISOString(),
          model: id < 40 ? 'careful' : 'quick',
        }),
      ),
    );
    await write(
      'recorded-verdicts.jsonl',
      ids.map((id) => JSON.stringify({ responseId: `r${id}`, score: isGood(id) ? 5 : 1 })),
    );
    await write('ratings.csv', [
      'response_id,rater_id,score',
      ...ids.map((id) => `r${id},ann,${isGood(id) ? 4 : 2}`),
    ]);
    const [letters, ...others] = readDataSets(folder);
    expect(others).toEqual([]);
    expect([...(letters?.models ?? [])].map(([model, items]) => [model, items.length])).toEqual([
      ['careful', 40],
      ['quick', 40],
    ]);
    const shifts = measureRealShifts(folder, 2, 'test', () => {});
    expect(shifts[1]).toMatchObject({
      dataSet: 'letters',
      shift: 'careful to quick',
      before: 0.9,
      after: 0.5,
    });
    expect(shifts[1]?.calibrated).toBe(true);
    expect(shifts[1]?.found.page).toBeLessThan(12);
    expect(shifts[1]?.found['judge-page']).toBeLessThan(24);
    expect(formatRealShifts(shifts)).toContain('| letters | careful to quick | 90.0% to 50.0% |');
  });
});
