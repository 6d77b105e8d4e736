import type { Tally } from '../../statistics/binomial.ts';
import { differenceDispersion, leastEventsOfHour } from '../../statistics/dispersion.ts';

/**
 * What a series is taken to be dispersed by before it has shown anything: conversations of 10 of an intraclass correlation
 * of .3 make 3.7 of it, of 5 they make 2.2. Simulated: with 1, that is nothing assumed, .40 of healthy first weeks of
 * conversations of 10 at 500 a day have a ticket, with this .04.
 */
const atFirst = 3;

/** Of how many hours' worth that is at first; it is half as much once as many have told theirs. */
const weightAtFirst = 10;

/**
 * Dispersion of a series' first days, before there are hours enough to measure it: what is assumed at first and what the
 * hours so far show, each weighing what it tells. Hours with few events are taken together until they have 5. What hours tell
 * falls with their fails: where a fail is rare, it comes alone or with its conversation's, and most hours have none.
 *
 * They are compared each with the next, for a drop or an outage in these first days is no dispersion. See {@link differenceDispersion}.
 *
 * @param hours ascending
 * @param assumed what conversations are known to make of it; no less is assumed at first
 * @param below what `hours` stays under
 */
export function earlyDispersion(
  hours: readonly Tally[],
  { assumed, below }: { readonly assumed: number; readonly below: number },
): { factor: number; hours: number } {
  const blocks = joinHours(hours);
  const prior = Math.max(atFirst, assumed);
  const counted = Math.min(blocks.length, below - 1);
  const shown = differenceDispersion(blocks);
  if (!shown.ok) return { factor: prior, hours: counted };
  const fails = blocks.reduce((sum, { passes, events }) => sum + events - passes, 0) / blocks.length;
  const weight = ((blocks.length - 1) * 2) / (2 + 1 / fails);
  const assumedWeight = weightAtFirst ** 2 / (weightAtFirst + weight);
  return {
    factor: (assumedWeight * prior + weight * shown.factor) / (assumedWeight + weight),
    hours: counted,
  };
}

/** An hour, or as many of them as have 5 events together. */
function joinHours(hours: readonly Tally[]): Tally[] {
  const blocks: Tally[] = [];
  let [passes, events] = [0, 0];
  for (const each of hours) {
    passes += each.passes;
    events += each.events;
    if (events < leastEventsOfHour) continue;
    blocks.push({ passes, events });
    [passes, events] = [0, 0];
  }
  return blocks;
}
