import { day } from '../time.ts';
import type { Judge } from './judge.ts';

/** Providers change prices without a notice; after so long nobody knows. Days. */
export const oldPriceDays = 183;

/** Days since somebody looked a judge's prices up; 0 where the day is to come. @param now epoch milliseconds */
export function priceAgeDays({ prices }: Pick<Judge, 'prices'>, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(prices.asOf)) / day));
}

/** Judges whose prices nobody has looked up for half a year. */
export function withOldPrices(judges: readonly Judge[], now: number): readonly Judge[] {
  return judges.filter((judge) => priceAgeDays(judge, now) > oldPriceDays);
}
