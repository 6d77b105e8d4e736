import type { Severity } from '../../names.ts';
import { minute } from '../../time.ts';
import type { Slo } from '../definition/slo.ts';
import type { SloCalibration } from '../rules/slo-calibration.ts';
import type { SloContext } from '../rules/slo-context.ts';
import { formatDuration, formatPercent } from '../words/format.ts';

/** A judge SLO with more than this share of its work unjudgeable or shed is held: what is missing is not missing at random. */
export const mostUnjudgeable = 0.02;

/** A page on the judge alone waits this long for the anchor set's result. */
export const anchorTimeout = 30 * minute;

/** What keeps a severity from changing although its rule may say so. */
export interface Hold {
  /** `hold`: neither fires nor clears. `wait`: does not fire; a standing alarm clears as ever. */
  readonly kind: 'hold' | 'wait';
  readonly reason: string;
}

export type Holds = Partial<Record<Severity, Hold>>;

export interface HoldInput {
  readonly slo: Slo;
  readonly calibration: SloCalibration | undefined;
  readonly context: SloContext;
  /** Since when a warning stands; the anchor set is asked then. */
  readonly warnedAt: number | undefined;
  readonly now: number;
}

const none: Holds = {};

/**
 * Holds of the severities that act on the judge's word. Only a valid calibration may start a page or a rollback, and
 * losing it clears neither; too many unjudgeable responses hold them alike; a rollback besides trusts no judge that is
 * unhealthy or whose rubric changed within the row's window; and both wait for the anchor set, for a time.
 */
export function findHolds({ slo, calibration, context, warnedAt, now }: HoldInput): Holds {
  if (slo.calibration !== 'required') return none;
  const general = holdOnJudge(calibration, context) ?? waitForAnchors(context, warnedAt, now);
  const rollback = holdRollback(slo, context, now) ?? general;
  if (general === undefined && rollback === undefined) return none;
  return {
    ...(general === undefined ? {} : { page: general }),
    ...(rollback === undefined ? {} : { rollback }),
  };
}

function holdOnJudge(calibration: SloCalibration | undefined, context: SloContext): Hold | undefined {
  if (calibration?.state !== 'valid') {
    const state = calibration?.state ?? 'missing';
    const reason = calibration?.reason ?? 'no ratings yet';
    return { kind: 'hold', reason: `the calibration is ${state} (${reason})` };
  }
  if (calibration.borrowed === true) {
    return { kind: 'hold', reason: "the calibration is the whole surface's; only one of its own may page" };
  }
  const unjudgeable = context.unjudgeableShare ?? 0;
  if (unjudgeable > mostUnjudgeable) {
    return {
      kind: 'hold',
      reason: `${formatPercent(unjudgeable)} of the sampled responses have no verdict; at most ${formatPercent(mostUnjudgeable)} may`,
    };
  }
  return undefined;
}

function waitForAnchors(context: SloContext, warnedAt: number | undefined, now: number): Hold | undefined {
  const { anchors } = context;
  if (anchors === undefined) return undefined;
  const since = warnedAt ?? now;
  if (anchors.state !== 'pending' && anchors.at >= since) {
    if (anchors.state !== 'moved') return undefined;
    return {
      kind: 'wait',
      reason: 'the judge scores its anchor set differently than before: it moved, the product perhaps not',
    };
  }
  const left = since + anchorTimeout - now;
  if (left <= 0) return undefined;
  return {
    kind: 'wait',
    reason: `the anchor set is being scored; the page waits for it ${formatDuration(left)} more at most`,
  };
}

function holdRollback(slo: Slo, context: SloContext, now: number): Hold | undefined {
  if (context.judgeUnhealthy !== undefined) {
    return { kind: 'hold', reason: `the judge is unhealthy (${context.judgeUnhealthy})` };
  }
  const window = slo.rows.rollback?.long ?? 0;
  const changed = context.rubricChangedAt;
  if (changed !== undefined && changed <= now && now - changed < window) {
    return {
      kind: 'hold',
      reason: `the rubric changed ${formatDuration(now - changed)} ago, within this row's window`,
    };
  }
  return undefined;
}
