import type { Catalogue } from '#core/catalogue/catalogue.ts';
import { checkCapacity } from '#core/cost/check-capacity.ts';
import { expectedTraffic } from '#core/cost/traffic.ts';
import { findWalls } from '#core/cost/walls.ts';
import type { Throughput } from '#core/throughput.ts';

/** Of a question and an answer, where nobody's records are at hand. */
const assumedTextCharacters = 2_000;

/**
 * What the traffic that the files expect would run into with the throughput that is deployed: `assay slo check` refuses some of it,
 * and does not know what the command line chooses. The spending cap is left to it.
 */
export function capacityWarnings(catalogue: Catalogue, throughput: Throughput): string[] {
  const traffic = expectedTraffic(catalogue);
  const walls = findWalls({ catalogue, traffic, textCharacters: assumedTextCharacters, throughput });
  return checkCapacity({
    walls,
    judgeUsdPerDay: 0,
    judgementsPerDay: 0,
    capUsdPerDay: catalogue.spendingCapUsdPerDay,
  }).map(({ message }) => message);
}
