import type { AnchorReading, AnchorSuspects } from './anchor-progress.ts';
import type { AnchorSight } from './anchor-sight.ts';

/** `steady: a judge that passed 2.1 points less or 3.4 points more would have been noticed by now`. */
export function describeAnswer({ answer, sight, compared, suspects, movedBy }: AnchorReading): string {
  const note = describeSuspects(suspects);
  switch (answer) {
    case 'moved':
      return `moved${movedBy === undefined ? '' : `: when that was seen it passed ${points(Math.abs(movedBy), 1)} ${movedBy < 0 ? 'less' : 'more'}`}${note}`;
    case 'steady':
      return `steady: ${describeSight(sight)}${note}`;
    case 'cannot tell':
      return `cannot tell yet: ${compared === 0 ? 'no anchor has been scored' : describeSight(sight)}${note}`;
  }
}

/** The part of a calibration's reason where its anchors cannot tell; without decimals, for it is to stay the same for days. */
export function describeDoubt({ sight, compared, suspects }: AnchorReading): string {
  const seen = compared === 0 ? 'none has been scored' : describeSight(sight, 0);
  return `its anchors cannot tell yet whether the judge moved (${seen}${describeSuspects(suspects)})`;
}

function describeSight({ fall, rise }: AnchorSight, decimals = 1): string {
  const shifts = [
    ...(fall === null ? [] : [`${points(fall, decimals)} less`]),
    ...(rise === null ? [] : [`${points(rise, decimals)} more`]),
  ];
  return shifts.length === 0
    ? 'no shift would have been noticed by now'
    : `a judge that passed ${shifts.join(' or ')} would have been noticed by now`;
}

function points(share: number, decimals: number): string {
  const value = Number((100 * share).toFixed(decimals));
  return `${value} ${value === 1 ? 'point' : 'points'}`;
}

/** Empty where there are none. */
function describeSuspects({ answers, cached, fast }: AnchorSuspects): string {
  const found = [
    ...(cached === 0 ? [] : [`${cached} came from a cache by its sender's word`]),
    ...(fast === 0 ? [] : [`${fast} came sooner than a model can answer`]),
  ];
  return found.length === 0
    ? ''
    : `; of the last round's ${answers} answers ${found.join(', ')}: an answer that a cache kept proves nothing of today's judge`;
}
