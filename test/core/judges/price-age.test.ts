import { expect, it } from 'vitest';
import { checkPrices } from '#cli/doctor/doctor-judge.ts';
import { priceAgeDays, withOldPrices } from '#core/judges/price-age.ts';
import { testJudge } from '#test/support/judges.ts';

const pricedOn = (asOf: string) =>
  testJudge(`of-${asOf}`, { prices: { asOf, standard: { input: 1, cachedInput: 1, output: 1 } } });

it('calls prices old after half a year, and names them with the day', () => {
  const now = Date.parse('2026-12-01T12:00:00Z');
  const judges = ['2026-06-01', '2026-05-31', '2027-01-01'].map(pricedOn);
  expect(judges.map((judge) => priceAgeDays(judge, now))).toEqual([183, 184, 0]);
  expect(withOldPrices(judges, now).map(({ name }) => name)).toEqual(['of-2026-05-31']);
  expect(checkPrices(judges, now)).toMatchObject([
    { name: 'prices', state: 'warning', found: expect.stringContaining('of-2026-05-31 (of 2026-05-31)') },
  ]);
  expect(checkPrices(judges.slice(0, 1), now)).toEqual([]);
});
