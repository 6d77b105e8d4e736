import { describeReason } from '#core/report/end-reasons.ts';
import { describeNotes } from '#core/series/record-notes.ts';
import type { RunReport } from '#local/report/run-report.ts';
import type { JudgeKind } from '../target/local-run.ts';
import { formatMinute } from '../terminal/instant.ts';
import { formatObjective, formatShare } from '../terminal/percent.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine } from '../terminal/text.ts';

export interface RunContext {
  readonly judge: JudgeKind;
  /** Messages that still wait in queues. */
  readonly waiting: number;
  /** Where the report was written. */
  readonly file?: string | undefined;
}

/** A run as a tired person would read it: what fired, then the balance. */
export function formatReport(report: RunReport, { judge, waiting, file }: RunContext): string {
  const lines: string[] = [''];
  if (judge === 'simulated')
    lines.push('The judge of this run is SIMULATED: its scores say nothing of your answers.', '');
  lines.push(report.transitions.length === 0 ? 'No alarm fired.' : 'Alarms:');
  for (const { at, slo, surface, severity, to, reason } of report.transitions) {
    lines.push(
      `  ${formatMinute(Date.parse(at))}  ${to === 'ALARM' ? 'ALARM' : 'ok   '}  ${severity.padEnd(8)}  ${surface}/${slo}`,
      `      ${reason}`,
    );
  }
  const measured = report.slos.filter(({ raw }) => raw.total > 0);
  if (measured.length > 0) {
    lines.push('', 'Objectives at the end:');
    const rows = measured.map(
      ({ surface, slo, raw, calibrated, objective, window, calibration, budgetLeft }) => [
        `  ${surface}/${slo}`,
        raw.value === null ? '-' : `${formatShare(raw.value)} (${Math.round(raw.good)} of ${raw.total})`,
        calibrated === null
          ? ''
          : `${formatShare(calibrated.value)} (${formatShare(calibrated.lower)} to ${formatShare(calibrated.upper)})`,
        objective === null ? '-' : `>= ${formatObjective(objective)}`,
        window,
        budgetLeft === null ? '-' : formatShare(budgetLeft, 0),
        calibration.state === 'none' || calibration.state === 'valid' ? '' : 'uncalibrated',
      ],
    );
    lines.push(
      formatTable([
        ['  SLO', 'now', 'corrected by people', 'objective', 'window', 'budget left', ''],
        ...rows,
      ]),
    );
  }
  lines.push(
    '',
    `Records: ${report.received} received, ${report.rejected} rejected.  Sample: ${report.sampled}, of which ${report.judged} judged, ${report.unjudgeable} unjudgeable, ${report.shed} shed, ${report.dlq} in the dead-letter queue${waiting > 0 ? `, ${waiting} still waiting` : ''}.`,
    ...report.reasons.map((each) => `  ${oneLine(describeReason(each), 500)}`),
    ...describeNotes({
      unusable: report.leftOut,
      textless: report.textless,
      repeatedIds: report.repeatedIds,
      overflow: report.overflow,
      rejected: {},
    }).map((line) => `  ${line}`),
    `${report.seconds.toFixed(1)} s.${file === undefined ? '' : ` Report: ${file}`}`,
  );
  return lines.join('\n');
}
