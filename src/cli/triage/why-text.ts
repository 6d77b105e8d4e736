import { formatDuration, formatInstant, formatNumber } from '#core/slo/words/format.ts';
import type { Carrier, Dimension } from '#core/triage/carriers.ts';
import {
  describeFinding,
  describeHeadline,
  describeStart,
  formatRate,
} from '#core/triage/describe-triage.ts';
import type { Happening } from '#core/triage/happenings.ts';
import { differenceOf, reasonsOf, type Triage, type WorstVerdict } from '#core/triage/triage.ts';
import { visibleText } from '#core/triage/visible-text.ts';
import { table } from '../terminal/output.ts';

const width = 100;

/** What `--json` prints; docs/triage.md tells of each key. Instants are ISO 8601, shares ratios. */
export function triageJson(triage: Triage) {
  const { fall, comparison, searched, at, before, after, whole, verdicts, near, timeline, ...plain } = triage;
  const fell = differenceOf(before, after);
  return {
    headline: describeHeadline(triage),
    ...plain,
    at: iso(at),
    searched: isoPeriod(searched),
    whole,
    began:
      fall === null
        ? null
        : {
            ...fall,
            at: iso(fall.at),
            until: fall.until === null ? null : iso(fall.until),
            range: isoPeriod(fall.range),
          },
    before: comparison === null ? null : { ...isoPeriod(comparison.before), ...before },
    after: comparison === null ? null : { ...isoPeriod(comparison.after), ...after },
    fell,
    verdicts:
      verdicts === null
        ? null
        : { ...verdicts, worst: verdicts.worst.map((each) => ({ ...each, at: iso(each.at) })) },
    near: near.map(happeningJson),
    timeline: timeline.map(happeningJson),
  };
}

function happeningJson({ at, kind, text }: Happening) {
  return { at: iso(at), kind, text };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoPeriod({ from, to }: { from: number; to: number }) {
  return { from: iso(from), to: iso(to) };
}

/** The whole answer for a terminal, the most important first, no line longer than 100 columns. */
export function triageLines(triage: Triage, { option }: { option: string }): string[] {
  const { whole, dimensions, notCut, caveats, fall } = triage;
  const lines = wrap(describeHeadline(triage), '');
  if (whole.total === 0) return lines;
  lines.push(...describeStart(triage).flatMap((each) => wrap(each)));
  if (triage.proxy !== null) lines.push(...wrap(`Counted is ${triage.proxy}.`));
  lines.push('', heading(triage));
  for (const dimension of dimensions) lines.push(...dimensionLines(dimension));
  if (dimensions.length === 0) lines.push('  nothing is stored by release, cohort or provider');
  else if (notCut.length > 0)
    lines.push(...wrap(`(no ${notCut.join(', ')} is stored with these ${triage.events})`));
  lines.push(...criteriaLines(triage));
  if (fall !== null && fall.sure !== 'unclear')
    lines.push('', 'What changed near the start', ...nearLines(triage));
  lines.push(...worstLines(triage));
  if (caveats.length > 0) lines.push('', 'Note', ...caveats.flatMap((each) => wrap(each)));
  return [...lines, '', ...nextLines(triage, option)];
}

function heading({ fall }: Triage): string {
  return fall === null || fall.sure === 'unclear'
    ? 'Where failures are (the last stretch against the time before it)'
    : 'What carries it';
}

/** Slices shown of a dimension: all that stand out, and the first few besides. */
const shownSlices = 4;

function dimensionLines({ dimension, carriers, finding, ...rest }: Dimension): string[] {
  const said = wrap(`${dimension}: ${describeFinding({ dimension, carriers, finding, ...rest })}`);
  if (finding === 'single' || carriers.length === 0) return said;
  const shown = carriers.filter(({ standsOut }, index) => standsOut || index < shownSlices);
  const left = carriers.length - shown.length;
  const rows = [
    ['', 'good before', 'good since', '95%', 'excess', 'share'],
    ...shown.map(carrierRow),
    ...(left > 0 ? [[`and ${left} more`, '', '', '', '', '']] : []),
  ];
  return [...said, ...indent(table(rows), 4)];
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
  return ['', `Criteria of ${verdicts.rubric}`, ...indent(table(rows), 2)];
}

/** Marks shown near the start. */
const shownNear = 10;

function nearLines({ near, fall }: Triage): string[] {
  if (fall === null) return [];
  if (near.length === 0)
    return wrap(
      'nothing that is on record: no release, judge, incident, calibration, alarm or traffic shift',
    );
  const rows = near
    .slice(0, shownNear)
    .map(({ at, text }) => [formatInstant(at), formatOffset(at - fall.at), text] as const);
  const widest = Math.max(...rows.map(([, offset]) => offset.length));
  const lines = rows.flatMap(([at, offset, text]) => {
    const head = `  ${at}  ${offset.padEnd(widest)}  `;
    return wrap(text, ' '.repeat(head.length)).map((line, index) =>
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
      : ['', ...wrap(`No verdicts here: ${events} of this SLO are counted, not judged.`, '')];
  const { worst, failed, hours, hoursLeftOut, judged, textsKept } = verdicts;
  const read = `${formatNumber(judged)} verdicts of ${hours} hours were read${hoursLeftOut > 0 ? `, ${hoursLeftOut} hours farther from the start were left out` : ''}`;
  if (failed === 0) return ['', ...wrap(`No failing verdict since (${read}).`, '')];
  const head = `Worst of ${formatNumber(failed)} failing verdicts since (${read})`;
  return ['', ...wrap(head, ''), ...worst.flatMap((each) => verdictLines(each, textsKept))];
}

/** Criteria whose reasons are shown, the lowest score first. */
const shownReasons = 2;

function verdictLines(verdict: WorstVerdict, textsKept: number): string[] {
  const { responseId, at, score, release, model, cohort, excerpt } = verdict;
  const labels = [release, model, cohort].flatMap((name) => (name === null ? [] : [visibleText(name, 24)]));
  const head = wrap(
    `${score} of 5  ${formatInstant(at)}  ${visibleText(responseId, 40)}${labels.length > 0 ? `  ${labels.join(', ')}` : ''}`,
  );
  if (excerpt === null)
    return [...head, ...wrap(`its text is gone: texts are kept for ${formatDuration(textsKept)}`, '      ')];
  const reasons = reasonsOf(verdict)
    .slice(0, shownReasons)
    .flatMap(({ said, reason }) => wrap(`${said}: ${visibleText(reason, 220)}`, '      '));
  return [...head, ...reasons, ...wrap(`answer: ${visibleText(excerpt, 170)}`, '      ')];
}

function nextLines({ slo, fall, at }: Triage, option: string): string[] {
  if (fall === null || fall.sure === 'unclear')
    return [`Look farther back with --days, or from another time with --at.`];
  const until = new Date(fall.until ?? at).toISOString().replace('.000', '');
  const from = new Date(fall.at).toISOString().replace('.000', '');
  return [`To keep this: npx assay postmortem ${slo} --from ${from} --to ${until}${option}`];
}

/** Words in lines of at most 100 columns; a word that is longer is cut apart. */
export function wrap(text: string, margin = '  '): string[] {
  const room = width - margin.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= room) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (rest.length > room) {
      lines.push(rest.slice(0, room));
      rest = rest.slice(room);
    }
    line = rest;
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => margin + each);
}

function indent(text: string, by: number): string[] {
  return text.split('\n').map((line) => ' '.repeat(by) + line);
}
