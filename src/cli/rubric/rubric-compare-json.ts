import type { ComparedJudge, ComparedResponse } from '#core/agreement/compare-judges.ts';
import { peopleVerdict } from '#core/agreement/rated-response.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import type { Computed, Interval } from '#core/statistics/outcome.ts';
import type { VersionComparison } from './version-comparison.ts';

/** A comparison as `--json` prints it: shares in [0, 1], costs in US dollars, statistics null where they are not computable. */
export function comparisonJson(made: VersionComparison) {
  const { comparison, plan, answers, carrying } = made;
  const { paired } = comparison;
  return {
    old: judgeJson(made.old, comparison.old, made.oldFingerprints.join(', ')),
    new: judgeJson(made.new, comparison.new, judgeFingerprint(made.new)),
    responses: comparison.responses,
    rated: comparison.rated,
    toAsk: made.asked ? 0 : plan.tasks.length,
    asked: made.asked ? plan.tasks.length : 0,
    estimateUsd: plan.estimateUsd,
    textsExpired: plan.expired,
    without: made.without,
    paired: {
      of: comparison.of,
      ...comparison.counts,
      difference: paired.ok ? paired.difference : null,
      lower: paired.ok ? paired.lower : null,
      upper: paired.ok ? paired.upper : null,
      mcnemarP: paired.ok ? paired.probability : null,
    },
    apart: comparison.apart.map((each) => ({ ...apartOf(each), answer: answers.get(each.responseId) })),
    carries: carrying.carries,
    ...(carrying.carries ? { reason: carrying.reason } : { changed: carrying.changed }),
    calibrations: made.calibrations.map(({ surface, state, reason, ratings, number }) => ({
      surface,
      state,
      reason,
      ratings,
      number,
    })),
  };
}

function judgeJson(
  rubric: Rubric,
  { passRate, costUsd, latencyMs, agreement }: ComparedJudge,
  fingerprint: string,
) {
  return {
    rubric: rubricName(rubric),
    model: rubric.judge.model,
    fingerprint,
    passMark: rubric.passMark,
    passRate,
    costUsd,
    latencyMs: latencyMs ?? null,
    agreement:
      agreement === undefined
        ? null
        : {
            of: agreement.accuracyOf,
            weightedKappa: statistic(agreement.weightedKappa),
            sensitivity: statistic(agreement.sensitivity),
            specificity: statistic(agreement.specificity),
          },
  };
}

function statistic(computed: Computed<Interval & { readonly estimate: number }>) {
  if (!computed.ok) return null;
  const { estimate, lower, upper } = computed;
  return { estimate, lower, upper };
}

function apartOf(each: ComparedResponse) {
  const { responseId, surface, at, ratings } = each;
  return {
    responseId,
    surface,
    at: new Date(at).toISOString(),
    old: each.old.score,
    new: each.new.score,
    people: ratings.length === 0 ? null : peopleVerdict(each).median,
  };
}
