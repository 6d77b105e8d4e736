import { formatDuration, formatInstant, formatNumber, formatPercent } from '../slo/words/format.ts';
import { day, floorTo, hour } from '../time.ts';
import {
  type BudgetLine,
  budgetDays,
  type Headline,
  type QualityReport,
  type StandingAlarm,
} from './compose-report.ts';
import type { Incident } from './incident.ts';

/** Words that both formats of the report share; plain text, to be escaped by each. */

export const arrows: Readonly<Record<NonNullable<Headline['trend']>, string>> = {
  better: '↑',
  worse: '↓',
  steady: '→',
};

export const budgetHead = ['SLO', 'wanted', `good in ${budgetDays} days`, 'budget left'] as const;

export function describeBudgetLine(line: BudgetLine): string[] {
  const { slo, objective, value, total, left, days, isUncalibrated } = line;
  const young =
    days < budgetDays - 1
      ? ` (${days < 1 ? 'under a day' : formatDuration(floorTo(days * day, hour))} known)`
      : '';
  return [
    slo,
    formatPercent(objective),
    value === null
      ? 'no events'
      : `${formatPercent(value)} of ${formatNumber(total)}${isUncalibrated ? ' *' : ''}${young}`,
    describeLeft(left),
  ];
}

export function describeLeft(left: number | null): string {
  if (left === null) return '–';
  return left < 0 ? `overspent by ${formatPercent(-left)}` : formatPercent(left);
}

/** Where a budget in the table is the judge's own count. */
export function describeJudgedNote({ budgets }: QualityReport): string | undefined {
  return budgets.some(({ isUncalibrated }) => isUncalibrated)
    ? "* Uncalibrated: the judge's own counts, which no human ratings correct yet."
    : undefined;
}

export function describeAlarm({ name, severity, since }: StandingAlarm): string {
  return `${severity === null ? '' : `${severity}: `}${name}${since === null ? '' : `, since ${formatInstant(since)}`}`;
}

export function describeIncident({ provider, from, to, note }: Incident): string {
  const end = to === null ? 'goes on' : `to ${formatInstant(to)}`;
  return `${provider}, ${formatInstant(from)} ${end}: ${note}`;
}

export function describeOrigin({ stage, source, at }: QualityReport): string {
  return `Stage ${stage} (${source}), as of ${formatInstant(at)}`;
}
