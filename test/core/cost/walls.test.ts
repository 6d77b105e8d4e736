import { describe, expect, it } from 'vitest';
import { checkCapacity, sufficientCap } from '#core/cost/check-capacity.ts';
import { expectedTraffic } from '#core/cost/traffic.ts';
import { findWalls, type Wall, type WallId, type WallsInput } from '#core/cost/walls.ts';
import { shippedThroughput } from '#core/throughput.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

const catalogueOf = (surfaces: readonly string[]) => {
  const catalogue = testCatalogue({
    surfaces: surfaces.map((surface) => ({ surface, expectedPerDay: 1_000, sampleRate: 0.05 })),
  });
  return { ...catalogue, surfaces: catalogue.surfaces.filter(({ surface }) => surfaces.includes(surface)) };
};
const one = catalogueOf(['chat']);
const many = catalogueOf(Array.from({ length: 100 }, (_, i) => `s${i}`));

function wallsOf(perDay: number, changes: Partial<WallsInput> = {}): Wall[] {
  const catalogue = changes.catalogue ?? one;
  return findWalls({
    catalogue,
    traffic: expectedTraffic(catalogue, perDay),
    textCharacters: 1_500,
    ...changes,
  });
}

function wallOf(id: WallId, perDay: number, changes: Partial<WallsInput> = {}): Wall {
  const found = wallsOf(perDay, changes).find((wall) => wall.id === id);
  if (found === undefined) throw new Error(`no wall ${id}`);
  return found;
}

describe('the walls', () => {
  it('are all ahead of 10 million records a day with the shipped settings, on 1 surface and on 100', () => {
    for (const catalogue of [one, many])
      for (const textCharacters of [1_500, 11_788])
        expect(wallsOf(1e7, { catalogue, textCharacters }).filter(({ state }) => state !== 'holds')).toEqual(
          [],
        );
  });

  // 1e9 a day are 11,574 a second, 23,148 in the busiest hour, 1,157 of them judged.
  it('of the judge: ten invocations of ten calls of 6 s', () => {
    const wall = wallOf('judge-calls', 1e9);
    expect(wall.need).toBeCloseTo(1_157.4, 1);
    expect(wall.limit).toBeCloseTo(100 / 6, 6);
    expect(wall).toMatchObject({
      state: 'over',
      setting: '-c judgeConcurrency=695, or sampleRate 0.00072 instead of 0.05',
    });
    const throughput = { ...shippedThroughput, judgeConcurrency: 695 };
    expect(wallOf('judge-calls', 1e9, { throughput }).state).toBe('holds');
    // More calls than Lambda's 1,000 invocations could make.
    expect(wallOf('judge-calls', 1e11).setting).toBe('sampleRate 0.0000072 instead of 0.05');
  });

  it("of the judge's peak alone: what comes in its busiest hours waits", () => {
    expect(wallOf('judge-calls', 14e6).state).toBe('holds');
    expect(wallOf('judge-calls', 16e6).state).toBe('peak');
    expect(wallOf('judge-calls', 30e6).state).toBe('over');
  });

  it('of a partition: batches of 2,000 write 16 units of counters, batches of 470 as many', () => {
    // 11.57 batches a second
    expect(wallOf('counter-partition', 1e9).need).toBeCloseTo(185.2, 1);
    const large = wallOf('counter-partition', 1e9, { textCharacters: 11_788 });
    expect(large.need).toBeCloseTo(185.2 * (2_000 / 470), 0);
    // A hundred cohorts are a hundred items.
    expect(wallOf('counter-partition', 1e9, { cohorts: 100 }).need).toBeCloseTo(11.574 * 101 * 4, 0);
    expect(wallOf('counter-partition', 1e9, { cohorts: 100 }).state).toBe('over');
  });

  it('of the verdicts of an hour: a lease and a verdict each', () => {
    expect(wallOf('judgement-partition', 1e9).need).toBeCloseTo(2 * 1_157.4, 0);
    expect(wallOf('judgement-partition', 4e8).state).toBe('holds');
  });

  it("of the evaluator's reads: an hour's verdicts of 400 bytes in 20 s", () => {
    const wall = wallOf('judgement-reads', 1e8);
    expect(wall.need).toBeCloseTo(115.74 * 3_600 * 0.1, -1);
    expect(wall.limit).toBe(60_000);
  });

  it('of marks: a batch that holds many surfaces marks an hour of each', () => {
    expect(wallOf('control-partition', 1e9).need).toBeLessThan(150);
    expect(wallOf('control-partition', 1e9, { catalogue: many }).need).toBeGreaterThan(1_000);
  });

  it('of a deployment: 500 resources a template, 2,500 an operation', () => {
    const catalogue = catalogueOf(Array.from({ length: 1_000 }, (_, i) => `s${i}`));
    expect(wallOf('stack-resources', 1e5, { catalogue }).state).toBe('over');
    expect(wallOf('stack-resources', 1e5, { catalogue: many }).state).toBe('holds');
  });

  it('are finite and nothing is taken of them where nothing is sent', () => {
    for (const wall of wallsOf(0)) {
      expect(Number.isFinite(wall.need / wall.limit), wall.id).toBe(true);
      expect(wall.state).toBe('holds');
    }
  });
});

describe('what check and cost say of them', () => {
  const capacity = { judgeUsdPerDay: 10, judgementsPerDay: 10_000, capUsdPerDay: 25 };

  it('is nothing where all holds', () => {
    expect(checkCapacity({ walls: wallsOf(1e6), ...capacity })).toEqual([]);
  });

  it('is a fault where a queue would grow for ever, with the figures and the setting', () => {
    const [first, ...rest] = checkCapacity({ walls: wallsOf(1e9), ...capacity });
    expect(first).toEqual({
      kind: 'fault',
      about: 'judge-calls',
      message:
        "Judge calls, 10 invocations of 10 at 6 s each: 1,157 wanted, 16.7 at most, a second in the busiest hour. The day's mean is over it too: the queue would grow for ever. Set -c judgeConcurrency=695, or sampleRate 0.00072 instead of 0.05.",
    });
    expect(rest.map(({ kind }) => kind)).not.toContain('fault');
  });

  it('is a warning of a cap that would shed, with what it would have to be', () => {
    expect(checkCapacity({ walls: [], ...capacity, judgeUsdPerDay: 616, judgementsPerDay: 528_571 })).toEqual(
      [
        {
          kind: 'warning',
          about: 'spending-cap',
          message:
            '528,571 judgements a day cost about $616, and the spending cap allows $25: 95% of them would be shed. Set spendingCapUsdPerDay: 770, or smaller sample rates.',
        },
      ],
    );
  });

  it('is a warning of a cap that holds flex alone', () => {
    const tight = { walls: [], ...capacity, judgeUsdPerDay: 20, judgeUsdPerDayWithoutFlex: 40 };
    expect(checkCapacity(tight).map(({ message }) => message)).toEqual([
      '10,000 judgements a day cost about $40 where flex has no room, and the spending cap allows $25: 37% of them would be shed on such a day. Set spendingCapUsdPerDay: 50, or smaller sample rates.',
    ]);
    expect(checkCapacity({ ...tight, judgeUsdPerDayWithoutFlex: 24 })).toEqual([]);
    // Where flex is shed too, its bill is told, and the cap that holds either.
    const [finding] = checkCapacity({ ...tight, judgeUsdPerDay: 30, judgeUsdPerDayWithoutFlex: 60 });
    expect(finding?.message).toMatch(/about \$30, .* 16% of them would be shed\. .*: 75,/);
  });

  it.each([
    [616, 770],
    [0.5, 0.7],
    [20, 25],
    [61_527, 77_000],
  ])('a cap for $%d a day has a quarter to spare: $%d', (cost, cap) => {
    expect(sufficientCap(cost)).toBe(cap);
    expect(sufficientCap(cost)).toBeGreaterThanOrEqual(1.25 * cost);
  });
});
