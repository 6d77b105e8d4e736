import { describe, expect, it } from 'vitest';
import { capacityWarnings } from '#cdk/stage/capacity-warnings.ts';
import { shippedThroughput } from '#core/throughput.ts';
import { shippedCatalogue } from '#test/support/shipped.ts';

describe('a synth', async () => {
  const shipped = await shippedCatalogue();
  const large = {
    ...shipped,
    surfaces: shipped.surfaces.map((each) => ({ ...each, expectedPerDay: 200 * each.expectedPerDay })),
  };

  it('says nothing of traffic that holds', () => {
    expect(capacityWarnings(shipped, shippedThroughput)).toEqual([]);
  });

  it('warns of a judge that cannot keep up, until the command line chooses enough', () => {
    const [warning] = capacityWarnings(large, shippedThroughput);
    expect(warning).toMatch(/^Judge calls, 10 invocations .* grow for ever\. Set -c judgeConcurrency=52/);
    expect(capacityWarnings(large, { ...shippedThroughput, judgeConcurrency: 52 })).toEqual([]);
  });
});
