import type { Severity } from '#core/names.ts';
import type { ShownRate } from '#core/report/slo-reading.ts';
import { describeHealth, type Health } from '#core/slo/alarms/health.ts';
import { formatDuration, formatNumber } from '#core/slo/words/format.ts';
import { splitReason } from '#core/slo/words/reason.ts';
import { formatObjective, formatShare } from '../terminal/percent.ts';
import { formatTable } from '../terminal/table.ts';
import { oneLine, wrapLines } from '../terminal/text.ts';

/** An objective as every table of the terminal shows it. */
export interface ObjectiveRow {
  /** `chat/judge-pass` */
  readonly slo: string;
  readonly shown: Pick<ShownRate, 'value' | 'window'>;
  /** Null of a change, which is held against its own past. */
  readonly objective: number | null;
  readonly budgetLeft: number | null;
  readonly health: Health;
  readonly measured: boolean;
  /** The most severe alarm that is on; null where none is. */
  readonly severity: Severity | null;
  /** Events of its own window. */
  readonly events: number;
}

/** `run` and `status` show the same: the number that stands for each objective, and the window that it is of. */
export function formatObjectives(rows: readonly ObjectiveRow[]): string {
  return formatTable([['SLO', 'now', 'objective', 'budget left', 'health', 'events'], ...rows.map(cellsOf)]);
}

/** Why nothing fires of objectives that are missed: each its plain sentence. */
export function describeMissed(
  rows: readonly (Pick<ObjectiveRow, 'slo' | 'shown' | 'objective' | 'severity'> & {
    readonly reason: string;
  })[],
): string[] {
  return rows
    .filter(
      ({ shown, objective, severity }) =>
        severity === null && objective !== null && shown.value !== null && shown.value < objective,
    )
    .flatMap(({ slo, reason }) => wrapLines(`${slo}: ${splitReason(reason).plain}`, ''));
}

function cellsOf({
  slo,
  shown,
  objective,
  budgetLeft,
  health,
  measured,
  severity,
  events,
}: ObjectiveRow): string[] {
  const { value, window } = shown;
  const now = value === null ? '-' : objective !== null || value <= 1 ? formatShare(value) : value.toFixed(0);
  return [
    oneLine(slo, 44),
    `${now} ${formatDuration(window)}`,
    objective === null ? '-' : `>= ${formatObjective(objective)}`,
    budgetLeft === null ? '-' : `${(100 * budgetLeft).toFixed(0)}%`,
    severity === null
      ? describeHealth({ health, measured, objective, events }).toLowerCase()
      : `${health}: ${severity}`,
    formatNumber(events),
  ];
}
