import { healthRules } from '../slo/alarms/health.ts';
import { splitReason } from '../slo/words/reason.ts';
import type { CategoryHeadline, Headline, QualityReport } from './compose-report.ts';
import { escapeHtml } from './escape-html.ts';
import {
  arrows,
  budgetHead,
  describeAlarm,
  describeBudgetLine,
  describeIncident,
  describeJudgedNote,
  describeOrigin,
} from './report-words.ts';

/**
 * The report as one HTML page: no script, nothing loaded from anywhere, light and dark after the reader's own setting,
 * fit for printing. Every text is escaped, and the policy in the page forbids what an escape that failed could do.
 */
export function reportHtml(report: QualityReport): string {
  const judged = describeJudgedNote(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>LLM quality, ${escapeHtml(report.stage)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>LLM quality</h1>
<p>${escapeHtml(describeOrigin(report))}</p>
</header>
<main>
<section class="headlines" aria-label="The four categories">
${report.categories.map(categoryCard).join('\n')}
</section>
<section>
<h2>Error budgets of 30 days</h2>
${budgetTable(report)}
${judged === undefined ? '' : `<p class="small">${escapeHtml(judged)}</p>`}
</section>
<section>
<h2>Alarms that stand</h2>
${list(
  report.alarms.map(
    (alarm) =>
      `<strong>${escapeHtml(describeAlarm(alarm))}</strong><br>${escapeHtml(splitReason(alarm.reason).plain)}${statisticsOf(alarm.reason)}`,
  ),
  'None.',
)}
</section>
${
  report.incidents.length === 0
    ? ''
    : `<section>\n<h2>Providers' incidents of 30 days</h2>\n${list(
        report.incidents.map((incident) => escapeHtml(describeIncident(incident))),
        '',
      )}\n</section>`
}
${report.notes.map((note) => `<p class="small">Note: ${escapeHtml(note)}</p>`).join('\n')}
</main>
</body>
</html>
`;
}

function categoryCard({ category, headlines }: CategoryHeadline): string {
  const [worst, ...others] = headlines;
  const body =
    worst === undefined
      ? '<p class="small">No SLO of this category is switched on in slos/.</p>'
      : `${headlineBlock(worst, 'p')}${others.length === 0 ? '' : `<ul>${others.map((other) => `<li>${headlineBlock(other, 'span')}</li>`).join('')}</ul>`}`;
  return `<article class="${worst === undefined ? 'unmeasured' : worst.health}">
<h2>${escapeHtml(category)}</h2>
${body}
</article>`;
}

function headlineBlock(
  { value, trend, title, surface, health, sentence }: Headline,
  tag: 'p' | 'span',
): string {
  const arrow =
    trend === null
      ? ''
      : ` <span class="${trend}" role="img" aria-label="${trend === 'steady' ? 'as' : `${trend} than`} 7 days ago">${arrows[trend]}</span>`;
  const head = `${escapeHtml(value)}${arrow}`;
  const name = `${escapeHtml(title)} <span class="small">${escapeHtml(surface)}</span> <span class="health ${health}">${healthRules[health].word}</span>`;
  return tag === 'p'
    ? `<p class="value">${head}</p><p class="name">${name}</p><p>${escapeHtml(sentence)}</p>`
    : `<strong>${head}</strong> ${name}<br><span class="small">${escapeHtml(sentence)}</span>`;
}

function budgetTable({ budgets }: QualityReport): string {
  if (budgets.length === 0) return '<p>No SLO with a budget has been counted yet.</p>';
  const rows = budgets.map((line) => {
    const [name = '', ...cells] = describeBudgetLine(line);
    const spent = line.left !== null && line.left < 0 ? ' class="spent"' : '';
    return `<tr${spent}><th scope="row">${escapeHtml(name)}</th>${cells.map((cell, index) => `<td data-label="${escapeHtml(budgetHead[index + 1] ?? '')}">${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  return `<div class="wide" role="region" aria-label="Error budgets" tabindex="0"><table>
<thead><tr>${budgetHead.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function statisticsOf(reason: string): string {
  const { statistics } = splitReason(reason);
  return statistics === '' ? '' : `<br><span class="small">${escapeHtml(statistics)}</span>`;
}

function list(items: readonly string[], none: string): string {
  return items.length === 0
    ? `<p>${none}</p>`
    : `<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;
}

const style = `
:root { color-scheme: light dark; --ink: #1a1d21; --dim: #565d66; --page: #ffffff; --card: #f5f6f8; --line: #d5d9de;
  --breaking: #b3261e; --watch: #7a5200; --healthy: #1b6b3a; --unmeasured: #565d66; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --dim: #a6adb6; --page: #14171a; --card: #1e2226; --line: #3a4047;
  --breaking: #ff8a80; --watch: #f2c14e; --healthy: #7fd19b; --unmeasured: #a6adb6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; } header p { margin: .25rem 0 1rem; color: var(--dim); }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; }
article { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--unmeasured); border-radius: .4rem; padding: .75rem 1rem; }
article.breaking { border-top-color: var(--breaking); } article.watch { border-top-color: var(--watch); } article.healthy { border-top-color: var(--healthy); }
article h2 { margin: 0; text-transform: capitalize; color: var(--dim); } article p { margin: .25rem 0; }
.value { font-size: 2.2rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.small, article li { font-size: .875rem; color: var(--dim); } article ul { padding-left: 1.1rem; } article li strong { color: var(--ink); }
.health.breaking, .worse, .spent td:last-child { color: var(--breaking); } .health.watch { color: var(--watch); } .health.healthy, .better { color: var(--healthy); }
.health { font-weight: 600; } .steady { color: var(--dim); }
.wide { overflow-x: auto; overflow-wrap: normal; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); } th[scope=row] { font-weight: 500; }
@media (max-width: 35rem) { thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; } tr { padding: .4rem 0; border-bottom: 1px solid var(--line); } th, td { padding: .1rem 0; border: 0; }
  td { display: grid; grid-template-columns: 9rem 1fr; gap: .5rem; } td::before { content: attr(data-label); color: var(--dim); } }
@media print { body { max-width: none; padding: 0; } article, tr, li { break-inside: avoid; } }
`;
