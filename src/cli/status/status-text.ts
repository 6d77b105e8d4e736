import { severities } from '#core/names.ts';
import { healths } from '#core/slo/alarms/health.ts';
import { formatNumber } from '#core/slo/words/format.ts';
import { objectivePercent, oneLine, percent, table, wrap } from '../terminal/output.ts';
import type { SloStatus, Status } from './status-read.ts';

/** Lines are at most this wide. */
const width = 100;
const firingIndent = 11;

/** A status for somebody who is tired: what fires first, the worst before the better. `option` leads commands to the same place. */
export function statusWords(status: Status, option: string): string {
  return [
    ...status.caveats,
    firing(status, option),
    whereabouts(status),
    objectives(status.slos, option),
    calibrations(status, option),
    anchors(status),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function firing({ alarms, slos, circuits, evaluatedAt }: Status, option: string): string {
  const entry = (word: string, head: string, ...rest: readonly string[]) =>
    [
      `  ${word.padEnd(firingIndent - 2)}${head}`,
      ...rest.map((line) => `${' '.repeat(firingIndent)}${line}`),
    ].join('\n');
  const words = (text: string) => wrap(text, { width, indent: firingIndent, lines: 3 });
  const blocked = circuits.map(({ model, reason }) =>
    entry('BLOCKED', words(`the judge ${model}: ${reason}`)),
  );
  const fired = slos
    .filter(({ severity }) => severity !== null)
    .sort((a, b) => severityRank(a) - severityRank(b))
    .map(({ severity, slo, reason }) =>
      entry((severity ?? '').toUpperCase(), slo, words(reason), `npx assay why ${slo}${option}`),
    );
  // Those of SLOs have the evaluator's own words above.
  const others = alarms
    .filter(({ slo }) => slo === undefined)
    .map(({ name, since }) => entry('ALARM', words(`${name}, since ${minuteOf(since)}`)));
  const lines = [...blocked, ...fired, ...others];
  const when = evaluatedAt === null ? 'nothing was evaluated yet' : `evaluated ${minuteOf(evaluatedAt)}`;
  return lines.length === 0 ? `Nothing fires (${when}).` : `Firing (${when}):\n${lines.join('\n')}`;
}

function severityRank({ severity }: SloStatus): number {
  return severity === null ? severities.length : severities.indexOf(severity);
}

function whereabouts({ balance, spending, spendingCapUsdPerDay }: Status): string {
  const { states, queues } = balance;
  const counted = 'approximate' in balance;
  const rows: string[] = [];
  const period = counted ? ', the last 24 hours, approximate' : '';
  rows.push(
    `Records     ${formatNumber(balance.received)} received, ${formatNumber(balance.rejected)} rejected${period}`,
  );
  const ends = [
    `${formatNumber(states.judged)} judged`,
    `${formatNumber(states.unjudgeable)} unjudgeable`,
    `${formatNumber(states.shed)} shed`,
    ...('dlq' in states
      ? [`${states.dlq} in the dead-letter queue`, `${states.leased + states.waiting} under way`]
      : []),
  ];
  rows.push(
    wrap(
      `Judgements  ${formatNumber(balance.sampled)} sampled${counted ? ' (about)' : ''}: ${ends.join(', ')}`,
      {
        width,
        indent: 12,
      },
    ),
  );
  const waiting = Object.entries(queues).filter(([, count]) => count > 0);
  const depths = waiting.map(([name, count]) => `${name.replace(/[0-9A-F]{8}$/, '')} ${formatNumber(count)}`);
  rows.push(
    wrap(`Queues      ${depths.length === 0 ? 'all empty' : depths.join(', ')}`, { width, indent: 12 }),
  );
  const [today, spent] = Object.entries(spending).sort().at(-1) ?? [];
  if (today !== undefined && spent !== undefined) {
    const shed = spent.shed > 0 ? `; ${formatNumber(spent.shed)} judgements shed` : '';
    rows.push(`Spending    $${spent.spentUsd.toFixed(2)} of $${spendingCapUsdPerDay} on ${today}${shed}`);
  }
  return rows.join('\n');
}

/** Surfaces and within them SLOs, the worst first. */
function objectives(slos: readonly SloStatus[], option: string): string {
  const seen = slos.filter(({ raw, severity }) => raw.total > 0 || severity !== null);
  if (seen.length === 0) return slos.length === 0 ? '' : 'No SLO has any event yet.';
  const sorted = [...seen].sort((a, b) => rank(a) - rank(b));
  const surfaces = [...new Set(sorted.map(({ surface }) => surface))];
  const rows = [
    ['SLO', 'now', 'objective', 'budget', 'health', 'events'],
    ...surfaces.flatMap((surface) => sorted.filter((each) => each.surface === surface).map(sloRow)),
  ];
  const silent = slos.length - seen.length;
  return [
    table(rows),
    wrap(`Reasons: npx assay status --json${option}. Rules: npx assay explain ${seen[0]?.slo}.`, { width }),
    ...(silent > 0 ? [`${silent} ${silent === 1 ? 'SLO' : 'SLOs'} without events left out.`] : []),
  ].join('\n');
}

function rank(each: SloStatus): number {
  return 100 * severityRank(each) + 10 * healths.indexOf(each.health) - (each.budgetLeft ?? 1);
}

function sloRow({ slo, raw, calibrated, objective, budgetLeft, health, severity }: SloStatus): string[] {
  const value = calibrated?.value ?? raw.value;
  const now = value === null ? '-' : objective !== null || value <= 1 ? percent(value) : value.toFixed(0);
  return [
    oneLine(slo, 44),
    now,
    objective === null ? '-' : `>= ${objectivePercent(objective)}`,
    budgetLeft === null ? '-' : `${(100 * budgetLeft).toFixed(0)}%`,
    severity === null ? (health === 'unmeasured' ? 'no data' : health) : `${health}: ${severity}`,
    formatNumber(raw.total),
  ];
}

function calibrations({ calibrations: all, waitingBatches }: Status, option: string): string {
  const entry = (text: string) => `  ${wrap(text, { width, indent: 4, lines: 4 })}`;
  const lines = all.map(({ slo, rubric, state, ratings, reason }) =>
    entry(`${slo} by ${rubric}: ${state.toUpperCase()}, ${ratings} ratings. ${capital(reason)}.`),
  );
  const waiting = waitingBatches.flatMap(({ batch, slo, drawn, rated }) => [
    entry(`${rated} of ${drawn} rated of a batch about the warning of ${slo}:`),
    // A line of its own, to be copied whole.
    `    npx assay ratings open ${batch}${option}`,
  ]);
  return [
    ...(lines.length === 0 ? [] : ['Calibrations:', ...lines]),
    ...(waiting.length === 0 ? [] : ['Waiting for people:', ...waiting]),
  ].join('\n');
}

function anchors({ anchors: all }: Status): string {
  if (all.length === 0) return '';
  const lines = all.map(
    ({ judge, state, anchors: count, compared, passThenFail, failThenPass }) =>
      `  ${judge}: ${state}; ${compared} of ${count} scored again, ${passThenFail} worse, ${failThenPass} better`,
  );
  return `Anchors:\n${lines.join('\n')}`;
}

function minuteOf(at: string): string {
  return at === '' ? 'an unknown time' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
