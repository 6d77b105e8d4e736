import { asksForWork, type Severity, severities } from '../names.ts';
import { describeHealth, healthOf, isChecked } from '../slo/alarms/health.ts';
import { type Slo, sloName } from '../slo/definition/slo.ts';
import { formatNumber, formatPercent } from '../slo/words/format.ts';
import { classifyBudget } from './classify-budget.ts';
import { firingOf, type SloReading, type SloStanding } from './slo-reading.ts';

/** Severities that stop a deployment; a digest is reading matter. */
const stopping: readonly Severity[] = severities.filter(asksForWork);

export interface GateReason {
  readonly slo: string;
  readonly kind: 'alarm' | 'budget';
  /** Of an alarm. */
  readonly severity: Severity | null;
  readonly message: string;
}

export type GateVerdict =
  | {
      readonly verdict: 'open' | 'shut';
      /** SLOs that were looked at. */
      readonly checked: number;
      /** Of those, the ones whose budget is not overspent, not even by what chance may have done. */
      readonly withinBudget: number;
      readonly reasons: readonly GateReason[];
      /** What does not shut it and should be known. */
      readonly notes: readonly string[];
    }
  /** Nothing says how the tier is. */
  | { readonly verdict: 'unknown'; readonly message: string; readonly notes: readonly string[] };

/**
 * Whether a deployment may go on: shut where an SLO of the tier is in alarm (rollback, page or ticket) or has really
 * spent its budget. SLOs without data are noted and do not shut it; a tier of nothing else cannot be told.
 */
export function decideGate(standings: readonly SloStanding[], tier: 1 | 2 | 3): GateVerdict {
  const all = standings.filter(({ slo }) => slo.tier === tier);
  if (all.length === 0) {
    const tiers = [...new Set(standings.map(({ slo }) => slo.tier))].sort();
    return {
      verdict: 'unknown',
      message: `There is no SLO of tier ${tier} here; ${tiers.length === 0 ? 'there is none at all' : `those there are belong to tier ${tiers.join(' and ')}`}. Name one of these with --tier, or raise a surface's tier in slos/.`,
      notes: [],
    };
  }
  const reasons: GateReason[] = [];
  const notes: string[] = [];
  let known = 0;
  let withinBudget = 0;
  for (const standing of all) {
    const found = checkStanding(standing);
    if (found.isKnown) known += 1;
    if (found.isKnown && found.isWithin) withinBudget += 1;
    reasons.push(...found.reasons);
    notes.push(...found.notes);
  }
  if (reasons.length === 0 && known === 0) {
    return {
      verdict: 'unknown',
      message:
        'No SLO of the tier has recent data and, where a judge counts, one whom people have checked. Send records, have people rate, then ask again.',
      notes,
    };
  }
  return { verdict: reasons.length > 0 ? 'shut' : 'open', checked: known, withinBudget, reasons, notes };
}

interface Found {
  readonly isKnown: boolean;
  readonly isWithin: boolean;
  readonly reasons: GateReason[];
  readonly notes: string[];
}

function checkStanding(standing: SloStanding): Found {
  const { slo, reading } = standing;
  const name = sloName(slo);
  const firing = firingOf(reading);
  if (reading === undefined)
    return { isKnown: false, isWithin: false, reasons: [], notes: [`${name} was never evaluated.`] };
  const reasons: GateReason[] = [];
  const notes: string[] = [];
  if (firing !== undefined && stopping.includes(firing))
    reasons.push({ slo: name, kind: 'alarm', severity: firing, message: reading.reason });
  else if (firing !== undefined) notes.push(`${name} has a ${firing} alarm: ${reading.reason}`);
  const budget = classifyBudget(reading, slo.objective);
  const isWithin = budget === 'kept' || budget === 'untold';
  if (!isWithin && !isChecked(reading.calibration.state) && reading.raw.total > 0)
    notes.push(
      `Nobody has checked the judge of ${name}. By it alone ${describeOverspent(reading, slo.objective)}`,
    );
  else if (budget === 'spent')
    reasons.push({
      slo: name,
      kind: 'budget',
      severity: null,
      message: describeOverspent(reading, slo.objective),
    });
  // Of an SLO whose alarm stands, it is no chance any more.
  else if (budget === 'perhaps' && reading.raw.total > 0 && reasons.length === 0)
    notes.push(
      `${name} is under its objective on ${formatNumber(reading.raw.total)} events, which may be chance: ${describeOverspent(reading, slo.objective)}`,
    );
  if (!reading.measured && slo.severities.length > 0)
    notes.push(`${name} cannot be measured: ${describeUnmeasured(slo, reading)}.`);
  return {
    isKnown: healthOf(reading) !== 'unmeasured' || reasons.length > 0,
    isWithin,
    reasons,
    notes,
  };
}

/** In the word that status and page have for it. */
function describeUnmeasured({ objective }: Slo, { raw, measured }: SloReading): string {
  return describeHealth({ health: 'unmeasured', measured, objective, events: raw.total }).toLowerCase();
}

function describeOverspent({ raw, calibrated, budgetLeft }: SloReading, objective: number | null): string {
  const value = calibrated?.value ?? raw.value ?? 0;
  const left = budgetLeft ?? 0;
  const people = calibrated === null ? '' : ' as people would count them';
  return `${formatPercent(value)} good${people} of ${formatNumber(raw.total)}, wanted ${formatPercent(objective ?? 0)}: the budget is overspent by ${formatPercent(-left)}.`;
}
