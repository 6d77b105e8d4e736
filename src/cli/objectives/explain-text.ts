import type { Severity } from '#core/names.ts';
import { describeEvents, describeSli } from '#core/slo/definition/describe-sli.ts';
import { sloName } from '#core/slo/definition/slo.ts';
import { assumedJudge } from '#core/slo/replay/assumed-calibration.ts';
import type { SeverityExplained, SloExplained, TimeToFire } from '#core/slo/replay/explain.ts';
import { changeSeverity } from '#core/slo/rules/read-measured-change.ts';
import { formatDuration, formatNumber, formatPercent } from '#core/slo/words/format.ts';
import { formatWindow } from '#local/replay/run-report.ts';
import { table } from '../terminal/output.ts';
import type { Explanation } from './explain-slo.ts';

/** What `--json` prints. Shares are ratios, durations milliseconds, money US dollars a month. */
export function explanationJson(explanation: Explanation) {
  const { slo, traffic, now, calibrated, usdPerMonth, metrics, alarms, warnings } = explanation;
  return {
    slo: slo.id,
    surface: slo.surface,
    title: slo.title,
    measures: describeSli(slo.sli),
    objective: slo.objective,
    window: formatWindow(slo.window),
    tier: slo.tier,
    owner: slo.owner,
    eventsPerDay: traffic.perDay,
    eventsPerDayFrom: traffic.source,
    maximumBurn: now?.maximumBurn ?? null,
    droppedBadShare: now?.droppedBadShare ?? null,
    severities: severitiesJson(explanation, now),
    calibrated:
      calibrated === undefined
        ? null
        : {
            ratings: calibrated.ratings,
            ...assumedJudge,
            severities: severitiesJson(explanation, calibrated.explained),
          },
    usdPerMonth,
    metrics,
    alarms,
    warnings,
  };
}

function severitiesJson({ slo }: Explanation, explained: SloExplained | undefined) {
  return (explained?.severities ?? []).map((each) => ({
    ...each,
    long: slo.rows[each.severity]?.long ?? null,
    short: slo.rows[each.severity]?.short ?? null,
    burn: slo.rows[each.severity]?.burn ?? null,
  }));
}

/** Prints an explanation for somebody who is tired: what is asked, what fires when, what it costs. */
export function printExplanation(explanation: Explanation): void {
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
  lines.push('', describeCost(explanation));
  for (const warning of warnings) lines.push('', `Warning: ${warning}.`);
  console.log(lines.join('\n'));
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

const severityWords: Readonly<Record<Severity, string>> = {
  rollback: 'takes the release back',
  page: 'wakes somebody',
  ticket: "this week's work",
  digest: "a line in the week's summary",
};

function describeSeverities(explanation: Explanation, explained: SloExplained): string[] {
  return explained.severities.flatMap((each, index) => [
    ...(index === 0 ? [] : ['']),
    ...describeSeverity(explanation, each, explained.droppedBadShare),
  ]);
}

function describeSeverity({ slo }: Explanation, each: SeverityExplained, dropped: number): string[] {
  const { severity, rowFiresAt, detectorFiresOver, eventsNeeded, eventsExpected, timesToFire, power } = each;
  const head = `${severity.toUpperCase()} (${severityWords[severity]})`;
  const row = slo.rows[severity];
  if (row === undefined) return [head];
  if (rowFiresAt === null) return [head, '  does not start without ratings'];
  const windows = `${formatDuration(row.long)}${row.short === undefined ? '' : ` and ${formatDuration(row.short)}`}`;
  const lasting =
    detectorFiresOver === null ? '' : `, or over ${formatPercent(detectorFiresOver)} that lasts`;
  const burn = row.burn === 1 ? 'the even burn' : `${formatNumber(row.burn)} times the even burn`;
  const share = rowFiresAt > 1 ? 'no share' : formatPercent(rowFiresAt);
  const needed =
    eventsNeeded === null
      ? 'no number of them tells so small a difference from chance: a larger share is needed'
      : `${formatNumber(eventsNeeded)} needed at just that share; ${formatDuration(row.long)} hold ${formatNumber(eventsExpected)}`;
  return [
    head,
    ...aligned([
      ['fires from', `${share} bad over ${windows} (${burn})${lasting}`],
      ['events', needed],
      ...timesToFire.map((time) => [describeBad(time.badShare), formatTime(time, slo.window)]),
      [
        'chance',
        `a drop to ${formatPercent(dropped)} bad fires it within a day on ${formatPercent(power)} of 200 simulated days`,
      ],
    ]),
  ];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  return table(rows)
    .split('\n')
    .map((line) => `  ${line}`);
}

function describeBad(share: number): string {
  if (share === 1) return 'all bad';
  return share === 0.5 ? 'half bad' : `${formatPercent(share)} bad`;
}

/** How long it takes, and what of the window's budget is gone by then. */
function formatTime({ after, budgetSpent }: TimeToFire, window: number): string {
  if (after === null) return 'does not fire it';
  const spent = budgetSpent ?? 0;
  const share = spent < 0.001 ? 'under 0.1%' : `${Number((100 * spent).toPrecision(2))}%`;
  const words = spent >= 2 ? `${Number(spent.toPrecision(2))} times the budget` : `${share} of the budget`;
  return `fires after ${formatDuration(after)}, with ${words} of ${formatDuration(window)} spent`;
}

function describeCost({ slo, usdPerMonth, metrics, alarms }: Explanation): string {
  const judge =
    slo.sli.kind === 'judge-pass' ? ' The judge is paid apart: "npx assay status" shows what it spends.' : '';
  return `CloudWatch: ${metrics} metrics and ${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}, $${usdPerMonth.toFixed(2)} a month at list prices.${judge}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
