import { describeReason } from '#core/report/end-reasons.ts';
import { describeNotes } from '#core/series/record-notes.ts';
import { describeUnchecked } from '#core/slo/rules/say-alarm.ts';
import { isMaskedReason } from '#core/slo/words/reason.ts';
import type { RunReport } from '#local/report/run-report.ts';
import { describeMissed, formatObjectives } from '../status/objectives-table.ts';
import { formatMinute } from '../terminal/instant.ts';
import { oneLine, reasonLines, wrapLines } from '../terminal/text.ts';

export interface RunContext {
  /** Messages that still wait in queues. */
  readonly waiting: number;
  /** Where the report was written. */
  readonly file?: string | undefined;
}

/** A run as a tired person would read it: what fired, then the balance. */
export function formatReport(report: RunReport, { waiting, file }: RunContext): string {
  const lines: string[] = [''];
  if (report.judge === 'simulated')
    lines.push('The judge of this run is SIMULATED: its scores say nothing of your answers.', '');
  const { received, rejected } = report;
  if (report.transitions.length > 0) lines.push('Alarms:');
  else
    lines.push(
      received > rejected
        ? `No alarm${report.ownAlarms.length > 0 ? ' of an objective' : ''} fired.`
        : 'No alarm fired, for there was nothing to look at.',
    );
  for (const { at, slo, surface, severity, to, reason } of report.transitions) {
    lines.push(
      `  ${formatMinute(Date.parse(at))}  ${(to === 'ALARM' ? 'ALARM' : isMaskedReason(reason) ? 'masked' : 'ok').padEnd(6)}  ${severity.padEnd(8)}  ${surface}/${slo}`,
      ...reasonLines(reason, '      '),
    );
  }
  for (const { since, title, says } of report.ownAlarms)
    lines.push(...wrapLines(`On since ${formatMinute(Date.parse(since))}: ${title}. ${says}`, ''));
  if (received > rejected && report.sampled === 0)
    lines.push(
      ...wrapLines(
        `Nothing was judged: no answer fell into the sample, which is the share of answers that the surface's file in slos/ asks for (else slos/default.yaml). "--sample-rate 1" judges all that have texts.`,
        '',
      ),
    );
  const measured = report.slos.filter(({ raw }) => raw.total > 0);
  if (measured.length > 0) {
    lines.push('', 'Objectives at the end:');
    const rows = measured.map(({ surface, slo, shown, raw, objective, health, measured, budgetLeft }) => ({
      slo: `${surface}/${slo}`,
      shown: { value: shown.value, window: shown.windowMs },
      objective,
      budgetLeft,
      health,
      measured,
      severity: shown.severity,
      events: raw.total,
    }));
    lines.push(formatObjectives(rows));
    const byPeople = measured.filter(({ calibrated }) => calibrated !== null).length;
    const missed = measured.map((each) => ({
      slo: `${each.surface}/${each.slo}`,
      shown: { value: each.shown.value, window: each.shown.windowMs },
      objective: each.objective,
      severity: each.shown.severity,
      reason: each.reason,
    }));
    const alone = measured.filter(
      ({ shown, objective, calibration: { state } }) =>
        state !== 'none' && state !== 'valid' && !(shown.value !== null && shown.value < (objective ?? 0)),
    );
    if (byPeople > 0)
      lines.push(...wrapLines('Where people rated the answers, the number is as they would have it.', ''));
    lines.push(
      ...describeMissed(missed),
      ...alone.flatMap(({ surface, slo, calibration: { state } }) =>
        wrapLines(`${surface}/${slo}: ${describeUnchecked(state)}`, ''),
      ),
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

/** Of a run that the user ended half way; whoever opens what it left is told the same. */
export function describeCutShort({ sent, total }: { readonly sent: number; readonly total: number }): string {
  return `This run was stopped after ${sent} of ${total} records: what is told of it is of those alone. For a whole picture run it again.`;
}
