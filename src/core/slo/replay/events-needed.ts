import { binomialLowerTail } from '../../statistics/binomial.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import { rowAlpha } from '../rules/read-row.ts';

/** A number of events that no window holds: at the objective itself none is enough. */
const mostEvents = 1e9;

/** The fewest events, 50 or more, at which this bad share has a chance under alpha at the objective; null where none would do. */
export function eventsNeeded(badShare: number, objective: number): number | null {
  if (!(badShare <= 1)) return null;
  const isEnough = (events: number) => {
    const passes = Math.max(0, Math.min(events, Math.floor(events * (1 - badShare) + 1e-9)));
    return binomialLowerTail({ passes, events }, objective).logProbability <= Math.log(rowAlpha);
  };
  let enough = leastEvents;
  while (!isEnough(enough)) {
    enough *= 2;
    if (enough > mostEvents) return null;
  }
  let tooFew = enough === leastEvents ? leastEvents - 1 : enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
