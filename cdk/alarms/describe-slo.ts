import type { Severity } from '#core/names.ts';
import { describeSli } from '#core/slo/definition/sli-kinds.ts';
import type { AlertRow, Slo } from '#core/slo/definition/slo.ts';
import { formatShare } from '#core/slo/words/format.ts';
import { day, hour, minute, second } from '#core/time.ts';

/** SLOs in the words of an alarm's description. */

/** `share of responses whose cost is at most $0.045, wanted at least 95% over 24h`. */
export function describeSlo(slo: Slo): string {
  const objective = slo.objective === null ? '' : `, wanted at least ${formatShare(slo.objective)}`;
  return `${describeSli(slo.sli)}${objective} over ${formatDurationWords(slo.window)}`;
}

/** What a pressure of 1 stands for. */
export function describeRule(slo: Slo, severity: Severity): string {
  const row = slo.rows[severity];
  const rule =
    row === undefined
      ? 'the change is past its bound and a test rules chance out'
      : rowInWords(row, slo.objective);
  return `Fires when the pressure of its ${severity} rule reaches 1: ${rule}. Without enough data it keeps its state.`;
}

function rowInWords(row: AlertRow, objective: number | null): string {
  const windows =
    row.short === undefined
      ? formatDurationWords(row.long)
      : `${formatDurationWords(row.long)} and ${formatDurationWords(row.short)}`;
  const share = objective === null ? '' : ` (${formatShare(Math.min(1, row.burn * (1 - objective)))} bad)`;
  const detector = row.detector === undefined ? '' : ', or the regression detector sees a drop';
  const spent =
    row.spent === undefined ? '' : `, or the error budget of ${formatDurationWords(row.spent)} is spent`;
  return `over ${windows} the error budget burns at ${row.burn} times its even rate or faster${share}, on 50 events or more, and the exact test rules chance out${detector}${spent}`;
}

/** `24h`, `30d`: the form in which slos/*.yaml say it. */
export function formatDurationWords(milliseconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [2 * day, 'd'],
    [hour, 'h'],
    [minute, 'm'],
    [second, 's'],
  ];
  for (const [width, name] of units) {
    const unit = name === 'd' ? day : width;
    if (milliseconds >= width && milliseconds % unit === 0) return `${milliseconds / unit}${name}`;
  }
  return `${milliseconds} ms`;
}
