import { capitalised } from '../first-letter.ts';
import { healthRules } from '../slo/alarms/health.ts';
import { splitReason } from '../slo/words/reason.ts';
import type { QualityReport } from './compose-report.ts';
import {
  arrows,
  budgetHead,
  describeAlarm,
  describeBudgetLine,
  describeIncident,
  describeJudgedNote,
  describeOrigin,
} from './report-words.ts';

/** The report as Markdown (CommonMark with tables). Every text that came from outside is escaped. */
export function reportMarkdown(report: QualityReport): string {
  const lines = ['# LLM quality', '', `${escaped(describeOrigin(report))}.`, ''];
  for (const { category, headlines } of report.categories) {
    lines.push(`## ${capitalised(category)}`, '');
    if (headlines.length === 0) lines.push('No SLO of this category is switched on in slos/.', '');
    for (const { title, surface, value, trend, sentence, health } of headlines) {
      const arrow = trend === null ? '' : ` ${arrows[trend]}`;
      lines.push(
        `**${escaped(value)}${arrow}** ${escaped(title)} (${escaped(surface)}), ${healthRules[health].word.toLowerCase()}. ${escaped(sentence)}`,
        '',
      );
    }
  }
  lines.push(
    '## Error budgets of 30 days',
    '',
    ...tableOf(budgetHead, report.budgets.map(describeBudgetLine)),
    '',
  );
  const judged = describeJudgedNote(report);
  if (judged !== undefined) lines.push(escaped(judged), '');
  lines.push('## Alarms that stand', '');
  if (report.alarms.length === 0) lines.push('None.');
  for (const alarm of report.alarms)
    lines.push(
      `- **${escaped(describeAlarm(alarm))}**. ${escaped(splitReason(alarm.reason).plain)}`,
      ...statisticsOf(alarm.reason),
    );
  if (report.incidents.length > 0) {
    lines.push('', "## Providers' incidents of 30 days", '');
    for (const incident of report.incidents) lines.push(`- ${escaped(describeIncident(incident))}`);
  }
  for (const note of report.notes) lines.push('', `Note: ${escaped(note)}`);
  return `${lines.join('\n')}\n`;
}

/** On a line of their own, in the item of the plain sentence. */
function statisticsOf(reason: string): string[] {
  const { statistics } = splitReason(reason);
  return statistics === '' ? [] : ['', `  ${escaped(statistics)}`];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  return rows.length === 0
    ? ['No SLO with a budget has been counted yet.']
    : [row(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(row)];
}

/** Text in which nothing is markup any more: no HTML, link, table cell or line break of its own. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/([\\`*_[\]|#!~])/g, '\\$1')
    .replace(/(https?):\/\//gi, '$1&#58;//');
}
