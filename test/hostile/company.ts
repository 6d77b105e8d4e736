import { inSample, judgementOf, slotOf } from './expectation.ts';
import { fateOf } from './judge-fates.ts';
import { surfaces, type TrafficMessage } from './traffic.ts';

/**
 * A response that is sampled and judged at once. A text that a provider refuses for no known reason ends only beside others
 * that it takes, and after the traffic there are none.
 */
export function companyOf(nth: number, at: number): TrafficMessage {
  const { rate = 0, rubric = '' } = surfaces.search ?? {};
  let id = `company-${nth}`;
  while (!inSample(id, rate) || fateOf(id) !== 'well') id += '+';
  const record = {
    id,
    at: new Date(at).toISOString(),
    surface: 'search',
    status: 'success',
    request: { messages: [{ role: 'user', content: `And ${id}?` }] },
    response: { content: `Like this: ${id}.` },
  };
  const judgement = judgementOf('search', rubric, at, id);
  return {
    body: JSON.stringify(record),
    what: 'company',
    expectation: { kind: 'counted', column: 'n', slot: slotOf('search', at, '-'), judgement },
  };
}
