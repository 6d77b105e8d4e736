import type { RescoreRoom } from '#core/cost/rescore-room.ts';
import type { Judge } from '#core/judges/judge.ts';
import { type Rubric, rubricName } from '#core/rubric/rubric.ts';
import { formatMinute } from '../terminal/instant.ts';
import type { RescoreOutcome } from './rescore-ask.ts';
import type { RescorePlan } from './rescore-plan.ts';

/** What asking means, said before anybody is asked. */
export function describeRescorePlan(
  plan: RescorePlan,
  rubric: Rubric,
  judge: Judge,
  room: RescoreRoom,
): string {
  const { open } = plan;
  const usd = estimateUsd(plan);
  const kept = room.keptUsd > 0 ? `, with $${money(room.keptUsd)} kept for what still comes in` : '';
  return [
    `${rubricName(rubric)} (${rubric.judge.model}) is to judge ${count(open.length, 'stored response')} of ${describeRange(open)}, into its own history: about $${money(usd)} by the prices of ${judge.name}.`,
    ...describeRest(plan),
    `Today it may use $${money(room.roomUsd)}: half of the day's spending cap at most, which is $${money(room.shareUsd)}${kept}.${usd > room.roomUsd ? ' It stops there; given again on another day, it goes on.' : ''}`,
  ].join('\n');
}

function describeRange(open: RescorePlan['open']): string {
  const [first, last] = [open[0], open.at(-1)];
  if (first === undefined || last === undefined) return 'no time';
  return `${formatMinute(first.judged.at)} to ${formatMinute(last.judged.at)}`;
}

function describeRest({ ended, underWay, expired }: RescorePlan): string[] {
  return [
    ...(ended > 0
      ? [`${count(ended, 'response')} it has judged before: not asked about, nor counted, again.`]
      : []),
    ...(underWay > 0 ? [`${count(underWay, 'response')} it is being asked about already.`] : []),
    ...(expired > 0
      ? [
          `The texts of ${count(expired, 'response')} have expired: nobody can judge ${expired === 1 ? 'it' : 'them'} any more.`,
        ]
      : []),
  ];
}

/** What was done, in words. @param flags options that name the target, with a space before */
export function formatRescore({ rubric, plan, made }: RescoreOutcome, flags: string): string {
  const name = rubricName(rubric);
  if (made === undefined)
    return plan.open.length > 0
      ? `Nothing was asked: ${count(plan.open.length, 'stored response')} ${name} has not judged.`
      : [`${name} has no stored response left to judge.`, ...describeRest(plan)].join('\n');
  const left = plan.open.length - made.judged - made.unjudgeable;
  return [
    `${name} judged ${count(made.judged, 'stored response')}${made.unjudgeable > 0 ? `, and could not judge ${made.unjudgeable}` : ''}.`,
    ...describeRest(plan),
    ...(made.stopped === 'share'
      ? [
          `Today's room is used: ${count(left, 'response')} ${are(left)} left. Give the same command tomorrow.`,
        ]
      : []),
    ...(made.stopped === 'silence'
      ? [
          `${count(left, 'response')} ${are(left)} left: no verdict came any more. npx assay status${flags} says what holds the judge up; then give the same command again.`,
        ]
      : []),
    ...(made.stopped === undefined && left > 0
      ? [`The texts of ${count(left, 'response')} expired meanwhile.`]
      : []),
    `The evaluator takes them into the series of ${name} within minutes; those of other versions stay as they are.`,
  ].join('\n');
}

/** A rescore as `--json` prints it: instants in ISO 8601, costs in US dollars. */
export function rescoreJson({ rubric, surfaces, from, to, plan, made }: RescoreOutcome) {
  return {
    rubric: rubricName(rubric),
    surfaces,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    toAsk: plan.open.length,
    estimateUsd: estimateUsd(plan),
    judgedBefore: plan.ended,
    underWay: plan.underWay,
    textsExpired: plan.expired,
    asked: made !== undefined,
    judged: made?.judged ?? 0,
    unjudgeable: made?.unjudgeable ?? 0,
    left: plan.open.length - (made?.judged ?? 0) - (made?.unjudgeable ?? 0),
    stopped: made?.stopped ?? null,
  };
}

function estimateUsd({ open }: RescorePlan): number {
  return open.reduce((sum, { usd }) => sum + usd, 0);
}

/** To the cent, or as fine as it must be. */
function money(usd: number): string {
  return usd > 0 && usd < 0.005 ? usd.toFixed(4) : usd.toFixed(2);
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
