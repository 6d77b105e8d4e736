import type { RunReport } from '#local/replay/run-report.ts';
import { objectivePercent, percent, table } from '../terminal/output.ts';

export interface SummaryContext {
  readonly judge: 'recorded' | 'simulated' | 'openai';
  readonly waiting: number;
  readonly file?: string;
}

/** Prints a run as a tired person would read it: what fired, then the balance. */
export function printReport(report: RunReport, { judge, waiting, file }: SummaryContext): void {
  const lines: string[] = [''];
  if (judge === 'simulated')
    lines.push('The judge of this run is SIMULATED: its scores say nothing of your answers.', '');
  lines.push(report.transitions.length === 0 ? 'No alarm fired.' : 'Alarms:');
  for (const { at, slo, surface, severity, to, reason } of report.transitions) {
    lines.push(
      `  ${at.slice(0, 16).replace('T', ' ')}Z  ${to === 'ALARM' ? 'ALARM' : 'ok   '}  ${severity.padEnd(8)}  ${surface}/${slo}`,
      `      ${reason}`,
    );
  }
  const measured = report.slos.filter(({ raw }) => raw.total > 0);
  if (measured.length > 0) {
    lines.push('', 'Objectives at the end:');
    const rows = measured.map(
      ({ surface, slo, raw, calibrated, objective, window, calibration, budgetLeft }) => [
        `  ${surface}/${slo}`,
        raw.value === null ? '-' : `${percent(raw.value)} (${Math.round(raw.good)} of ${raw.total})`,
        calibrated === null
          ? ''
          : `${percent(calibrated.value)} (${percent(calibrated.lower)} to ${percent(calibrated.upper)})`,
        objective === null ? '-' : `>= ${objectivePercent(objective)}`,
        window,
        budgetLeft === null ? '-' : percent(budgetLeft, 0),
        calibration.state === 'none' || calibration.state === 'valid' ? '' : 'uncalibrated',
      ],
    );
    lines.push(
      table([['  SLO', 'now', 'corrected by people', 'objective', 'window', 'budget left', ''], ...rows]),
    );
  }
  lines.push(
    '',
    `Records: ${report.received} received, ${report.rejected} rejected.  Sample: ${report.sampled}, of which ${report.judged} judged, ${report.unjudgeable} unjudgeable, ${report.shed} shed, ${report.dlq} in the dead-letter queue${waiting > 0 ? `, ${waiting} still waiting` : ''}.`,
    `${report.seconds.toFixed(1)} s.${file === undefined ? '' : ` Report: ${file}`}`,
  );
  console.log(lines.join('\n'));
}
