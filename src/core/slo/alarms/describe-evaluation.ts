import { capitalised } from '../../first-letter.ts';
import { isUrgent, type Severity, severities } from '../../names.ts';
import { leastEvents } from '../../statistics/single-look.ts';
import { badWordsOf, describeEvents } from '../definition/sli-kinds.ts';
import type { Slo } from '../definition/slo.ts';
import type { Candidate, Candidates } from '../rules/candidate.ts';
import { describeBasis, formatCorrected } from '../rules/describe-rate.ts';
import type { RateEstimate } from '../rules/readings.ts';
import { describeUnchecked } from '../rules/say-alarm.ts';
import { sayChange } from '../rules/say-change.ts';
import { formatDuration, formatInstant, formatNumber, formatPercent } from '../words/format.ts';
import { joinReason, splitReason } from '../words/reason.ts';
import { sayLast, sayRate, sayShare } from '../words/say-share.ts';
import type { SloEvaluation } from './evaluation.ts';

/**
 * An evaluation in words. First a plain sentence: what fires, or how it is. Then, on a line of its own, what that rests on:
 * the figures of the rule, what is held and why, how the budget stands.
 */
export function composeReason(
  slo: Slo,
  evaluation: SloEvaluation,
  candidates: Candidates,
  { unmeasured, byPeople }: { readonly unmeasured: string | undefined; readonly byPeople: boolean },
): string {
  const firing = severities.find((severity) => evaluation.firing[severity]);
  const fired =
    firing === undefined
      ? undefined
      : splitReason(describeFiring(candidates[firing], byPeople && firing === 'page'));
  const figures: string[] = [];
  if (unmeasured !== undefined) figures.push(`Unmeasured: ${unmeasured}; alarms keep their state.`);
  if (firing === undefined) figures.push(describeLevel(slo, evaluation));
  else if (fired !== undefined && fired.statistics !== '')
    figures.push(`${capitalised(firing)}: ${fired.statistics}`);
  for (const severity of severities.filter(isUrgent)) {
    const held = evaluation.held[severity];
    const candidate = candidates[severity];
    if (held === undefined || evaluation.firing[severity] || candidate === undefined) continue;
    if (evaluation.calibration.state !== 'valid' && slo.calibration === 'required') continue;
    if (candidate.pressure >= 1) figures.push(`${capitalised(severity)} is held: ${held}.`);
  }
  if (slo.calibration === 'required' && evaluation.calibration.state !== 'valid') {
    const isOver = firing !== undefined && isUrgent(firing);
    figures.push(
      `Uncalibrated (${evaluation.calibration.state}: ${evaluation.calibration.reason})${isOver ? '.' : ", so nothing over a ticket starts on the judge's word."}`,
    );
  }
  const isTold = figures.some((sentence) =>
    sentence.includes(`budget of ${formatDuration(evaluation.window)} `),
  );
  if (evaluation.budgetLeft !== null && !isTold)
    figures.push(describeBudget(evaluation, evaluation.budgetLeft));
  return joinReason({
    plain:
      unmeasured === undefined ? (fired?.plain ?? sayLevel(slo, evaluation)) : saySilence(firing, unmeasured),
    statistics: figures.join(' '),
  });
}

function saySilence(firing: Severity | undefined, unmeasured: string): string {
  const alarm =
    firing === undefined ? 'No alarm can start now.' : `The ${firing} alarm stays on until there is.`;
  return `There is too little to measure now: ${unmeasured}. ${alarm}`;
}

/** How an SLO is of which nothing fires. */
function sayLevel(
  slo: Slo,
  { raw, calibrated, calibration, objective, window, change }: SloEvaluation,
): string {
  if (change !== null) return `${sayChange(slo, change)} Nothing fires.`;
  const words = badWordsOf(slo.sli);
  if (objective === null || words === undefined) return 'Nothing fires.';
  if (raw.value === null) return `There was nothing to measure ${sayLast(window)}.`;
  const bad = 1 - (calibrated?.value ?? raw.value);
  const isUnchecked = slo.calibration === 'required' && calibration.state !== 'valid';
  const rate = `${sayRate(bad, words)} ${sayLast(window)}; the objective allows ${sayShare(1 - objective)}.`;
  return `${rate}${isUnchecked ? ` ${describeUnchecked(calibration.state)}` : ''} ${sayWhyNothing(bad > 1 - objective, raw.total, isUnchecked)}`;
}

/** Why nothing fires though too many were bad; where they were not, that needs no reason. */
function sayWhyNothing(isUnder: boolean, events: number, isUnchecked: boolean): string {
  if (isUnder && events < leastEvents)
    return `Nothing fires: of fewer than ${leastEvents} nothing can be told, and there were ${formatNumber(Math.round(events))}.`;
  if (isUnder && isUnchecked) return 'Nothing fires: nobody is woken on its word.';
  return isUnder ? 'Nothing fires yet: it may still be chance, or too slow to act on.' : 'Nothing fires.';
}

function describeFiring(candidate: Candidate | undefined, byPeople: boolean): string {
  if (candidate === undefined) return '';
  return byPeople && !candidate.confirmed && candidate.pressure < 1
    ? 'People confirmed the breach; the page stands until the warning has calmed down.'
    : candidate.describe();
}

function describeLevel(slo: Slo, evaluation: SloEvaluation): string {
  const { raw, calibrated, objective, window } = evaluation;
  const nearest = describeNearest(evaluation);
  if (evaluation.change !== null)
    return `Within bounds: ${formatNumber(evaluation.change.ofBound)} of the change that is allowed. ${nearest}`;
  if (objective === null) return nearest;
  if (raw.value === null) return `No ${describeEvents(slo.sli)} in ${formatDuration(window)}. ${nearest}`;
  const people =
    calibrated === null
      ? ''
      : `, which people would call ${formatCorrected(calibrated)}${describeReadings(calibrated)}`;
  return `${formatNumber(raw.good)} of ${formatNumber(raw.total)} ${describeEvents(slo.sli)} were good over ${formatDuration(window)} (${formatPercent(raw.value)})${people}, against ${formatPercent(objective)}. ${nearest}`;
}

function describeReadings({ basis }: RateEstimate): string {
  const words = describeBasis(basis);
  return words === undefined ? '' : `: ${words}`;
}

/** `Nothing fires; ticket is nearest at 0.42 of 1.` */
function describeNearest({ pressure }: SloEvaluation): string {
  const nearest = severities.reduce((best, severity) =>
    pressure[severity] > pressure[best] ? severity : best,
  );
  if (pressure[nearest] < 0.01) return 'Nothing fires.';
  return `Nothing fires; ${nearest} is nearest at ${formatNumber(pressure[nearest])} of 1.`;
}

function describeBudget({ budgetSpentAt, window }: SloEvaluation, left: number): string {
  if (left < 0) return `The budget of ${formatDuration(window)} is overspent by ${formatPercent(-left)}.`;
  const forecast =
    budgetSpentAt === null ? '' : `; at the current burn it is spent by ${formatInstant(budgetSpentAt)}`;
  return `${formatPercent(left)} of the budget of ${formatDuration(window)} is left${forecast}.`;
}
