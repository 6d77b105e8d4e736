import { mostZoom } from '#core/catalogue/zoom.ts';
import { capitalised } from '#core/first-letter.ts';
import type { Severity } from '#core/names.ts';
import { describeEvents, describeSli } from '#core/slo/definition/sli-kinds.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { assumedJudge } from '#core/slo/replay/assumed-calibration.ts';
import type { SeverityExplained, SloExplained, TimeToFire } from '#core/slo/replay/explained.ts';
import { changeSeverity } from '#core/slo/rules/read-measured-change.ts';
import { formatDuration, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { indentedTable } from '../terminal/table.ts';
import type { Explanation } from './explain-slo.ts';

/** An explanation for somebody who is tired: what is asked, what fires when, what it costs. */
export function formatExplanation(explanation: Explanation): string {
  const { slo, surface, traffic, now, calibrated, warnings } = explanation;
  const lines = [
    `${sloName(slo)}: ${slo.title}`,
    `  ${capitalised(describeSli(slo.sli))}.`,
    ...describeObjective(explanation),
    `  ${surface.title}, tier ${slo.tier}, owner ${slo.owner}. About ${formatNumber(traffic.perDay)} ${describeEvents(slo.sli)} a day (${describeSource(explanation)}).`,
    '',
  ];
  if (slo.severities.length === 0) lines.push('It is shown only: no alarm comes of it.');
  else if (now === undefined) lines.push(...describeChange(explanation));
  else {
    if (calibrated === undefined) lines.push(...describeSeverities(explanation, now));
    else {
      lines.push(
        'Without ratings (as it starts): the judge is taken at its word, and only a ticket or digest can come of it.',
        '',
        ...describeSeverities(explanation, now),
        '',
        `With ${calibrated.ratings} ratings, supposing a judge that passes ${formatPercent(assumedJudge.sensitivity)} of the good and fails ${formatPercent(assumedJudge.specificity)} of the bad answers; bad shares are as people would count them:`,
        '',
        ...describeSeverities(explanation, calibrated.explained),
      );
    }
  }
  if (now !== undefined)
    lines.push('', describeSimulation(now, calibrated === undefined ? 1 : mostZoom(surface)));
  lines.push('', describeCost(explanation));
  for (const warning of warnings) lines.push('', `Warning: ${warning}.`);
  return lines.join('\n');
}

function describeObjective({ slo, now }: Explanation): string[] {
  if (slo.objective === null) return [`  Over ${formatDuration(slo.window)}, against its baseline.`];
  const budget = `at most ${formatPercent(1 - slo.objective)} may be bad`;
  const most =
    now === undefined
      ? ''
      : `; with everything bad it burns ${formatNumber(now.maximumBurn)} times as fast as it may`;
  return [
    `  Wanted: ${formatPercent(slo.objective)} over ${formatDuration(slo.window)}, so ${budget}${most}.`,
  ];
}

function describeSource({ traffic, slo }: Explanation): string {
  if (traffic.source === 'option') return 'as given with --per-day';
  if (traffic.source === 'file') return `from slos/${slo.surface}.yaml`;
  return 'a guess, for no file says it: give yours with --per-day';
}

function describeChange({ slo }: Explanation): string[] {
  const severity = changeSeverity(slo);
  return [
    `It is a change against a baseline, so it burns no budget: ${severity ?? 'nothing'} fires once the change is larger than wanted, a test at 1e-5 rules chance out, and there are 50 events or more.`,
    `It needs a baseline of 7 days first. Times and power depend on how much the baseline itself varies: see them with "npx assay run" on your own history.`,
  ];
}

const severityEffects: Readonly<Record<Severity, string>> = {
  rollback: 'takes the release back',
  page: 'wakes somebody',
  ticket: "this week's work",
  digest: "a line in the week's summary",
};

function describeSeverities(explanation: Explanation, explained: SloExplained): string[] {
  return explained.severities.flatMap((each, index) => [
    ...(index === 0 ? [] : ['']),
    ...describeSeverity(explanation, each, explained),
  ]);
}

function describeSeverity(
  { slo }: Explanation,
  each: SeverityExplained,
  { droppedBadShare }: SloExplained,
): string[] {
  const { severity, rowFiresAt, detectorFiresOver, eventsNeeded, eventsExpected, timesToFire, power } = each;
  const head = `${severity.toUpperCase()} (${severityEffects[severity]})`;
  const row = slo.rows[severity];
  if (row === undefined) return [head];
  if (rowFiresAt === null) return [head, '  does not start without ratings'];
  const windows = `${formatDuration(row.long)}${row.short === undefined ? '' : ` and ${formatDuration(row.short)}`}`;
  const lasting =
    detectorFiresOver === null ? '' : `, or over ${formatPercent(detectorFiresOver)} that lasts`;
  const spent =
    row.spent === undefined ? '' : `, or once the budget of ${formatDuration(row.spent)} is spent`;
  const burn = row.burn === 1 ? 'the even burn' : `${formatNumber(row.burn)} times the even burn`;
  const share = rowFiresAt > 1 ? 'no share' : formatPercent(rowFiresAt);
  const needed =
    eventsNeeded === null
      ? 'no number of them tells so small a difference from chance: a larger share is needed'
      : `${formatNumber(eventsNeeded)} needed at just that share; ${formatDuration(row.long)} hold ${formatNumber(eventsExpected)}`;
  return [
    head,
    ...indentedTable(
      [
        ['fires from', `${share} bad over ${windows} (${burn})${lasting}${spent}`],
        ['events', needed],
        ...timesToFire.map((time) => [describeBad(time.badShare), formatTime(time, slo.window)]),
        [
          'chance',
          `a drop to ${formatPercent(droppedBadShare)} bad fires it within a day on ${formatPercent(power)} of simulated days`,
        ],
      ],
      2,
    ),
  ];
}

function describeBad(share: number): string {
  if (share === 1) return 'all bad';
  return share === 0.5 ? 'half bad' : `${formatPercent(share)} bad`;
}

/** How long it takes, and what of the window's budget is gone by then. */
function formatTime({ after, early, late, budgetSpent, zoomed }: TimeToFire, window: number): string {
  if (after === null)
    return early === null
      ? 'does not fire it'
      : `seldom fires it: the first tenth after ${formatDuration(early)}`;
  const spent = budgetSpent ?? 0;
  const share = spent < 0.001 ? 'under 0.1%' : `${Number((100 * spent).toPrecision(2))}%`;
  const words = spent >= 2 ? `${Number(spent.toPrecision(2))} times the budget` : `${share} of the budget`;
  return `fires after ${formatDuration(after)}${formatRange(early ?? after, late)}, with ${words} of ${formatDuration(window)} spent${formatZoomed(zoomed, after)}`;
}

/** Where it is sooner by samples that follow what is found. */
function formatZoomed(zoomed: TimeToFire['zoomed'], usual: number): string {
  if (zoomed === undefined || zoomed.after === null || zoomed.after >= usual) return '';
  return `; zoomed after ${formatDuration(zoomed.after)}${formatRange(zoomed.early ?? zoomed.after, zoomed.late)}`;
}

/** Where four of five series fire. */
function formatRange(early: number, late: number | null): string {
  if (early === late) return '';
  return ` (${formatDuration(early)} to ${late === null ? 'over two weeks' : formatDuration(late)})`;
}

function describeSimulation({ series, days }: SloExplained, most: number): string {
  const zoomed =
    most > 1
      ? ` Zoomed: the surface is sampled up to ${formatNumber(most)} times as much while a page is near, as long as its share of the day's cap lasts.`
      : '';
  return `Times are the median of ${formatNumber(series)} simulated series of independent events, on which these rules run as deployed, and in brackets where four of five lie; each severity by itself, from a midnight (UTC) on. Chances come of up to ${formatNumber(days)} such days. Conversations and bursts take longer.${zoomed}`;
}

function describeCost({ slo, usdPerMonth, metrics, alarms }: Explanation): string {
  const judge =
    slo.sli.kind === 'judge-pass' ? ' The judge is paid apart: "npx assay status" shows what it spends.' : '';
  return `CloudWatch: ${metrics} metrics and ${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}, $${usdPerMonth.toFixed(2)} a month at list prices.${judge}`;
}
