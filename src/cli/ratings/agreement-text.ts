import type { StoredTexts } from '#adapters/dynamodb/judgement-texts.ts';
import type { JudgeMiss } from '#core/agreement/agreement.ts';
import type { JudgeSpread } from '#core/agreement/judge-spread.ts';
import type { RatedResponse } from '#core/agreement/rated-response.ts';
import { describeApart } from '#core/calibration/calibration-state.ts';
import { countOf } from '#core/count-of.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import { formatNumber } from '#core/slo/words/format.ts';
import type { Computed, Interval } from '#core/statistics/outcome.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine } from '../terminal/text.ts';
import type { JudgeAgreement } from './agreement-measure.ts';
import { describeRaters } from './rater-text.ts';

/** How one judge and people agree. @param texts of the misses, in their order */
export function formatAgreement(
  {
    calibration,
    pool,
    model = '',
    agreement,
    misses,
    disputed,
    raterError,
    outliers,
    leftOut,
  }: JudgeAgreement,
  texts: readonly (StoredTexts | undefined)[],
): string {
  const { surface, rubric, fingerprint, passMark } = calibration;
  const drawn = agreement.accuracyOf === 'drawn' ? ', weighted by the draw' : '';
  return [
    '',
    `${surface}, ${rubricName(rubric)}, judge ${model} (${fingerprint})`,
    `${countOf(agreement.rated, 'judged response')} rated by ${agreement.raters} ${agreement.raters === 1 ? 'person' : 'people'}${agreement.withoutVerdict > 0 ? `; ${agreement.withoutVerdict} more have no verdict of this judge` : ''}.`,
    ...pool.apart.map((batch) => `  Of the judge against people: ${describeApart(batch, pool.effective)}.`),
    '',
    formatTable([
      [`  Judge against people${drawn}`, '', '95% interval'],
      statisticRow('  kappa, five scores', agreement.kappa),
      statisticRow('  kappa, quadratic weights', agreement.weightedKappa),
      ['  Spearman, against the mean', ...correlationCells(agreement.spearman)],
      [
        '  mean distance',
        agreement.meanAbsoluteError.ok ? agreement.meanAbsoluteError.estimate.toFixed(2) : '-',
        '',
      ],
      statisticRow(`  passes what people pass (mark ${passMark})`, agreement.sensitivity),
      statisticRow(`  fails what people fail (mark ${passMark})`, agreement.specificity),
      ['  People among themselves', '', ''],
      ['  ordinal alpha', ...correlationCells(agreement.alpha)],
    ]),
    `  ${countOf(agreement.ratedTwice, 'response has', 'responses have')} two raters or more, who differ on ${agreement.disputed}.`,
    ...spreadLines(agreement.spread),
    ...describeRaters({ calibration, agreement, raterError, outliers, leftOut }),
    ...(calibration.state === 'invalid' ? ['', `  Not usable as a calibration: ${calibration.reason}.`] : []),
    ...(misses.length === 0 ? [] : ['', "  The judge's worst misses"]),
    ...misses.flatMap((miss, index) => missLines(miss, texts[index])),
    ...(disputed.length === 0 ? [] : ['', '  What people agree on least', ...disputed.map(describeDisputed)]),
  ].join('\n');
}

/** How the judge agrees with itself, where its rubric has it asked more than once. */
function spreadLines(spread: JudgeSpread | undefined): string[] {
  if (spread === undefined) return [];
  const { responses, askings, sameScore, samePass, meanRange, largestRange } = spread;
  return [
    `  The judge was asked ${formatNumber(askings / responses)} times about each of ${responses}: ${sameScore} have one score, ${samePass} pass or fail alike; scores lie ${meanRange.toFixed(2)} apart on average, ${largestRange} at most.`,
  ];
}

function statisticRow(name: string, statistic: Computed<Interval & { estimate: number }>): string[] {
  return statistic.ok
    ? [name, statistic.estimate.toFixed(2), formatInterval(statistic)]
    : [name, '-', oneLine(statistic.reason)];
}

function correlationCells(
  statistic: Computed<{ estimate: number; interval: Computed<Interval> }>,
): [string, string] {
  if (!statistic.ok) return ['-', statistic.reason];
  return [statistic.estimate.toFixed(2), statistic.interval.ok ? formatInterval(statistic.interval) : ''];
}

function formatInterval({ lower, upper }: Interval): string {
  return `${lower.toFixed(2)} to ${upper.toFixed(2)}`;
}

function missLines({ response, judge, people }: JudgeMiss, stored: StoredTexts | undefined): string[] {
  const scores = response.ratings.map(({ score }) => score).join(', ');
  const head = `  ${oneLine(response.responseId, 60)}: judge ${judge}, people ${people.median} (${scores})`;
  if (stored === undefined) return [head, '      its text has expired'];
  const [reason] = Object.values(stored.reasons);
  return [
    head,
    `      ${oneLine(stored.texts.response?.content ?? '', 110)}`,
    ...(reason === undefined ? [] : [`      the judge: ${oneLine(reason, 100)}`]),
  ];
}

function describeDisputed({ responseId, ratings }: RatedResponse): string {
  const scores = ratings.map(({ raterId, score }) => `${oneLine(raterId, 30)} ${score}`);
  return `  ${oneLine(responseId, 60)}: ${scores.join(', ')}`;
}
