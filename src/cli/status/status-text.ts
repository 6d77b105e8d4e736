import { countOf } from '#core/count-of.ts';
import { capitalised } from '#core/first-letter.ts';
import { describeRetirement } from '#core/judges/retirement.ts';
import { severities } from '#core/names.ts';
import { describeReason } from '#core/report/end-reasons.ts';
import { shownRate } from '#core/report/slo-reading.ts';
import { describeNotes } from '#core/series/record-notes.ts';
import { mostShares } from '#core/share.ts';
import { healths } from '#core/slo/alarms/health.ts';
import { formatDuration, formatNumber } from '#core/slo/words/format.ts';
import { splitReason } from '#core/slo/words/reason.ts';
import { second } from '#core/time.ts';
import { paint } from '../terminal/color.ts';
import { oneLine, wrap } from '../terminal/text.ts';
import { describeMissed, formatObjectives, type ObjectiveRow } from './objectives-table.ts';
import type { EvaluatorStatus } from './status-evaluators.ts';
import type { SloStatus, Status } from './status-read.ts';
import { describeShadows } from './status-shadows.ts';

const firingIndent = 11;

/** A status for somebody who is tired: what fires first, the worst before the better. `flags` lead commands to the same target. */
export function formatStatus(status: Status, flags: string): string {
  return [
    ...status.caveats,
    describeFiring(status, flags),
    describeBalance(status),
    describeObjectives(status.slos, flags),
    describeCalibrations(status, flags),
    describeShadows(status.shadows),
    describeAnchors(status),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Severities have a colour of their own; what stands beside them is as urgent as a ticket, or blocks. */
function colorOf(word: string): Parameters<typeof paint>[1] {
  const severity = severities.find((each) => each.toUpperCase() === word);
  return severity ?? (word === 'BLOCKED' ? 'blocked' : 'ticket');
}

function describeFiring(status: Status, flags: string): string {
  const { alarms, slos, circuits, unevaluated, evaluators, evaluatedAt } = status;
  const entry = (word: string, head: string, ...rest: readonly string[]) =>
    [
      `  ${paint(word, colorOf(word))}${' '.repeat(Math.max(0, firingIndent - 2 - word.length))}${head}`,
      ...rest.map((line) => `${' '.repeat(firingIndent)}${line}`),
    ].join('\n');
  const wrapReason = (text: string, lines = 3) => wrap(text, { indent: firingIndent, lines });
  const wrapParts = (reason: string) => {
    const { plain, statistics } = splitReason(reason);
    return [plain, statistics].filter((part) => part !== '').map((part) => wrapReason(part, 8));
  };
  const blocked = circuits.map(({ model, reason }) =>
    entry('BLOCKED', wrapReason(`the judge ${model}: ${reason}`)),
  );
  const fired = slos
    .filter(({ severity }) => severity !== null)
    .sort((a, b) => severityRank(a) - severityRank(b))
    .map(({ severity, slo, reason }) =>
      entry((severity ?? '').toUpperCase(), slo, ...wrapParts(reason), `npx assay why ${slo}${flags}`),
    );
  // Those of SLOs have the evaluator's own words above.
  const others = alarms
    .filter(({ slo }) => slo === undefined)
    .map(({ name, since, surface = 'Assay itself', title, says }) =>
      title === undefined || says === undefined
        ? entry('ALARM', wrapReason(`${name}, since ${formatTime(since)}`))
        : entry(
            'ALARM',
            wrapReason(`${surface}: ${title}`),
            wrapReason(says),
            wrapReason(`${name}, since ${formatTime(since)}`),
          ),
    );
  const stale = unevaluated.map(({ surface, secondsAgo }) =>
    entry('STALE', wrapReason(describeStale(surface, secondsAgo))),
  );
  const turns = evaluators.flatMap((each) =>
    describeTurns(each, evaluators.length).map((line) => entry('TURNS', wrapReason(line))),
  );
  const retiring = status.retirements.map((each) => entry('RETIRES', wrapReason(describeRetirement(each))));
  const lines = [...blocked, ...retiring, ...stale, ...turns, ...fired, ...others];
  const when = evaluatedAt === null ? 'nothing was evaluated yet' : `evaluated ${formatTime(evaluatedAt)}`;
  return lines.length === 0 ? `Nothing fires (${when}).` : `Firing (${when}):\n${lines.join('\n')}`;
}

/** What keeps an evaluator from all of its surfaces at each tick. */
function describeTurns({ share, evaluatedAt, waiting, every }: EvaluatorStatus, of: number): string[] {
  const name = of === 1 ? 'the evaluator' : `the evaluator of share ${share}`;
  if (evaluatedAt === null && of > 1)
    return [`${name} has not ticked yet: its surfaces hold what they last knew`];
  if (waiting === 0) return [];
  return [
    `${name} takes its surfaces in turn, each about every ${every} ticks: ${waiting} had to wait at the last one. Deploy with -c evaluators=${Math.min(mostShares, of * every)}`,
  ];
}

function describeStale(surface: string, secondsAgo: number | null): string {
  const last = secondsAgo === null ? 'it never was' : `it was ${formatDuration(secondsAgo * second)} ago`;
  return `the surface ${surface} could not be evaluated at the last tick; ${last}. The log of the slo-evaluator says why`;
}

function severityRank({ severity }: SloStatus): number {
  return severity === null ? severities.length : severities.indexOf(severity);
}

function describeBalance(status: Status): string {
  const { balance, rejections, spending, spendingCapUsdPerDay, zooms, zoomUsdPerDay } = status;
  const { states, queues } = balance;
  const counted = 'approximate' in balance;
  const rows: string[] = [];
  const period = counted ? ', the last 24 hours' : '';
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
    wrap(`Judgements  ${formatNumber(balance.sampled)} sampled: ${ends.join(', ')}`, {
      indent: 12,
    }),
  );
  const waiting = Object.entries(queues).filter(([, count]) => count > 0);
  const depths = waiting.map(([name, count]) => `${name.replace(/[0-9A-F]{8}$/, '')} ${formatNumber(count)}`);
  rows.push(wrap(`Queues      ${depths.length === 0 ? 'all empty' : depths.join(', ')}`, { indent: 12 }));
  const [today, spent] = Object.entries(spending).sort().at(-1) ?? [];
  if (today !== undefined && spent !== undefined) {
    const shed = spent.shed > 0 ? `; ${formatNumber(spent.shed)} judgements shed` : '';
    const { zoomedUsd = 0, rescoredUsd = 0 } = spent;
    const rescored = rescoredUsd > 0 ? `; $${rescoredUsd.toFixed(2)} of it on rescoring` : '';
    const zoomed =
      zoomedUsd > 0 ? `; $${zoomedUsd.toFixed(2)} of it on zooming, which may use $${zoomUsdPerDay}` : '';
    const paid =
      spent.spentUsd > 0
        ? `$${spent.spentUsd.toFixed(2)} of $${spendingCapUsdPerDay} on ${today}`
        : `none on ${today}, of $${spendingCapUsdPerDay} a day`;
    rows.push(`Spending    ${paid}${zoomed}${rescored}${shed}`);
  }
  rows.push(
    ...zooms.map(({ surface, reason }) =>
      wrap(`Zoom        ${surface} is ${oneLine(reason, 400)}`, { indent: 12 }),
    ),
  );
  const told = [
    ...describeNotes(balance.notes),
    ...rejections.map((reason) => `Rejected, such as: ${reason}`),
    ...balance.reasons.map(describeReason),
  ];
  return [...rows, ...told.map((line) => wrap(oneLine(line, 400), { indent: 2 }))].join('\n');
}

/** Surfaces and within them SLOs, the worst first. */
function describeObjectives(slos: readonly SloStatus[], flags: string): string {
  const seen = slos.filter(({ raw, severity }) => raw.total > 0 || severity !== null);
  if (seen.length === 0) return slos.length === 0 ? '' : 'No SLO has any event yet.';
  const sorted = [...seen].sort((a, b) => rank(a) - rank(b));
  const surfaces = [...new Set(sorted.map(({ surface }) => surface))];
  const rows = surfaces.flatMap((surface) =>
    sorted.filter((each) => each.surface === surface).map(objectiveRow),
  );
  const silent = slos.length - seen.length;
  return [
    formatObjectives(rows),
    ...describeMissed(seen.map((each) => ({ ...each, shown: shownRate(each, each.window) }))),
    wrap(
      `Reasons: npx assay status --json${flags}. Rules: npx assay explain ${seen[0]?.slo}. A word: npx assay explain evidence.`,
    ),
    ...(silent > 0 ? [`${silent} ${silent === 1 ? 'SLO' : 'SLOs'} without events left out.`] : []),
  ].join('\n');
}

function rank(each: SloStatus): number {
  return 100 * severityRank(each) + 10 * healths.indexOf(each.health) - (each.budgetLeft ?? 1);
}

function objectiveRow(status: SloStatus): ObjectiveRow {
  const { slo, raw, objective, budgetLeft, health, measured, severity } = status;
  const shown = shownRate(status, status.window);
  return { slo, shown, objective, budgetLeft, health, measured, severity, events: raw.total };
}

function describeCalibrations({ calibrations: all, waitingBatches }: Status, flags: string): string {
  const entry = (text: string) => `  ${wrap(text, { indent: 4, lines: 4 })}`;
  const lines = all.map(({ slo, rubric, state, ratings, reason }) =>
    entry(
      `${slo} by ${rubric}: ${state.toUpperCase()}, ${countOf(ratings, 'rating')}. ${capitalised(reason)}.`,
    ),
  );
  const waiting = waitingBatches.flatMap(({ batch, slo, drawn, rated }) => [
    entry(`${rated} of ${drawn} rated of a batch about the warning of ${slo}:`),
    // A line of its own, to be copied whole.
    `    npx assay ratings open ${batch}${flags}`,
  ]);
  return [
    ...(lines.length === 0 ? [] : ['Calibrations:', ...lines]),
    ...(waiting.length === 0 ? [] : ['Waiting for people:', ...waiting]),
  ].join('\n');
}

function describeAnchors({ anchors: all }: Status): string {
  if (all.length === 0) return '';
  const lines = all.map(
    ({ judge, says, anchors: count, compared, passThenFail, failThenPass }) =>
      `  ${judge}: ${says}; ${compared} of ${count} scored again, ${passThenFail} worse, ${failThenPass} better`,
  );
  return `Anchors:\n${lines.join('\n')}`;
}

function formatTime(at: string): string {
  return at === '' ? 'an unknown time' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
