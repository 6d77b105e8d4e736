import type { Severity } from '../../names.ts';
import type { Slo } from './slo.ts';

/** An SLO alarm's name: it sorts in the console by stage, surface, category and SLO. */
export function sloAlarmName(
  stage: string,
  slo: Pick<Slo, 'surface' | 'category' | 'id'>,
  severity: Severity,
): string {
  return `assay-${stage}-${slo.surface}-${slo.category}-${slo.id}-${severity}`;
}
