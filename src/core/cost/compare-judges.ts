import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Judge } from '../judges/judge.ts';
import { pricesOf, type Tier, tiers } from '../judges/prices.ts';
import { type JudgeCalls, usageAt } from './judge-bill.ts';
import { judgeCostUsd } from './judge-cost.ts';
import { daysPerMonth, sumOf } from './traffic.ts';

/** What all calls would cost if one judge answered them at one tier. */
export interface ComparedJudge {
  readonly judge: string;
  readonly model: string;
  readonly tier: Tier;
  /** The day of its list prices, `2026-11-28`. */
  readonly asOf: string;
  /** Whether a rubric in use asks it at this tier now. */
  readonly isAsked: boolean;
  /** The day on which its model is shut down, where the file holds one. */
  readonly retires: string | undefined;
  /** US dollars of a call, on average. */
  readonly usdPerCall: number;
  /** US dollars for a million logged responses, sampled as the files say. */
  readonly perMillionResponses: number;
  /** US dollars a month, without anchors. */
  readonly usd: number;
}

/**
 * The bill of the same calls by each judge of the file and each tier that has a price, the cheapest first. The same tokens are
 * assumed of each, cached and written ones included: another model cuts texts otherwise and thinks longer or shorter.
 */
export function compareJudges(
  catalogue: Pick<Catalogue, 'judges'>,
  calls: readonly JudgeCalls[],
  responsesPerMonth: number,
): ComparedJudge[] {
  const asked = calls.map(({ judge }) => judge);
  const judges = [
    ...new Map([...(catalogue.judges ?? []), ...asked].map((each) => [each.name, each])).values(),
  ];
  const callsPerMonth = daysPerMonth * sumOf(calls, ({ callsPerDay }) => callsPerDay);
  return judges
    .flatMap((judge) =>
      tiersOf(judge).map((tier): ComparedJudge => {
        const prices = pricesOf(judge.prices, tier);
        const usd =
          daysPerMonth *
          sumOf(calls, (each) => each.callsPerDay * judgeCostUsd(prices, usageAt(judge, each)));
        return {
          judge: judge.name,
          model: judge.model,
          tier,
          asOf: judge.prices.asOf,
          isAsked: judge.tier === tier && asked.some(({ name }) => name === judge.name),
          retires: judge.retires,
          usdPerCall: callsPerMonth === 0 ? 0 : usd / callsPerMonth,
          perMillionResponses: responsesPerMonth === 0 ? 0 : (usd / responsesPerMonth) * 1e6,
          usd,
        };
      }),
    )
    .sort((a, b) => a.usd - b.usd);
}

function tiersOf({ prices }: Judge): readonly Tier[] {
  return tiers.filter((tier) => prices[tier] !== undefined);
}
