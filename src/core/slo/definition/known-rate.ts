import { type Severity, severities } from '../../names.ts';
import { day, hour, minute } from '../../time.ts';
import { checkRows } from './check-rows.ts';
import type { AlertRow, AlertRows, Slo } from './slo.ts';

/** Alert rows as a policy writes them: one burn for objectives over 95%, one for those of 95% and under. */
export type RowSettings = Partial<
  Record<
    Severity,
    Omit<AlertRow, 'burn'> & { readonly burn: { readonly strict: number; readonly lenient: number } }
  >
>;

/** The rows that ship, for where no policy file says otherwise. */
export const shippedRows: RowSettings = {
  rollback: { long: hour, short: 5 * minute, burn: { strict: 14.4, lenient: 3 } },
  page: {
    long: 6 * hour,
    short: 30 * minute,
    burn: { strict: 6, lenient: 2 },
    detector: 'page',
    spent: 7 * day,
  },
  ticket: { long: day, short: 2 * hour, burn: { strict: 3, lenient: 1.5 }, detector: 'warn' },
  digest: { long: 7 * day, burn: { strict: 1, lenient: 1 } },
};

export interface KnownRate {
  readonly slo: Slo;
  /** Rows that could never fire at this objective and were left out, in words. */
  readonly leftOut: readonly string[];
}

/**
 * The SLO of a series whose good events are known rather than judged: every severity of the rows, no calibration, a
 * window of a day.
 *
 * @param objective share of good events wanted, over 0 and under 1
 */
export function knownRateSlo(
  name: { readonly id: string; readonly surface: string },
  objective: number,
  settings: RowSettings = shippedRows,
): KnownRate {
  const rows: AlertRows = {};
  for (const severity of severities) {
    const row = settings[severity];
    if (row !== undefined)
      rows[severity] = { ...row, burn: objective > 0.95 ? row.burn.strict : row.burn.lenient };
  }
  const slo: Slo = {
    ...name,
    title: name.id,
    category: 'quality',
    headline: false,
    // Any ratio that needs no calibration would do: the kind only chooses words.
    sli: { kind: 'success' },
    objective,
    window: day,
    tier: 1,
    owner: '',
    severities: severities.filter((severity) => rows[severity] !== undefined),
    rows,
    calibration: 'none',
    runbook: '',
  };
  const refused = checkRows(slo, { expectedPerDay: Number.POSITIVE_INFINITY, sampleRate: 1 }).filter(
    ({ verdict }) => verdict === 'refused',
  );
  const kept = slo.severities.filter((severity) => refused.every((finding) => finding.severity !== severity));
  return {
    slo: {
      ...slo,
      severities: kept,
      rows: Object.fromEntries(kept.map((severity) => [severity, rows[severity]])),
    },
    leftOut: refused.map(({ message }) => message),
  };
}
