import { type Severity, severities } from '../names.ts';
import { minute } from '../time.ts';

/** An alarm of an SLO that went on or off. */
export interface SeverityChange {
  readonly severity: Severity;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly to: 'OK' | 'ALARM';
}

/** Alarms that a tick moves together are moved so far apart at most. */
const together = 2 * minute;

/**
 * Changes of an SLO's alarms in words, the oldest first. One that goes off because a more severe one went on is masked by it,
 * and one that comes out from under it was on all the time.
 */
export function describeAlarmChanges(
  changes: readonly SeverityChange[],
): { readonly at: number; readonly text: string }[] {
  const masked = new Set<Severity>();
  return changes
    .toSorted((a, b) => a.at - b.at || severities.indexOf(a.severity) - severities.indexOf(b.severity))
    .map(({ severity, at, to }) => {
      if (to === 'ALARM')
        return { at, text: `${severity} alarm on${masked.delete(severity) ? ' by itself again' : ''}` };
      const by = severities
        .slice(0, severities.indexOf(severity))
        .find((other) => isOn(changes, other, at + together));
      if (by === undefined) return { at, text: `${severity} alarm off` };
      masked.add(severity);
      return { at, text: `${severity} alarm masked by the ${by}, not over` };
    });
}

function isOn(changes: readonly SeverityChange[], severity: Severity, at: number): boolean {
  const last = changes.filter((change) => change.severity === severity && change.at <= at);
  return last.toSorted((a, b) => a.at - b.at).at(-1)?.to === 'ALARM';
}
