import type { Severity } from '../../names.ts';
import { describeEvents } from '../definition/sli-kinds.ts';
import type { Slo } from '../definition/slo.ts';
import { formatChance, formatDuration, formatNumber, formatPercent } from '../words/format.ts';
import { joinReason } from '../words/reason.ts';
import type { AlarmWindow } from './alarm-window.ts';
import type { Counts } from './count-series.ts';
import { formatCorrected } from './describe-rate.ts';
import type { DetectorReport, RowReading } from './readings.ts';

/** What rules say in words: what happened, over which window, how many of how many, against what, and the evidence. */

interface Setting {
  readonly watchedTogether: number;
  readonly cohort?: string | undefined;
}

/**
 * `212 of 1,040 judged responses failed over 6 h (20.4%): the budget of 8% burns 2.5 times too fast, and 2.6 times over
 * 30 min (18 of 88); page fires from 2 times. At the objective of 92% so many have a chance of 1.2e-23; 1e-5 is asked.`
 */
export function describeRow(
  slo: Slo,
  severity: Severity,
  { row, window }: { readonly row: RowReading; readonly window: AlarmWindow },
  setting: Setting,
): string {
  const { long, short } = row;
  const sentences = [
    `${describeCohort(setting)}${describeFailed(slo, long, true)} over ${formatDuration(long.width)}${describePeople(window)}${formatBurn(slo, row)}${
      short === null
        ? ''
        : `, and ${formatTimes(short.burn)} over ${formatDuration(short.width)} (${describeFailed(slo, short, false)})`
    }; ${severity} fires from ${formatNumber(row.bound)} times.`,
  ];
  if (row.logP !== null) {
    sentences.push(
      `At the objective of ${formatPercent(slo.objective ?? 0)} so many have a chance of ${formatChance(row.logP)}; ${formatChance(Math.log(row.alpha))} is asked.`,
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
export function describeDetector(
  slo: Slo,
  severity: Severity,
  { report, window }: { readonly report: DetectorReport; readonly window: AlarmWindow },
  setting: Setting,
): string {
  const scale =
    slo.calibration === 'required'
      ? ` on the judge's scale, for the objective of ${formatPercent(slo.objective ?? 0)}`
      : '';
  return (
    `${describeCohort(setting)}Sustained drop of good ${describeEvents(slo.sli)} under ${formatPercent(report.threshold)}${scale}; ` +
    `${describeFailed(slo, window, true)} over ${formatDuration(window.width)}${describePeople(window)}. Evidence M = ` +
    `${formatNumber(report.statistic)}; ${severity} fires from ${formatNumber(report.firesAt)}, which takes ` +
    `${formatNumber(report.firesAt)} hours on average while there is no drop.`
  );
}

/** People's word on a warning. */
export function describeConfirmation(evidence: number, ratings: number): string {
  return joinReason({
    plain: 'People who rated the answers since the warning confirm it: too many are bad.',
    statistics: `${formatNumber(ratings)} ratings since the warning make evidence E = ${formatNumber(evidence)}; 100 confirms.`,
  });
}

function describeCohort({ cohort, watchedTogether }: Setting): string {
  return cohort === undefined ? '' : `In "${cohort}", one of ${formatNumber(watchedTogether)} watched: `;
}

/** `, of which people would pass 78.2% (70.1% to 85.3%)`: what the ratings make of the judge's counts. */
function describePeople({ calibrated }: AlarmWindow): string {
  return calibrated === null ? '' : `, of which people would pass ${formatCorrected(calibrated)}`;
}

function describeFailed(slo: Slo, window: Counts, isNamed: boolean): string {
  // Of zoomed events the good ones are a weighted share.
  const exact = window.total - window.good;
  const bad = Math.round(exact);
  if (!isNamed) return `${formatNumber(bad)} of ${formatNumber(window.total)}`;
  const share = window.total > 0 ? ` (${formatPercent(exact / window.total)})` : '';
  return `${formatNumber(bad)} of ${formatNumber(window.total)} ${describeEvents(slo.sli)} were bad${share}`;
}

function formatBurn(slo: Slo, row: RowReading): string {
  return `: the budget of ${formatPercent(1 - (slo.objective ?? 1))} burns at ${formatTimes(row.long.burn)}`;
}

function formatTimes(burn: number | null): string {
  return burn === null ? 'no rate (no events)' : `${formatNumber(burn)} times its even rate`;
}
