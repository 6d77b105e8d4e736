import type { ComparedJudge, JudgeComparison } from '#core/agreement/compare-judges.ts';
import { peopleVerdict } from '#core/agreement/rated-response.ts';
import { describeShortfall } from '#core/calibration/calibration.ts';
import { leastRatings } from '#core/calibration/calibration-state.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import type { Computed, Interval } from '#core/statistics/outcome.ts';
import { formatShare } from '../terminal/percent.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine, wrapLines } from '../terminal/text.ts';
import type { ComparisonPlan } from './compare-asking.ts';
import type { VersionComparison } from './version-comparison.ts';

/** What asking means, said before anybody is asked. */
export function describePlan({ tasks, ended, expired, estimateUsd }: ComparisonPlan, rubric: Rubric): string {
  return [
    `${rubricName(rubric)} (${rubric.judge.model}) is to judge ${count(tasks.length, 'response')}: ${estimateUsd === 0 ? 'nothing is paid for it.' : `about $${estimateUsd.toFixed(2)} by its judge's prices, under the day's spending cap.`}`,
    ...(ended > 0 ? [`${count(ended, 'response')} it has judged before, and is not asked about again.`] : []),
    ...(expired > 0 ? [describeExpired(expired)] : []),
  ].join('\n');
}

function describeExpired(expired: number): string {
  return `The texts of ${count(expired, 'response')} have expired: nobody can judge ${expired === 1 ? 'it' : 'them'} any more.`;
}

/** A comparison in words. @param flags options that name the target, with a space before */
export function formatComparison(made: VersionComparison, flags: string): string {
  const { comparison, plan } = made;
  const newer = rubricName(made.new);
  const older = made.old === made.new ? `${newer} before` : rubricName(made.old);
  const without = Object.entries(made.without).map(([why, number]) => `${number} ${why}`);
  const lines = [
    `${older} (${made.old.judge.model}) and ${newer} (${made.new.judge.model}) on the same ${count(comparison.responses, 'response')}, ${comparison.rated === 0 ? 'none of them rated by people' : `${comparison.rated} of them rated by people`}.`,
    ...(plan.expired > 0 ? [describeExpired(plan.expired)] : []),
    ...(without.length > 0 ? [`Without a verdict of ${newer}: ${without.join(', ')}.`] : []),
    ...('leased' in made.without || 'waiting' in made.without
      ? [
          `What is under way goes on: give the command again later; npx assay status${flags} says what holds it up.`,
        ]
      : []),
    ...('shed' in made.without
      ? [
          "What was shed had no room under the day's spending cap: give the command again tomorrow, or raise the cap.",
        ]
      : []),
  ];
  if (comparison.responses === 0) return lines.join('\n');
  lines.push('', formatTable([['', older, newer], ...judgeRows(comparison)]), '');
  lines.push(...describePaired(comparison, older, newer), ...describeApart(made));
  lines.push('', ...describeCarried(made, flags));
  return lines.join('\n');
}

function judgeRows({ old, new: fresh, rated }: JudgeComparison): string[][] {
  const row = (name: string, read: (judge: ComparedJudge) => string) => [name, read(old), read(fresh)];
  const ofPeople = [
    row('kappa with people, quadratic weights', ({ agreement }) => formatNumber(agreement?.weightedKappa)),
    row('sensitivity (passes what people pass)', ({ agreement }) => formatPart(agreement?.sensitivity)),
    row('specificity (fails what people fail)', ({ agreement }) => formatPart(agreement?.specificity)),
  ];
  return [
    ...(rated > 0 ? ofPeople : []),
    row('passes', ({ passRate }) => formatShare(passRate)),
    row('cost of a verdict', ({ costUsd }) => `$${costUsd.toFixed(5)}`),
    row('latency, median', ({ latencyMs }) =>
      latencyMs === undefined ? 'not known' : `${(latencyMs / 1000).toFixed(1)} s`,
    ),
  ];
}

function formatNumber(computed: Computed<Interval & { readonly estimate: number }> | undefined): string {
  if (computed?.ok !== true) return 'not computable';
  return `${computed.estimate.toFixed(2)} (${computed.lower.toFixed(2)} to ${computed.upper.toFixed(2)})`;
}

function formatPart(computed: Computed<Interval & { readonly estimate: number }> | undefined): string {
  if (computed?.ok !== true) return 'not computable';
  const { estimate, lower, upper } = computed;
  return `${formatShare(estimate)} (${formatShare(lower)} to ${formatShare(upper)})`;
}

function describePaired(
  { counts, paired, of, old }: JudgeComparison,
  older: string,
  newer: string,
): string[] {
  if (!paired.ok) return [`They cannot be compared: ${paired.reason}.`];
  const what = of === 'agreement' ? 'agree with people at the pass mark' : 'pass';
  const { both, onlyOld, onlyNew, neither } = counts;
  const points = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
  return [
    `Both ${what}: ${both}; only ${older}: ${onlyOld}; only ${newer}: ${onlyNew}; neither: ${neither}.`,
    `${newer} less ${older}: ${points(paired.difference)} points (95%: ${points(paired.lower)} to ${points(paired.upper)}), exact McNemar p ${formatP(paired.probability)}.`,
    ...(old.agreement?.accuracyOf === 'drawn'
      ? [
          'Agreement is of the responses that were drawn for people, weighted by the draw; counts are of all as they came.',
        ]
      : []),
  ];
}

function formatP(probability: number): string {
  return probability < 0.001 ? probability.toExponential(1) : probability.toFixed(3);
}

function describeApart({ comparison, answers }: VersionComparison): string[] {
  if (comparison.apart.length === 0) return ['', 'They give every response the same score.'];
  const rows = comparison.apart.map((each) => [
    each.responseId,
    each.surface,
    String(each.old.score),
    String(each.new.score),
    each.ratings.length === 0 ? '-' : String(peopleVerdict(each).median),
  ]);
  const texts = comparison.apart.flatMap(({ responseId }) => {
    const answer = answers.get(responseId);
    return answer === undefined ? [] : ['', `${responseId}:`, ...wrapLines(oneLine(answer, 600))];
  });
  return [
    '',
    'Where they part most:',
    formatTable([['response', 'surface', 'old', 'new', 'people'], ...rows]),
    ...texts,
  ];
}

function describeCarried(
  { carrying, calibrations, comparison, ...made }: VersionComparison,
  flags: string,
): string[] {
  const newer = rubricName(made.new);
  if (!carrying.carries)
    return [
      `The question is another (${carrying.changed.join(', ')}), so ratings are not carried to ${newer}: it wants ${leastRatings} of its own ("npx assay ratings draw${flags}"), or "ratings: carry:" with a reason in its file.`,
    ];
  if (comparison.rated === 0)
    return [`Nobody rated, so no calibration is carried to ${newer}: it wants ${leastRatings} ratings.`];
  if (calibrations.length === 0)
    return [
      `No rating is carried to ${newer}, though ${carrying.reason}: a calibration wants responses that were drawn ("npx assay ratings draw${flags}") and a verdict of ${newer} on them.`,
    ];
  return calibrations.map(({ surface, state, reason, wants }) => {
    const wanted =
      state === 'valid' || wants.length === 0 ? '' : `; wanted: ${wants.map(describeShortfall).join('; ')}`;
    return `Calibration of ${surface} under ${newer}: ${state}: ${reason}${wanted}.`;
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
