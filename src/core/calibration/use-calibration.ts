import { type Rubric, rubricName } from '../rubric/rubric.ts';
import { carryingOf } from '../rubric/same-question.ts';
import type { SloCalibration } from '../slo/rules/slo-calibration.ts';
import { day, dayKey } from '../time.ts';
import { type Calibration, describeShortfall } from './calibration.ts';
import { leastRatings } from './calibration-state.ts';
import { confirmationLasts } from './confirmation-progress.ts';

/** A calibration whose newest responses are older than this is stale: a month's rhythm, and half a month's grace. */
export const staleAfter = 45 * day;

/** The judge that is asked now, and how it is. */
export interface PresentJudge {
  readonly rubric: { readonly id: string; readonly version: number };
  readonly fingerprint: string;
  /** Every version that is known, to tell whether an earlier one's ratings can be carried. */
  readonly rubrics?: readonly Rubric[] | undefined;
  /** The model id that came back with its latest verdicts; undefined where that is not known. */
  readonly returnedModel?: string | undefined;
  /** Since when it scores as it does now, by its anchors; epoch milliseconds. Undefined where it never changed. */
  readonly countsFrom?: number | undefined;
  /** What its anchors cannot tell yet, in words. */
  readonly doubt?: string | undefined;
  /** Since when a warning stands that people are being asked about: the calibration from before it is used. */
  readonly confirmingSince?: number | undefined;
}

/** Evaluations keep thresholds by object identity, so one calibration in one state is one object. */
const known = new WeakMap<Calibration, Map<string, SloCalibration>>();

/**
 * The calibration that an evaluation uses: of those of the surface and rubric (any version, any judge) the present
 * judge's own, else the newest of another, which is then invalid.
 *
 * @param calibrations the current ones of one surface and rubric id
 * @param now epoch milliseconds, in the time of the responses
 */
export function presentCalibration(
  calibrations: readonly Calibration[],
  present: PresentJudge,
  now: number,
): SloCalibration {
  const own = calibrations.find(
    ({ rubric, fingerprint }) =>
      rubric.version === present.rubric.version && fingerprint === present.fingerprint,
  );
  const chosen = own ?? [...calibrations].sort((a, b) => b.madeAt - a.madeAt)[0];
  if (chosen === undefined) return noCalibration;
  const isFrozen = isFrozenFor(chosen.frozen, present.confirmingSince);
  const used: Calibration = isFrozen ? { ...chosen, ...chosen.frozen } : chosen;
  const { state, reason } = stateNow(used, present, now);
  const name = `${isFrozen} ${state}: ${reason}`;
  let states = known.get(chosen);
  if (states === undefined) {
    states = new Map();
    known.set(chosen, states);
  }
  let made = states.get(name);
  if (made === undefined) {
    const { ratings, population, window: rated } = used;
    made = { state, reason, ratings, population, rated, times: used };
    states.set(name, made);
  }
  return made;
}

const noCalibration: SloCalibration = {
  state: 'missing',
  reason: 'nobody has rated anything yet; draw a batch with "npx assay ratings draw --surface NAME"',
  ratings: 0,
};

/** State of a calibration here and now, and why. */
export function stateNow(
  calibration: Calibration,
  present: PresentJudge,
  now: number,
): Pick<SloCalibration, 'state' | 'reason'> {
  const { rubric, fingerprint, returnedModel, state, window } = calibration;
  if (rubric.version !== present.rubric.version)
    return {
      state: 'invalid',
      reason: `it was made for ${rubric.id}@${rubric.version}, and version ${present.rubric.version} judges now${describeCarrying(rubric, present)}`,
    };
  if (fingerprint !== present.fingerprint)
    return {
      state: 'invalid',
      reason: `it was made for another judge (${fingerprint}; now ${present.fingerprint}: model, parameters or Assay's prompt changed): carry its ratings (npx assay rubric compare ${rubricName(rubric)} ${rubricName(rubric)}), or draw and rate a batch of the new one`,
    };
  if (
    returnedModel !== undefined &&
    present.returnedModel !== undefined &&
    returnedModel !== present.returnedModel
  )
    return {
      state: 'invalid',
      reason: `the provider now answers with ${present.returnedModel}, the ratings are of ${returnedModel}: draw and rate a new batch`,
    };
  if (present.countsFrom !== undefined && window !== undefined && window.from < present.countsFrom)
    return {
      state: 'invalid',
      reason: `the judge scores its anchor set otherwise than when it was calibrated: it moved, the product perhaps not; draw and rate responses from ${formatHour(present.countsFrom)} on`,
    };
  if (state !== 'valid') {
    const wants = calibration.wants.map(describeShortfall).join('; ');
    return { state, reason: wants === '' ? calibration.reason : `${calibration.reason}; wanted: ${wants}` };
  }
  if (window !== undefined && now - window.to > staleAfter)
    return {
      state: 'stale',
      reason: `its newest responses are of ${dayKey(window.to)}, over ${staleAfter / day} days ago: draw and rate a new batch`,
    };
  const { doubt } = present;
  return { state, reason: doubt === undefined ? calibration.reason : `${calibration.reason}; ${doubt}` };
}

/** How the present version comes to a calibration: by carried ratings, or by ratings of its own. */
function describeCarrying(older: Calibration['rubric'], { rubric, rubrics = [] }: PresentJudge): string {
  const [from, to] = [older, rubric].map((wanted) =>
    rubrics.find(({ id, version }) => id === wanted.id && version === wanted.version),
  );
  if (from === undefined || to === undefined || from.version > to.version)
    return ': draw and rate a batch of it';
  const carrying = carryingOf(rubrics, from, to);
  return carrying.carries
    ? `; its ratings can be carried: npx assay rubric compare ${rubricName(from)} ${rubricName(to)}`
    : `, whose question is another (${carrying.changed.join(', ')}), so its ratings are not carried: draw and rate ${leastRatings} responses of it`;
}

/** What was frozen for an earlier warning is of no use to a later one, for which nobody has rated yet. */
function isFrozenFor(frozen: Calibration['frozen'], since: number | undefined): boolean {
  if (frozen === undefined || since === undefined) return false;
  return frozen.since <= since && frozen.since > since - confirmationLasts;
}

/** `2026-11-03 09:00Z` */
function formatHour(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
