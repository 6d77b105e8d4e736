import { severities } from '../../names.ts';
import type { Slo } from '../definition/slo.ts';
import { sayDuration, sayEvents, sayInstant, sayNumber, sayPercent } from '../words/format.ts';
import type { SloEvaluation } from './evaluation.ts';
import type { Candidate, Candidates } from './step-alarms.ts';

/** An evaluation in plain sentences: what fires or is nearest to it, what is held and why, how the budget stands. */
export function composeReason(
  slo: Slo,
  evaluation: SloEvaluation,
  candidates: Candidates,
  { unmeasured, byPeople }: { readonly unmeasured: string | undefined; readonly byPeople: boolean },
): string {
  const sentences: string[] = [];
  const firing = severities.find((severity) => evaluation.firing[severity]);
  if (unmeasured !== undefined) sentences.push(`Unmeasured: ${unmeasured}; alarms keep their state.`);
  if (firing !== undefined)
    sentences.push(
      `${capitalised(firing)}: ${sayFiring(candidates[firing], byPeople && firing === 'page')}`.trim(),
    );
  else sentences.push(sayLevel(slo, evaluation));
  for (const severity of ['rollback', 'page'] as const) {
    const held = evaluation.held[severity];
    const candidate = candidates[severity];
    if (held === undefined || evaluation.firing[severity] || candidate === undefined) continue;
    if (evaluation.calibration.state !== 'valid' && slo.calibration === 'required') continue;
    if (candidate.pressure >= 1) sentences.push(`${capitalised(severity)} is held: ${held}.`);
  }
  if (slo.calibration === 'required' && evaluation.calibration.state !== 'valid') {
    const isOver = firing === 'rollback' || firing === 'page';
    sentences.push(
      `Uncalibrated (${evaluation.calibration.state}: ${evaluation.calibration.reason})${isOver ? '.' : ", so nothing over a ticket starts on the judge's word."}`,
    );
  }
  if (evaluation.budgetLeft !== null) sentences.push(sayBudget(evaluation, evaluation.budgetLeft));
  return sentences.join(' ');
}

function sayFiring(candidate: Candidate | undefined, byPeople: boolean): string {
  if (candidate === undefined) return '';
  return byPeople && !candidate.confirmed && candidate.pressure < 1
    ? 'People confirmed the breach; the page stands until the warning has calmed down.'
    : candidate.say();
}

function sayLevel(slo: Slo, evaluation: SloEvaluation): string {
  const { raw, calibrated, objective, window } = evaluation;
  const nearest = sayNearest(evaluation);
  if (evaluation.change !== null)
    return `Within bounds: ${sayNumber(evaluation.change.ofBound)} of the change that is allowed. ${nearest}`;
  if (objective === null) return nearest;
  if (raw.value === null) return `No ${sayEvents(slo.sli)} in ${sayDuration(window)}. ${nearest}`;
  const people =
    calibrated === null
      ? ''
      : `, which people would call ${sayPercent(calibrated.value)} (${sayPercent(calibrated.lower)} to ${sayPercent(calibrated.upper)})`;
  return `${sayNumber(raw.good)} of ${sayNumber(raw.total)} ${sayEvents(slo.sli)} were good over ${sayDuration(window)} (${sayPercent(raw.value)})${people}, against ${sayPercent(objective)}. ${nearest}`;
}

/** `Nothing fires; ticket is nearest at 0.42 of 1.` */
function sayNearest({ pressure }: SloEvaluation): string {
  const nearest = severities.reduce((best, severity) =>
    pressure[severity] > pressure[best] ? severity : best,
  );
  if (pressure[nearest] < 0.01) return 'Nothing fires.';
  return `Nothing fires; ${nearest} is nearest at ${sayNumber(pressure[nearest])} of 1.`;
}

function sayBudget({ budgetSpentAt, window }: SloEvaluation, left: number): string {
  if (left < 0) return `The budget of ${sayDuration(window)} is overspent by ${sayPercent(-left)}.`;
  const forecast =
    budgetSpentAt === null ? '' : `; at the current burn it is spent by ${sayInstant(budgetSpentAt)}`;
  return `${sayPercent(left)} of the budget of ${sayDuration(window)} is left${forecast}.`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
