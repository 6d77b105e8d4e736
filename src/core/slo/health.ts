import type { Severity } from '../names.ts';

/** How an SLO, a category or the platform is, from the worst to the best. */
export const healths = ['breaking', 'watch', 'healthy', 'unmeasured'] as const;
export type Health = (typeof healths)[number];

/** A budget that is spent on fewer events than this may be spent by chance: alert rows ask for as many. */
export const leastEventsOfSpentBudget = 50;

/** The words, the colour and the rule of each health, as every screen says them. */
export const healthRules: Readonly<
  Record<Health, { readonly word: string; readonly colour: string; readonly rule: string }>
> = {
  breaking: { word: 'Breaking', colour: 'red', rule: 'a page or rollback alarm is firing' },
  watch: {
    word: 'Watch',
    colour: 'yellow',
    rule: `a ticket or digest alarm is firing, or the error budget is spent on ${leastEventsOfSpentBudget} events or more`,
  },
  healthy: { word: 'Healthy', colour: 'green', rule: 'none of these' },
  unmeasured: {
    word: 'No data',
    colour: 'grey',
    rule: 'too little recent data to tell; never counted as healthy',
  },
};

export interface HealthSigns {
  /** Severities whose alarms are in ALARM. */
  readonly firing: readonly Severity[];
  readonly measured: boolean;
  /** Share of the error budget that is left; null for a kind of change. */
  readonly budgetLeft: number | null;
  /** Events in the SLO's window. */
  readonly events: number;
}

/** Health of one SLO. An alarm that stands counts although its SLO cannot be measured now. */
export function sloHealth({ firing, measured, budgetLeft, events }: HealthSigns): Health {
  if (firing.includes('rollback') || firing.includes('page')) return 'breaking';
  if (firing.length > 0) return 'watch';
  if (!measured) return 'unmeasured';
  return budgetLeft !== null && budgetLeft <= 0 && events >= leastEventsOfSpentBudget ? 'watch' : 'healthy';
}

/** Health of several together: the worst of those that are measured. */
export function worstHealth(all: readonly Health[]): Health {
  return healths.find((health) => all.includes(health)) ?? 'unmeasured';
}
