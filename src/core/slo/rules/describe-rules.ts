import type { Severity } from '../../names.ts';
import type { ChangeReading, DetectorReport, RowReading, WindowReading } from '../alarms/evaluation.ts';
import type { Slo } from '../definition/slo.ts';
import { sayChance, sayDuration, sayEvents, sayNumber, sayPercent } from '../words/format.ts';

/** What rules say in words: what happened, over which window, how many of how many, against what, and the evidence. */

interface Setting {
  readonly watchedTogether: number;
  readonly cohort?: string | undefined;
}

/**
 * `212 of 1,040 judged responses failed over 6 h (20.4%): the budget of 8% burns 2.5 times too fast, and 2.6 times over
 * 30 min (18 of 88); page fires from 2 times. At the objective of 92% so many have a chance of 1.2e-23; 1e-5 is asked.`
 */
export function sayRow(slo: Slo, severity: Severity, row: RowReading, setting: Setting): string {
  const { long, short } = row;
  const sentences = [
    `${sayCohort(setting)}${sayFailed(slo, long, true)} over ${sayDuration(long.width)}${sayBurn(slo, row)}${
      short === null
        ? ''
        : `, and ${sayTimes(short.burn)} over ${sayDuration(short.width)} (${sayFailed(slo, short, false)})`
    }; ${severity} fires from ${sayNumber(row.bound)} times.`,
  ];
  if (row.logP !== null) {
    sentences.push(
      `At the objective of ${sayPercent(slo.objective ?? 0)} so many have a chance of ${sayChance(row.logP)}; ${sayChance(Math.log(row.alpha))} is asked.`,
    );
  }
  if (row.uncalibrated)
    sentences.push("Uncalibrated: these are the judge's own rates, which no ratings correct.");
  else if (slo.calibration === 'required') sentences.push('Burn is corrected by the ratings of people.');
  return sentences.join(' ');
}

/**
 * `Sustained drop of good responses under 92%, 31 of 120 responses were bad (25.8%) over 2 h: evidence M = 3,120; ticket
 * fires from 2,400, which takes 2,400 hours on average while there is no drop.`
 */
export function sayDetector(
  slo: Slo,
  severity: Severity,
  { report, row }: { readonly report: DetectorReport; readonly row: RowReading },
  setting: Setting,
): string {
  const recent = row.short !== null && row.short.total > 0 ? row.short : row.long;
  const scale =
    slo.calibration === 'required'
      ? ` on the judge's scale, for the objective of ${sayPercent(slo.objective ?? 0)}`
      : '';
  return (
    `${sayCohort(setting)}Sustained drop of good ${sayEvents(slo.sli)} under ${sayPercent(report.threshold)}${scale}; ` +
    `${sayFailed(slo, recent, true)} over ${sayDuration(recent.width)}. Evidence M = ` +
    `${sayNumber(report.statistic)}; ${severity} fires from ${sayNumber(report.firesAt)}, which takes ` +
    `${sayNumber(report.firesAt)} hours on average while there is no drop.`
  );
}

/** People's word on a warning. */
export function sayConfirmation(evidence: number, ratings: number): string {
  return `People confirm the breach: ${sayNumber(ratings)} ratings since the warning make evidence E = ${sayNumber(evidence)}; 100 confirms.`;
}

/** `Refusals rose from 2% to 5.1%, 2.1 times the 1.5 points allowed; by chance: 3.4e-9, 1e-5 is asked.` */
export function sayChange(slo: Slo, change: ChangeReading): string {
  const chance = `By chance: ${sayChance(change.logP)}; ${sayChance(Math.log(change.alpha))} is asked.`;
  const { sli } = slo;
  const window = sayDuration(slo.window);
  switch (sli.kind) {
    case 'refusal-change':
      return `Refusals over ${window} went from ${sayPercent(change.baseline)} to ${sayPercent(change.value)}, ${sayNumber(change.ofBound)} times the ${sayNumber(100 * sli.within)} points that are allowed. ${chance}`;
    case 'quantile-change':
      return `The ${sayNumber(100 * sli.quantile)}th percentile of ${sli.field} over ${window} is ${sayNumber(change.value)} against ${sayNumber(change.baseline)} in the 28 days before; it fires at ${sayNumber(sli.times)} times. ${chance}`;
    case 'mean-change': {
      const relative = change.value / change.baseline - 1;
      return `The mean ${sli.field} over ${window} is ${sayNumber(change.value)}, ${sayPercent(Math.abs(relative))} ${relative < 0 ? 'under' : 'over'} the median of ${sli.days} days (${sayNumber(change.baseline)}); it fires at ${sayPercent(sli.within)}. ${chance}`;
    }
    default:
      return `The change is ${sayNumber(change.ofBound)} times what is allowed. ${chance}`;
  }
}

function sayCohort({ cohort, watchedTogether }: Setting): string {
  return cohort === undefined ? '' : `In "${cohort}", one of ${sayNumber(watchedTogether)} watched: `;
}

function sayFailed(slo: Slo, window: WindowReading, isNamed: boolean): string {
  const bad = window.total - window.good;
  if (!isNamed) return `${sayNumber(bad)} of ${sayNumber(window.total)}`;
  const share = window.total > 0 ? ` (${sayPercent(bad / window.total)})` : '';
  return `${sayNumber(bad)} of ${sayNumber(window.total)} ${sayEvents(slo.sli)} were bad${share}`;
}

function sayBurn(slo: Slo, row: RowReading): string {
  return `: the budget of ${sayPercent(1 - (slo.objective ?? 1))} burns at ${sayTimes(row.long.burn)}`;
}

function sayTimes(burn: number | null): string {
  return burn === null ? 'no rate (no events)' : `${sayNumber(burn)} times its even rate`;
}
