import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/statistics/random.ts';
import { findCarriers, type SliceCounts, smallSlices } from '#core/triage/carriers.ts';

const slice = (name: string, before: [number, number], after: [number, number]): SliceCounts => ({
  name,
  before: { good: before[0], total: before[1] },
  after: { good: after[0], total: after[1] },
});
const find = (...slices: SliceCounts[]) => findCarriers({ dimension: 'release', slices });

const anyCounts = fc
  .tuple(fc.integer({ min: 0, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([total, share]): [number, number] => [Math.floor(total * share), total]);
const anySlices = fc
  .array(fc.tuple(anyCounts, anyCounts), { minLength: 1, maxLength: 12 })
  .map((all) => all.map(([before, after], index) => slice(`s${index}`, before, after)));

describe('what carries a fall', () => {
  it('divides the whole excess: parts sum to it, shares to 1', () => {
    fc.assert(
      fc.property(anySlices, (slices) => {
        const { carriers, excess, byRate, byMix } = find(...slices);
        const whole = (when: 'before' | 'after') =>
          slices.reduce((sum, each) => sum + each[when].total - each[when].good, 0);
        const total = (when: 'before' | 'after') => slices.reduce((sum, each) => sum + each[when].total, 0);
        const usual = total('before') === 0 ? 0 : whole('before') / total('before');
        expect(excess).toBeCloseTo(whole('after') - total('after') * usual, 6);
        if (total('before') > 0) expect(byRate + byMix).toBeCloseTo(excess, 6);
        if (excess > 1e-3 && total('before') > 0)
          expect(carriers.reduce((sum, { share }) => sum + (share ?? 0), 0)).toBeCloseTo(1, 6);
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it('names the release that fell while another went on as before', () => {
    const { carriers, finding } = find(
      slice('v41', [950, 1_000], [285, 300]),
      slice('v42', [0, 0], [180, 300]),
    );
    expect(finding).toBe('carried');
    expect(carriers[0]).toMatchObject({ name: 'v42', standsOut: true, isNew: true });
    expect(carriers[0]?.share).toBeCloseTo(1, 5);
    expect(carriers[1]).toMatchObject({ name: 'v41', standsOut: false });
  });

  it('charges nothing to a slice that goes on as it was, however bad that is', () => {
    const { carriers } = find(
      slice('hard', [800, 1_000], [800, 1_000]),
      slice('easy', [990, 1_000], [890, 1_000]),
    );
    expect(carriers.map(({ name, share }) => [name, share])).toEqual([
      ['easy', expect.closeTo(1, 9)],
      ['hard', expect.closeTo(0, 9)],
    ]);
  });

  it('calls no slice of three responses the cause', () => {
    const { carriers } = find(
      slice('big', [950, 1_000], [400, 500]),
      slice('tiny', [3, 3], [0, 3]),
      slice('other', [950, 1_000], [400, 500]),
    );
    expect(carriers.find(({ name }) => name === 'tiny')).toMatchObject({ standsOut: false, chance: null });
  });

  it('says that it is spread evenly where all fell alike', () => {
    const { finding, carriers } = find(
      slice('eu', [950, 1_000], [800, 1_000]),
      slice('us', [948, 1_000], [804, 1_000]),
      slice('apac', [475, 500], [401, 500]),
    );
    expect(finding).toBe('even');
    expect(carriers.every(({ standsOut }) => !standsOut)).toBe(true);
  });

  it('blames nobody for having always been worse', () => {
    // Odds of failing three times what they were, for both.
    const { finding } = find(
      slice('easy', [980, 1_000], [942, 1_000]),
      slice('hard', [800, 1_000], [571, 1_000]),
    );
    expect(finding).toBe('even');
  });

  it('tells traffic that moved from rates that fell', () => {
    const mix = find(slice('free', [80, 100], [640, 800]), slice('paid', [891, 900], [198, 200]));
    expect(mix.finding).toBe('mix');
    expect(mix.byMix / mix.excess).toBeGreaterThan(0.95);
    expect(mix.carriers[0]).toMatchObject({ name: 'free', standsOut: false });
  });

  it('says that nothing is left to compare with where all is new', () => {
    expect(find(slice('v41', [950, 1_000], [0, 0]), slice('v42', [0, 0], [700, 1_000])).finding).toBe(
      'replaced',
    );
  });

  it('has nothing to tell of a single slice, or without an excess', () => {
    expect(find(slice('v1', [95, 100], [70, 100])).finding).toBe('single');
    expect(find(slice('a', [90, 100], [95, 100]), slice('b', [90, 100], [95, 100])).finding).toBe('none');
  });

  it('tests a new slice where nothing ever failed before, and nothing where there is no before', () => {
    const { carriers } = find(slice('v41', [100, 100], [50, 50]), slice('v42', [0, 0], [20, 50]));
    expect(carriers[0]).toMatchObject({ name: 'v42', standsOut: true });
    const { carriers: unknown } = find(slice('a', [0, 0], [50, 50]), slice('b', [0, 0], [20, 50]));
    expect(unknown.map(({ chance }) => chance)).toEqual([1, 1]);
  });

  it('puts many small slices together, and loses none of their failures', () => {
    const small = Array.from({ length: 40 }, (_, index) => slice(`u${index}`, [4, 4], [2, 4]));
    const { carriers, small: gathered } = find(slice('big', [900, 1_000], [850, 1_000]), ...small);
    expect(gathered).toBe(40);
    expect(carriers.find(({ name }) => name === smallSlices)).toMatchObject({
      after: { good: 80, total: 160 },
      standsOut: false,
    });
  });

  it('corrects for how many slices were tested: of 50 alike ones none stands out in 38 of 40 worlds', () => {
    let worlds = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const random = createRandom(`alike-${seed}`);
      const slices = Array.from({ length: 50 }, (_, index) =>
        slice(`c${index}`, [random.binomial(100, 0.95), 100], [random.binomial(40, 0.8), 40]),
      );
      if (find(...slices).carriers.some(({ chance }) => chance !== null && chance < 0.01)) worlds += 1;
    }
    expect(worlds).toBeLessThanOrEqual(2);
  });

  it('finds the planted one among many', () => {
    const random = createRandom('planted');
    const slices = Array.from({ length: 30 }, (_, index) =>
      slice(
        `c${index}`,
        [random.binomial(200, 0.95), 200],
        [random.binomial(150, index === 17 ? 0.4 : 0.95), 150],
      ),
    );
    const { carriers } = find(...slices);
    expect(carriers.filter(({ standsOut }) => standsOut).map(({ name }) => name)).toEqual(['c17']);
  });

  it('asks for more of clustered events', () => {
    const slices = [slice('a', [190, 200], [150, 200]), slice('b', [190, 200], [185, 200])];
    const alone = findCarriers({ dimension: 'cohort', slices });
    const clustered = findCarriers({ dimension: 'cohort', slices, designEffect: 10 });
    expect(alone.carriers[0]?.standsOut).toBe(true);
    expect(clustered.carriers[0]?.standsOut).toBe(false);
  });
});
