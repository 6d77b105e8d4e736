import type { ErrorShare } from '#core/agreement/rater-error.ts';
import type { RaterOutlier } from '#core/agreement/rater-outliers.ts';
import type { LeftOutRater } from '#core/rating/left-out-rater.ts';
import { shellWord } from '#core/shell-word.ts';
import { dayKey } from '#core/time.ts';
import { formatShare } from '../terminal/percent.ts';
import { oneLine } from '../terminal/text.ts';
import type { JudgeAgreement } from './agreement-measure.ts';

/** What is known of the people themselves; nothing where nobody rated what another did. */
export function describeRaters({
  calibration,
  agreement,
  raterError,
  outliers,
  leftOut,
}: Pick<JudgeAgreement, 'calibration' | 'agreement' | 'raterError' | 'outliers' | 'leftOut'>): string[] {
  const without = leftOut.map((rater) => `  Left out: ${describeLeftOut(rater)}`);
  if (agreement.ratedTwice === 0) return without;
  return [
    ...without,
    ...(raterError.ok
      ? [
          `  Their own error, by ${raterError.ratedTwice} responses rated twice: a rater passes ${interval(raterError.passesGood)} of good responses and ${interval(raterError.passesBad)} of bad ones.`,
          `  Without it ${calibration.rate === undefined ? 'the pass rate of these ratings,' : 'their pass rate of'} ${formatShare(raterError.given)}${calibration.rate === undefined ? ',' : ''} would be ${interval(raterError.rate)}. It takes raters to err independently and corrects nothing.`,
        ]
      : [`  Their own error is not known: ${oneLine(raterError.reason, 200)}.`]),
    ...outliers.map((outlier) => `  ${describeOutlier(outlier)}`),
  ];
}

/** `ann since 2026-11-20: clicked through`. Both are what somebody typed. */
export function describeLeftOut({ raterId, reason, at }: LeftOutRater): string {
  return `${oneLine(raterId, 60)} since ${dayKey(at)}: ${oneLine(reason, 200)}`;
}

function describeOutlier({ raterId, kind, points, others, pairs }: RaterOutlier): string {
  const name = oneLine(raterId, 60);
  const size = Math.abs(points).toFixed(1);
  const how =
    kind === 'distance'
      ? `lies ${size} points from the others, who lie ${others.toFixed(1)} from each other`
      : `rates ${size} points ${points > 0 ? 'higher' : 'lower'} than the others`;
  return `${name} stands out: ${how} (${pairs} answers side by side). To leave them out: npx assay ratings leave-out ${shellWord(name)} --reason WHY`;
}

function interval({ estimate, lower, upper }: ErrorShare): string {
  return `${formatShare(estimate)} (${formatShare(lower)} to ${formatShare(upper)})`;
}
