import * as z from 'zod';
import type { categories, severities } from '../../names.ts';
import { day, hour, minute, second } from '../../time.ts';
import type { Sli } from './sli.ts';

const units: Record<string, number> = { s: second, m: minute, h: hour, d: day };

/** A duration in words, such as `5m`, `24h` or `30d`, read as milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/, 'wanted a duration such as 5m, 24h or 30d')
  .transform((text) => Number(text.slice(0, -1)) * (units[text.at(-1) ?? ''] ?? 0));

/** One alert row: both windows must burn at least this fast. */
export interface AlertRow {
  /** Milliseconds. */
  readonly long: number;
  /** Milliseconds; absent where the row has only its long window. */
  readonly short?: number | undefined;
  /** Burn rate: bad share over error budget. */
  readonly burn: number;
  readonly detector?: 'page' | 'warn' | undefined;
  /** Milliseconds: it fires as well once the error budget of so long a time is spent, however slowly. */
  readonly spent?: number | undefined;
}

/** The look at a longer budget as a row of its own: all of it is gone, and the last seventh of the time spends on. */
export function spentRow({ spent }: AlertRow): AlertRow | undefined {
  return spent === undefined ? undefined : { long: spent, short: spent / 7, burn: 1 };
}

export type AlertRows = Partial<Record<(typeof severities)[number], AlertRow>>;

/** One SLO of one surface, as the catalogue holds it: everything resolved, nothing left to look up. */
export interface Slo {
  readonly id: string;
  readonly surface: string;
  readonly title: string;
  readonly category: (typeof categories)[number];
  /** The one number that stands for its category on the first screen. */
  readonly headline: boolean;
  readonly sli: Sli;
  /** Target share of good events, 0 to 1. Kinds of change have none: their bound is in the SLI. */
  readonly objective: number | null;
  /** Milliseconds. */
  readonly window: number;
  readonly tier: 1 | 2 | 3;
  readonly owner: string;
  /** Severities that raise an alarm; an informational SLO has none. */
  readonly severities: readonly (typeof severities)[number][];
  readonly rows: AlertRows;
  /** `required`: only a valid calibration may start a page or a rollback. */
  readonly calibration: 'required' | 'none';
  readonly runbook: string;
}

/** The longest window that is looked at, milliseconds: what must be held of a series. */
export function longestWindow({ window, rows }: Pick<Slo, 'window' | 'rows'>): number {
  return Math.max(window, ...Object.values(rows).map((row) => Math.max(row?.long ?? 0, row?.spent ?? 0)));
}

/** How far back of a day's start dispersion is looked for, milliseconds. */
export const dispersionLooksBack = 22 * day;

/** So long before an alarm's window tells what is normal, milliseconds. */
export const normalLooksBack = 14 * day;

/**
 * How far back anything looks at an SLO's series, milliseconds: no further, or an evaluator that has just begun, which reads so much
 * and no more, would come to other numbers than one that has not.
 */
export function looksBack(slo: Pick<Slo, 'window' | 'rows'>): number {
  return Math.max(longestWindow(slo) + normalLooksBack, dispersionLooksBack + day);
}

/** `chat/judge-pass`: how an SLO is named on the command line and in alarms. */
export function sloName(slo: { readonly surface: string; readonly id: string }): string {
  return `${slo.surface}/${slo.id}`;
}
