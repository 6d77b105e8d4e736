import { type Severity, severities } from '../../names.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import { day, hour } from '../../time.ts';
import { formatDuration, formatNumber, formatPercent } from '../words/format.ts';
import { countsOf, expectedEventsPerDay, type Traffic } from './sli-kinds.ts';
import { type AlertRow, type Slo, sloName } from './slo.ts';

/** A row needs at least this much room under the greatest burn there is: a bound at 90% bad never fires in practice. */
export const mostOfMaximum = 0.9;

/** What is wrong with an alert row, in words that say what would work. */
export interface RowFinding {
  /** `refused`: it cannot fire, and check and synth fail. `starved`: it can, but its traffic will rarely let it. */
  readonly verdict: 'refused' | 'starved';
  readonly severity: Severity;
  readonly message: string;
}

/** Bounds to propose, the usual one first: for objectives over 95% the classic ones, under it those chosen by simulation. */
const proposals: Readonly<Record<Severity, { strict: number; lenient: readonly number[] }>> = {
  rollback: { strict: 14.4, lenient: [3, 2, 1.5, 1.25] },
  page: { strict: 6, lenient: [2, 1.5, 1.25] },
  ticket: { strict: 3, lenient: [1.5, 1.25, 1.1] },
  digest: { strict: 1, lenient: [1] },
};

/** Checks every row of an SLO against its objective and its surface's traffic. */
export function checkRows(slo: Slo, traffic: Traffic): RowFinding[] {
  const { objective } = slo;
  if (objective === null) return [];
  return severities.flatMap((severity) => {
    const row = slo.rows[severity];
    if (row === undefined) return [];
    const refused = refuseRow(slo, severity, row, objective);
    if (refused !== undefined) return [refused];
    return findStarvation(slo, severity, row, traffic) ?? [];
  });
}

/** The greatest burn there is: everything bad. 12.5 at 92%. */
export function maximumBurn(objective: number): number {
  return 1 / (1 - objective);
}

function refuseRow(slo: Slo, severity: Severity, row: AlertRow, objective: number): RowFinding | undefined {
  const name = `the ${severity} row of ${sloName(slo)}`;
  if (row.short !== undefined && row.short >= row.long) {
    return {
      verdict: 'refused',
      severity,
      message: `${name} has a short window of ${formatDuration(row.short)}, which must be shorter than its long one of ${formatDuration(row.long)}; a twelfth of it, ${formatDuration(row.long / 12)}, would work`,
    };
  }
  if (row.spent !== undefined && row.spent <= row.long) {
    return {
      verdict: 'refused',
      severity,
      message: `${name} fires once the budget of ${formatDuration(row.spent)} is spent, which must be a longer time than its long window of ${formatDuration(row.long)}; 7d would work`,
    };
  }
  const maximum = maximumBurn(objective);
  // A millionth of tolerance: 1 - 0.92 is not 0.08 exactly.
  if (row.burn < mostOfMaximum * maximum * (1 - 1e-9)) return undefined;
  const needed = row.burn * (1 - objective);
  const { strict, lenient } = proposals[severity];
  const tried = objective > 0.95 ? [strict, ...lenient] : lenient;
  const proposal = tried.find((burn) => burn < mostOfMaximum * maximum);
  const remedy =
    proposal === undefined
      ? 'no bound would work there: raise the objective'
      : `${formatNumber(proposal)} times would work (${formatPercent(proposal * (1 - objective))} bad)`;
  return {
    verdict: 'refused',
    severity,
    message: `${name} asks for a burn of ${formatNumber(row.burn)} times, which ${needed > 1 ? 'can never be' : 'hardly ever can be'}: at an objective of ${formatPercent(objective)} the maximum is ${formatNumber(maximum)} times, with everything bad, and ${formatNumber(row.burn)} times would need ${formatPercent(needed)} bad. Stay under ${formatNumber(Math.floor(10 * mostOfMaximum * maximum) / 10)} times; ${remedy}`,
  };
}

const windows = [
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  3 * day,
  7 * day,
  14 * day,
  28 * day,
];

function findStarvation(
  slo: Slo,
  severity: Severity,
  row: AlertRow,
  traffic: Traffic,
): RowFinding | undefined {
  const perDay = expectedEventsPerDay(slo, traffic);
  if (perDay === undefined) return undefined;
  const expected = (perDay * row.long) / day;
  if (expected >= leastEvents) return undefined;
  const window = windows.find((width) => width > row.long && (perDay * width) / day >= leastEvents);
  const rate = (leastEvents * day) / row.long / traffic.expectedPerDay;
  const isJudged = countsOf(slo.sli) === 'verdicts';
  const remedies = [
    ...(window === undefined
      ? []
      : [`a long window of ${formatDuration(window)} (${formatNumber((perDay * window) / day)} events)`]),
    ...(isJudged && rate <= 1 ? [`a sample rate of ${formatPercent(Math.ceil(rate * 1000) / 1000)}`] : []),
  ];
  const judged = isJudged ? `, ${formatPercent(traffic.sampleRate)} of them judged` : '';
  return {
    verdict: 'starved',
    severity,
    message: `the ${severity} row of ${sloName(slo)} needs ${leastEvents} events in its long window of ${formatDuration(row.long)} and can expect ${formatNumber(expected)} (${formatNumber(traffic.expectedPerDay)} responses a day${judged}), so it will seldom speak; ${
      remedies.length === 0
        ? 'at this traffic no window would work: leave the severity out'
        : `${remedies.join(', or ')}, would work`
    }`,
  };
}
