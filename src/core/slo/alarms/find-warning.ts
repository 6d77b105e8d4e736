import { asksForWork, severities } from '../../names.ts';
import { confirmingEvidence } from '../../statistics/confirmation.ts';
import type { Slo } from '../definition/slo.ts';
import type { Candidates } from '../rules/candidate.ts';
import { describeConfirmation } from '../rules/describe-rules.ts';
import type { SloContext } from '../rules/slo-context.ts';
import type { AlarmsState } from './state.ts';
import { clearUnder } from './step-alarms.ts';

/** Severities whose rules make a warning. */
const watched = severities.filter(asksForWork);

/**
 * Since when a warning stands on the judge's word: a severity that is due starts it, whether or not it may fire, and it
 * lasts until no alarm stands and all is calm. Undefined without one, and where no judge is involved.
 */
export function findWarning(
  slo: Slo,
  previous: AlarmsState | undefined,
  candidates: Candidates,
  now: number,
): number | undefined {
  if (slo.calibration !== 'required') return undefined;
  const rules = watched.map((severity) => candidates[severity]);
  const due = rules.some((candidate) => candidate?.measured === true && candidate.pressure >= 1);
  if (due) return previous?.warnedAt ?? now;
  const stands = watched.some((severity) => previous?.alarms[severity]?.raisedAt !== undefined);
  const isCalm = rules.every((candidate) => candidate === undefined || candidate.pressure < clearUnder);
  return stands || !isCalm ? previous?.warnedAt : undefined;
}

/** Whether the anchor set should be scored now: a warning stands, and the last result is older than it. */
export function needsAnchors({ anchors }: SloContext, warnedAt: number | undefined): boolean {
  if (warnedAt === undefined || anchors === undefined) return false;
  return anchors.state === 'pending' || anchors.at < warnedAt;
}

/** Whether any rule of the warning is still near to firing: over the clearing value. */
function isNearFiring(candidates: Candidates): boolean {
  return watched.some((severity) => (candidates[severity]?.standing ?? 0) >= clearUnder);
}

/**
 * Adds people's evidence to the page: ln E / ln 100, and from 1 on no doubt about the judge holds it. It counts only
 * while the warning that people were asked about has not calmed down, so that a page that they confirmed can clear.
 */
export function addConfirmation(candidates: Candidates, { confirmation }: SloContext): Candidates {
  const { page } = candidates;
  if (page === undefined) return candidates;
  const warns = isNearFiring(candidates);
  if (confirmation === undefined) return { ...candidates, page: { ...page, warns } };
  const { evidence, ratings } = confirmation;
  const people = warns && evidence > 1 ? Math.log(evidence) / Math.log(confirmingEvidence) : 0;
  const confirmed = people >= 1;
  return {
    ...candidates,
    page: {
      ...page,
      pressure: Math.max(page.pressure, people),
      standing: Math.max(page.standing, people),
      measured: page.measured || confirmed,
      confirmed,
      warns,
      describe: () => (people > page.pressure ? describeConfirmation(evidence, ratings) : page.describe()),
    },
  };
}
