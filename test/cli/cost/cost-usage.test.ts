import { expect, it } from 'vitest';
import { judgeCalls } from '#cli/cost/cost-usage.ts';
import { judgeBill } from '#core/cost/judge-bill.ts';
import { expectedTraffic, verdictsPerMonth } from '#core/cost/traffic.ts';
import { findWalls } from '#core/cost/walls.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';

/** What a surface of 10 million responses a day comes to under a rubric that asks so often. */
function billOf(repeats?: number) {
  const catalogue = testCatalogue({
    surfaces: [{ surface: 'chat', expectedPerDay: 1e7 }],
    rubrics: [testRubric({ surfaces: ['chat'], repeats }), testRubric({ id: 'other' })],
  });
  const traffic = expectedTraffic(catalogue).filter(({ surface }) => surface === 'chat');
  const calls = judgeCalls(catalogue, traffic, { texts: undefined, measured: undefined });
  const [line] = judgeBill(calls);
  const walls = findWalls({ catalogue, traffic, textCharacters: 1_500 });
  const need = walls.find(({ id }) => id === 'judge-calls')?.need ?? 0;
  return { usd: line?.usd ?? 0, calls: line?.callsPerMonth ?? 0, need, verdicts: verdictsPerMonth(traffic) };
}

it('prices and expects each asking of a rubric that asks more than once, for as many verdicts', () => {
  const once = billOf();
  for (const repeats of [1, 2, 3]) {
    const bill = billOf(repeats);
    expect(bill.calls).toBeCloseTo(repeats * once.calls, 3);
    expect(bill.usd).toBeCloseTo(repeats * once.usd, 3);
    expect(bill.need).toBeCloseTo(repeats * once.need, 6);
    expect(bill.verdicts).toBe(once.verdicts);
  }
});
