import type { SloReading, SloStanding } from '#core/report/slo-reading.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { makeSlo } from './make-slo.ts';

/** A healthy reading of 950 good of 1,000, at an objective of 92%, unless told otherwise. */
export function makeReading(different: Partial<SloReading> = {}): SloReading {
  return {
    measured: true,
    raw: { value: 0.95, good: 950, total: 1_000 },
    calibrated: null,
    calibration: { state: 'none', reason: 'this SLI needs none', ratings: 0 },
    burn: 0.625,
    budgetLeft: 0.375,
    budgetSpentAt: null,
    firing: { rollback: false, page: false, ticket: false, digest: false },
    reason: 'All is well.',
    weekBefore: null,
    ...different,
  };
}

export function makeStanding(
  different: Partial<SloReading> | undefined = {},
  slo: Partial<Slo> = {},
): SloStanding {
  return { slo: makeSlo(slo), reading: makeReading(different) };
}

export const firing = (severity: 'rollback' | 'page' | 'ticket' | 'digest') => ({
  rollback: false,
  page: false,
  ticket: false,
  digest: false,
  [severity]: true,
});
