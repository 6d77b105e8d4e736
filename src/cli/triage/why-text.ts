import { largest } from '#core/extremes.ts';
import { formatDuration, formatInstant, formatNumber } from '#core/slo/words/format.ts';
import type { Carrier, Dimension } from '#core/triage/carriers.ts';
import {
  describeFinding,
  describeHeadline,
  describeStart,
  formatRate,
  sayFall,
} from '#core/triage/describe-triage.ts';
import { reasonsOf, type Triage, type WorstVerdict } from '#core/triage/triage.ts';
import { visibleText } from '#core/triage/visible-text.ts';
import { nearestInOrder } from '#core/triage/why-view.ts';
import { indentedTable } from '../terminal/table.ts';
import { reasonLines, wrapLines } from '../terminal/text.ts';

/** The whole answer for a terminal, the most important first, no line longer than 100 columns. */
export function formatTriage(triage: Triage, flags: string): string {
  const { whole, dimensions, notCut, caveats, fall, alarm } = triage;
  const said = sayFall(triage);
  const lines = wrapLines(describeHeadline(triage), '');
  if (whole.total === 0) return lines.join('\n');
  if (alarm !== undefined) lines.push(...reasonLines(alarm.reason));
  if (said !== undefined) lines.push(...wrapLines(said));
  lines.push(...describeStart(triage).flatMap((each) => wrapLines(each)));
  if (triage.proxy !== null) lines.push(...wrapLines(`Counted is ${triage.proxy}.`));
  lines.push('', heading(triage));
  for (const dimension of dimensions) lines.push(...dimensionLines(dimension));
  if (dimensions.length === 0) lines.push('  nothing is stored by release, cohort or provider');
  else if (notCut.length > 0)
    lines.push(...wrapLines(`(no ${notCut.join(', ')} is stored with these ${triage.events})`));
  lines.push(...criteriaLines(triage));
  if (fall !== null && fall.sure !== 'unclear')
    lines.push('', 'What changed near the start', ...nearLines(triage));
  lines.push(...worstLines(triage));
  if (caveats.length > 0) lines.push('', 'Note', ...caveats.flatMap((each) => wrapLines(each)));
  return [...lines, '', ...nextLines(triage, flags)].join('\n');
}

function heading({ fall }: Triage): string {
  return fall === null || fall.sure === 'unclear'
    ? 'Where failures are (the last stretch against the time before it)'
    : 'What carries it';
}

/** Slices shown of a dimension: all that stand out, and the first few besides. */
const shownSlices = 4;

function dimensionLines({ dimension, carriers, finding, ...rest }: Dimension): string[] {
  const summary = wrapLines(`${dimension}: ${describeFinding({ dimension, carriers, finding, ...rest })}`);
  if (finding === 'single' || carriers.length === 0) return summary;
  const shown = carriers.filter(({ standsOut }, index) => standsOut || index < shownSlices);
  const left = carriers.length - shown.length;
  const rows = [
    ['', 'good before', 'good since', '95%', 'excess', 'share'],
    ...shown.map(carrierRow),
    ...(left > 0 ? [[`and ${left} more`, '', '', '', '', '']] : []),
  ];
  return [...summary, ...indentedTable(rows, 4)];
}

function carrierRow(carrier: Carrier): string[] {
  const { name, before, after, rateBefore, rateAfter, interval, excessByRate, excessByMix, share } = carrier;
  const of = (rate: number | null, total: number) =>
    rate === null ? 'none' : `${formatRate(rate)} of ${formatNumber(total)}`;
  return [
    `${carrier.standsOut ? '> ' : '  '}${visibleText(name, 28)}`,
    of(rateBefore, before.total),
    of(rateAfter, after.total),
    interval === null ? '' : `${(100 * interval.lower).toFixed(0)}-${(100 * interval.upper).toFixed(0)}%`,
    (excessByRate + excessByMix).toFixed(1),
    share === null ? '-' : `${Math.round(100 * share)}%`,
  ];
}

function criteriaLines({ verdicts }: Triage): string[] {
  if (verdicts === null || verdicts.criteria.length === 0) return [];
  const rows = [
    ['', 'mean before', 'mean since', 'change', ''],
    ...verdicts.criteria.map(({ id, before, after, fell }) => [
      id,
      before.toFixed(2),
      after.toFixed(2),
      (after - before).toFixed(2),
      fell ? 'fell' : 'within chance',
    ]),
  ];
  return ['', `Criteria of ${verdicts.rubric}`, ...indentedTable(rows, 2)];
}

/** Marks shown near the start: the nearest, in order of time. */
const shownNear = 10;

function nearLines({ near, fall }: Triage): string[] {
  if (fall === null) return [];
  if (near.length === 0)
    return wrapLines(
      'nothing that is on record: no release, judge, incident, calibration, alarm or traffic shift',
    );
  const rows = nearestInOrder(near, shownNear).map(
    ({ at, text }) => [formatInstant(at), formatOffset(at - fall.at), text] as const,
  );
  const widest = largest(rows.map(([, offset]) => offset.length));
  const lines = rows.flatMap(([at, offset, text]) => {
    const head = `  ${at}  ${offset.padEnd(widest)}  `;
    return wrapLines(text, ' '.repeat(head.length)).map((line, index) =>
      index === 0 ? head + line.slice(head.length) : line,
    );
  });
  return near.length > shownNear ? [...lines, `  and ${near.length - shownNear} more`] : lines;
}

function formatOffset(distance: number): string {
  if (distance === 0) return 'at the start';
  return distance < 0 ? `${formatDuration(-distance)} before` : `${formatDuration(distance)} after`;
}

function worstLines({ verdicts, category, events }: Triage): string[] {
  if (verdicts === null)
    return category === 'quality'
      ? []
      : ['', ...wrapLines(`No verdicts here: ${events} of this SLO are counted, not judged.`, '')];
  const { worst, failed, hours, hoursLeftOut, judged, textsKept } = verdicts;
  const read = `${formatNumber(judged)} verdicts of ${hours} hours were read${hoursLeftOut > 0 ? `, ${hoursLeftOut} hours farther from the start were left out` : ''}`;
  if (failed === 0) return ['', ...wrapLines(`No failing verdict since (${read}).`, '')];
  const head = `Worst of ${formatNumber(failed)} failing verdicts since (${read})`;
  return ['', ...wrapLines(head, ''), ...worst.flatMap((each) => verdictLines(each, textsKept))];
}

/** Criteria whose reasons are shown, the lowest score first. */
const shownReasons = 2;

function verdictLines(verdict: WorstVerdict, textsKept: number): string[] {
  const { responseId, at, score, release, model, cohort, question, excerpt } = verdict;
  const labels = [release, model, cohort].flatMap((name) => (name === null ? [] : [visibleText(name, 24)]));
  const head = wrapLines(
    `${score} of 5  ${formatInstant(at)}  ${visibleText(responseId, 40)}${labels.length > 0 ? `  ${labels.join(', ')}` : ''}`,
  );
  if (excerpt === null)
    return [
      ...head,
      ...wrapLines(`its text is gone: texts are kept for ${formatDuration(textsKept)}`, '      '),
    ];
  const reasons = reasonsOf(verdict)
    .slice(0, shownReasons)
    .flatMap(({ said, reason }) => wrapLines(`${said}: ${visibleText(reason, 220)}`, '      '));
  const asked = question === null ? [] : wrapLines(`asked: ${visibleText(question, 170)}`, '      ');
  return [...head, ...asked, ...wrapLines(`answer: ${visibleText(excerpt, 170)}`, '      '), ...reasons];
}

function nextLines({ slo, fall, at }: Triage, flags: string): string[] {
  if (fall === null || fall.sure === 'unclear')
    return [`Look farther back with --days, or from another time with --at.`];
  const until = new Date(fall.until ?? at).toISOString().replace('.000', '');
  const from = new Date(fall.at).toISOString().replace('.000', '');
  return [`To keep this: npx assay postmortem ${slo} --from ${from} --to ${until}${flags}`];
}
