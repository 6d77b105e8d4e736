import { isUrgent, type Severity, severities } from '../../names.ts';
import type { CalibrationState } from '../rules/slo-calibration.ts';
import type { SloEvaluation } from './evaluation.ts';

/** How an SLO, a category or the platform is, from the worst to the best. */
export const healths = ['breaking', 'watch', 'healthy', 'unmeasured'] as const;
export type Health = (typeof healths)[number];

/** A budget that fewer bad events than this have spent may be spent by chance, as one error spends that of 99.95%. */
export const leastBadOfSpentBudget = 10;

/** The words, the colour and the rule of each health, as every screen says them. */
export const healthRules: Readonly<
  Record<Health, { readonly word: string; readonly colour: string; readonly rule: string }>
> = {
  breaking: { word: 'Breaking', colour: 'red', rule: 'a page or rollback alarm is firing' },
  watch: {
    word: 'Watch',
    colour: 'yellow',
    rule: `a ticket or digest alarm is firing, or ${leastBadOfSpentBudget} bad events or more have spent the error budget`,
  },
  healthy: { word: 'Healthy', colour: 'green', rule: 'none of these' },
  unmeasured: {
    word: 'No data',
    colour: 'grey',
    rule: 'too little recent data to tell ("No baseline yet" where a past is missing), or a budget that only a judge whom nobody has checked calls spent ("Judge not checked"); never counted as healthy',
  },
};

/** A health as the value of a gauge: of several, the greatest is the worst of those that are measured. */
export const healthLevels: Readonly<Record<Health, number>> = {
  breaking: 3,
  watch: 2,
  healthy: 1,
  unmeasured: 0,
};

export interface HealthSigns {
  /** Severities whose alarms are in ALARM. */
  readonly firing: readonly Severity[];
  readonly measured: boolean;
  /** Share of the error budget that is left; null for a kind of change. */
  readonly budgetLeft: number | null;
  /** Bad events in the SLO's window. */
  readonly bad: number;
  /** What people's ratings make of its judge; `none` where no judge is involved. */
  readonly calibration: CalibrationState | 'none';
}

/** Health of one SLO. An alarm that stands counts although its SLO cannot be measured now. */
export function sloHealth({ firing, measured, budgetLeft, bad, calibration }: HealthSigns): Health {
  if (firing.some(isUrgent)) return 'breaking';
  if (firing.length > 0) return 'watch';
  if (!measured) return 'unmeasured';
  if (budgetLeft === null || budgetLeft > 0) return 'healthy';
  if (!isChecked(calibration)) return 'unmeasured';
  return bad >= leastBadOfSpentBudget ? 'watch' : 'healthy';
}

/** Health of one SLO as its evaluation left it; unmeasured where there was none. */
export function healthOf(
  reading: Pick<SloEvaluation, 'firing' | 'measured' | 'budgetLeft' | 'raw' | 'calibration'> | undefined,
): Health {
  if (reading === undefined) return 'unmeasured';
  const { firing, measured, budgetLeft, raw, calibration } = reading;
  return sloHealth({
    firing: severities.filter((severity) => firing[severity]),
    measured,
    budgetLeft,
    bad: raw.total - raw.good,
    calibration: calibration.state,
  });
}

/** Whether people have checked the judge that a number rests on; true where no judge is involved. */
export function isChecked(calibration: CalibrationState | 'none'): boolean {
  return calibration === 'none' || calibration === 'valid';
}

/** Health of several together: the worst of those that are measured. */
export function worstHealth(all: readonly Health[]): Health {
  return healths.find((health) => all.includes(health)) ?? 'unmeasured';
}

/** What decides the word of a health that is not measured. */
export interface HealthWords {
  readonly health: Health;
  readonly measured: boolean;
  /** Null of a kind of change, which is held against its own past. */
  readonly objective: number | null;
  /** Events of the SLO's window. */
  readonly events: number;
}

/** A health in a word: where it is not measured, why. Events without a past to hold them against are no lack of data. */
export function describeHealth({ health, measured, objective, events }: HealthWords): string {
  if (health !== 'unmeasured' || events === 0) return healthRules[health].word;
  if (measured) return 'Judge not checked';
  return objective === null ? 'No baseline yet' : 'No recent data';
}
