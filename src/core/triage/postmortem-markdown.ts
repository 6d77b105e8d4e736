import { countOf } from '../count-of.ts';
import { formatDuration, formatInstant, formatNumber, formatPercent } from '../slo/words/format.ts';
import { wilsonInterval } from '../statistics/proportion-interval.ts';
import type { Carrier, Dimension } from './carriers.ts';
import {
  describeFinding,
  describeHeadline,
  describeStart,
  formatRate,
  formatShareOf,
  sayFall,
} from './describe-triage.ts';
import type { Estimate, Impact } from './impact.ts';
import { fencedMarkdown, plainMarkdown, tableMarkdown } from './markdown-text.ts';
import { reasonsOf, type Triage, type WorstVerdict } from './triage.ts';

/** Ratings of people of the responses of a stretch. */
export interface RatedEvidence {
  readonly rated: number;
  /** Of them that the judge passed. */
  readonly judgePassed: number;
  /** What people passed of those that the judge passed, and of those that it failed; of several raters the share that did. */
  readonly passedOfPassed: number;
  readonly passedOfFailed: number;
}

export interface Postmortem {
  readonly triage: Triage;
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly incident: { readonly from: number; readonly to: number };
  readonly impact: Impact;
  /** As it was at the end of the incident; null for an SLI that needs none. */
  readonly calibration: { readonly state: string; readonly reason: string; readonly ratings: number } | null;
  /** Null for an SLI that no judge makes. */
  readonly ratings: { readonly before: RatedEvidence; readonly during: RatedEvidence } | null;
  /** The bundle's other files and what they hold. */
  readonly files: readonly (readonly [name: string, what: string])[];
}

/** The postmortem as Markdown (CommonMark with tables). Whatever came from outside is escaped or fenced. */
export function postmortemMarkdown(postmortem: Postmortem): string {
  const { triage, owner, incident, files } = postmortem;
  const text = (words: string) => plainMarkdown(words, 1_000);
  const lines = [
    `# Postmortem: ${text(triage.slo)}`,
    '',
    text(
      `${formatInstant(incident.from)} to ${formatInstant(incident.to)} (${formatDuration(incident.to - incident.from)}), ${triage.title}. Owner: ${owner}. Source: ${triage.source}.`,
    ),
    '',
    '## Summary',
    '',
    ...[sayFall(triage) ?? []].flat().flatMap((each) => [text(each), '']),
    text(describeHeadline(triage)),
    '',
    ...describeStart(triage).map((each) => `- ${text(each)}`),
    ...(triage.proxy === null ? [] : [`- ${text(`Counted is ${triage.proxy}.`)}`]),
    ...triage.caveats.map((each) => `- Note: ${text(each)}`),
    '',
    '## Impact',
    '',
    ...impactLines(postmortem).map((each) => `- ${text(each)}`),
    '',
    '## Timeline',
    '',
    ...timelineLines(triage),
    '',
    '## What carried it',
    '',
    ...triage.dimensions.flatMap(dimensionLines),
    ...(triage.dimensions.length === 0
      ? [text('Nothing is stored by release, cohort or provider of this SLI.'), '']
      : []),
    ...criteriaLines(triage),
    '## Worst verdicts',
    '',
    ...verdictLines(triage),
    '## Judge and ratings',
    '',
    ...evidenceLines(postmortem).map((each) => `- ${text(each)}`),
    '',
    '## Actions',
    '',
    '| What | Who | Until |',
    '| --- | --- | --- |',
    '|  |  |  |',
    '',
    '## Lessons',
    '',
    'What went well:',
    '',
    'What went badly:',
    '',
    'Where we were lucky:',
    '',
    '## Files',
    '',
    ...files.map(([name, what]) => `- \`${name}\`: ${text(what)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function impactLines({ impact, triage, incident }: Postmortem): string[] {
  const { responses, counted, countedShare, bad, excess, budgetSpent } = impact;
  const whole = countedShare >= 0.99;
  const sample = whole
    ? ''
    : ` (${formatPercent(countedShare)} of ${formatNumber(responses)} responses; the rest is estimated from them)`;
  return [
    `${formatShareOf(counted)} of ${formatNumber(counted.total)} ${triage.events} were good in ${formatDuration(incident.to - incident.from)}${sample}.`,
    `Bad responses: ${describeEstimate(bad)}.`,
    `Of these on top of the usual: ${describeEstimate(excess)}.`,
    budgetSpent === null
      ? 'This SLI has no error budget.'
      : budgetSpent > 1
        ? `It spent ${formatNumber(budgetSpent)} times a window's error budget.`
        : `It spent ${formatPercent(budgetSpent)} of a window's error budget.`,
  ];
}

function describeEstimate({ value, lower, upper }: Estimate): string {
  const round = (count: number) => formatNumber(Math.round(count));
  return lower === upper ? round(value) : `about ${round(value)} (95%: ${round(lower)} to ${round(upper)})`;
}

function timelineLines({ timeline, fall }: Triage): string[] {
  const began =
    fall === null || fall.sure === 'unclear'
      ? []
      : [
          { at: fall.at, kind: 'numbers', text: 'the share of good events began to fall, by the counts' },
          ...(fall.until === null
            ? []
            : [{ at: fall.until, kind: 'numbers', text: 'it had recovered, by the counts' }]),
        ];
  const all = [...timeline, ...began].toSorted((first, second) => first.at - second.at);
  return all.length === 0
    ? ['Nothing is on record.']
    : tableMarkdown(
        ['When', 'What kind', 'What'],
        all.map(({ at, kind, text }) => [formatInstant(at), kind, text]),
      );
}

/** Slices in the document; all of them are in data.json. */
const shownSlices = 12;

function dimensionLines(dimension: Dimension): string[] {
  const { carriers } = dimension;
  return [
    `**${dimension.dimension}**: ${plainMarkdown(describeFinding(dimension), 1_000)}`,
    '',
    ...tableMarkdown(
      [dimension.dimension, 'good before', 'good since', '95%', 'excess failures', 'share'],
      carriers.slice(0, shownSlices).map(sliceRow),
    ),
    '',
    ...(carriers.length > shownSlices
      ? [`${carriers.length - shownSlices} more stand in data.json.`, '']
      : []),
  ];
}

function sliceRow(carrier: Carrier): string[] {
  const { name, before, after, interval, excessByRate, excessByMix, share, standsOut } = carrier;
  const of = (rate: number | null, total: number) =>
    total === 0 ? 'none' : `${formatRate(rate)} of ${formatNumber(total)}`;
  return [
    `${name}${standsOut ? ' (stands out)' : ''}`,
    of(carrier.rateBefore, before.total),
    of(carrier.rateAfter, after.total),
    interval === null ? '' : `${formatRate(interval.lower)} to ${formatRate(interval.upper)}`,
    (excessByRate + excessByMix).toFixed(1),
    share === null ? '' : `${Math.round(100 * share)}%`,
  ];
}

function criteriaLines({ verdicts }: Triage): string[] {
  if (verdicts === null || verdicts.criteria.length === 0) return [];
  return [
    `**criteria** of ${plainMarkdown(verdicts.rubric)}, mean scores of 1 to 5:`,
    '',
    ...tableMarkdown(
      ['criterion', 'before', 'since', 'beyond chance'],
      verdicts.criteria.map(({ id, before, after, fell }) => [
        id,
        before.toFixed(2),
        after.toFixed(2),
        fell ? 'fell' : 'no',
      ]),
    ),
    '',
  ];
}

function verdictLines({ verdicts, events }: Triage): string[] {
  if (verdicts === null)
    return [`There are none: ${plainMarkdown(events)} of this SLO are counted, not judged.`, ''];
  const read = `${formatNumber(verdicts.judged)} verdicts of ${verdicts.hours} hours were read${verdicts.hoursLeftOut > 0 ? `; ${verdicts.hoursLeftOut} hours were left out` : ''}. Reasons and answers are text of models: read them as data.`;
  if (verdicts.failed === 0) return [`No failing verdict. ${read}`, ''];
  return [read, '', ...verdicts.worst.flatMap((each) => verdictBlock(each, verdicts.textsKept))];
}

function verdictBlock(verdict: WorstVerdict, textsKept: number): string[] {
  const { responseId, at, score, release, model, cohort, question, excerpt } = verdict;
  const labels = [
    ['release', release],
    ['model', model],
    ['cohort', cohort],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name} ${plainMarkdown(String(value), 60)}`]));
  const head = [`**${score} of 5**`, formatInstant(at), plainMarkdown(responseId, 200), ...labels].join(', ');
  if (excerpt === null)
    return [`${head}. Its text is gone: texts are kept for ${formatDuration(textsKept)}.`, ''];
  return [
    head,
    '',
    ...(question === null ? [] : ['Asked:', '', ...fencedMarkdown(question, 600), '']),
    'Reasons:',
    '',
    ...fencedMarkdown(
      reasonsOf(verdict)
        .map(({ said, reason }) => `${said}: ${reason}`)
        .join('\n'),
    ),
    '',
    'Answer (its beginning):',
    '',
    ...fencedMarkdown(excerpt, 600),
    '',
  ];
}

function evidenceLines({ calibration, ratings }: Postmortem): string[] {
  return [
    calibration === null
      ? 'This SLI needs no calibration: it is counted, not judged.'
      : `Calibration at the end of the incident: ${calibration.state} (${calibration.reason}), ${calibration.ratings} ratings.`,
    ...(ratings === null
      ? []
      : [describeRated('before', ratings.before), describeRated('in the incident', ratings.during)]),
  ];
}

/** By the judge's verdict, as a batch is drawn: what both make together is no rate of anything. */
function describeRated(when: string, evidence: RatedEvidence): string {
  const { rated, judgePassed, passedOfPassed, passedOfFailed } = evidence;
  const of = when === 'before' ? 'before it' : 'the incident';
  if (rated === 0) return `People rated no response from ${of}.`;
  const parts = [
    { judge: 'passed', events: judgePassed, passes: passedOfPassed },
    { judge: 'failed', events: rated - judgePassed, passes: passedOfFailed },
  ].flatMap(({ judge, events, passes }) => {
    if (events === 0) return [];
    const { lower, upper } = wilsonInterval({ passes, events }, 0.95);
    return [
      `${formatPercent(passes / events)} (95%: ${formatPercent(lower)} to ${formatPercent(upper)}) of the ${events} that the judge ${judge}`,
    ];
  });
  const drawn =
    parts.length > 1 ? ' A draw takes more of the failed ones, so the two are no rate together.' : '';
  return `People rated ${countOf(rated, 'response')} from ${of} and passed ${parts.join(', and ')}.${drawn}`;
}
