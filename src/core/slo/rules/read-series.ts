import { isUrgent, type Severity, severities } from '../../names.ts';
import type { Slo } from '../definition/slo.ts';
import { joinReason } from '../words/reason.ts';
import { readAlarmWindow } from './alarm-window.ts';
import type { Candidate } from './candidate.ts';
import type { CountSeries } from './count-series.ts';
import { describeDetector, describeRow } from './describe-rules.ts';
import type { DesignEffect } from './design-effect.ts';
import { describeForecast, forecastBudget } from './forecast-budget.ts';
import { type JudgeScale, judgeScale } from './judge-scale.ts';
import type { SeriesMemory } from './memory.ts';
import {
  type DetectorName,
  effectOnNews,
  planDetector,
  readNewEvents,
  stepDetector,
} from './read-detectors.ts';
import { readRow } from './read-row.ts';
import type { DetectorReport, RowReading } from './readings.ts';
import { describeUnchecked, readNormal, sayAlarm } from './say-alarm.ts';
import type { SloCalibration } from './slo-calibration.ts';

export interface SeriesInput {
  readonly slo: Slo;
  readonly objective: number;
  readonly series: CountSeries;
  readonly calibration: SloCalibration | undefined;
  readonly memory: SeriesMemory;
  readonly now: number;
  /** Events that the rollback row may count start here. */
  readonly rollbackFrom: number | undefined;
  /** Events that any row may count start here, after a recovery. */
  readonly recoveredFrom: number | undefined;
  readonly designEffect: DesignEffect;
  readonly watchedTogether: number;
  /** As they were before this tick. */
  readonly alarms: Partial<Record<Severity, PreviousAlarm>> | undefined;
  /** False on a replayed tick: nothing is taken in. */
  readonly isNewTick: boolean;
  readonly cohort?: string | undefined;
}

/** An alarm as the tick before left it. */
export interface PreviousAlarm {
  /** When its rule fired, epoch milliseconds; absent while it does not stand. */
  readonly raisedAt?: number | undefined;
  /** The cohort that raised it, where cohorts are watched as one. */
  readonly cohort?: string | undefined;
}

/** What the rules make of a series at a tick. */
export interface SeriesReading {
  readonly rows: Partial<Record<Severity, RowReading>>;
  readonly detectors: Partial<Record<DetectorName, DetectorReport>>;
  readonly candidates: Partial<Record<Severity, Candidate>>;
  readonly memory: SeriesMemory;
  /** There were new events since the last tick. */
  readonly hasNewEvents: boolean;
}

/**
 * Reads a series at a tick: every row, both detectors, and what they say together of each severity. A judge's series
 * without a usable calibration is read on its raw rates by the rows of ticket and digest only; detectors wait, their
 * evidence as it was. A borrowed calibration corrects those two and leaves the urgent ones silent.
 */
export function readSeries(input: SeriesInput): SeriesReading {
  const { slo, memory, now } = input;
  const needsScale = slo.calibration === 'required';
  const scale = needsScale ? judgeScale(input.calibration, input.objective) : null;
  const uncalibrated = needsScale && scale === null;
  const taken = readNewEvents(input.series, memory.cursor, now);
  const hasNewEvents = input.isNewTick && taken.passes + taken.fails > 0;
  const news = hasNewEvents ? taken : { ...taken, passes: 0, fails: 0 };
  const rows: Partial<Record<Severity, RowReading>> = {};
  const detectors: Partial<Record<DetectorName, DetectorReport>> = {};
  const candidates: Partial<Record<Severity, Candidate>> = {};
  const rowPressures: Partial<Record<Severity, number>> = {};
  const states: SeriesMemory['detectors'] = { ...memory.detectors };
  for (const severity of severities) {
    const row = slo.rows[severity];
    if (row === undefined || !slo.severities.includes(severity)) continue;
    const alarm = input.alarms?.[severity];
    if (isUrgent(severity) && (uncalibrated || (needsScale && input.calibration?.borrowed === true))) {
      rowPressures[severity] = memory.rows[severity] ?? 0;
      candidates[severity] = silent;
      continue;
    }
    const notBefore = Math.max(
      input.recoveredFrom ?? Number.NEGATIVE_INFINITY,
      severity === 'rollback' ? (input.rollbackFrom ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY,
    );
    const { objective, series, designEffect, watchedTogether } = input;
    const reading = readRow({
      severity,
      row,
      objective,
      series,
      now,
      notBefore,
      releasedFrom: severity === 'rollback' ? input.rollbackFrom : undefined,
      designEffect,
      watchedTogether,
      scale,
      uncalibrated,
      standsSince: alarm?.cohort === input.cohort ? alarm?.raisedAt : undefined,
    });
    rows[severity] = reading;
    const measured = hasNewEvents && reading.measured;
    const before = notBefore > 0 && reading.long.total === 0 ? 0 : (memory.rows[severity] ?? 0);
    const { spent } = reading;
    const rowPressure = measured ? Math.max(reading.pressure, spent?.pressure ?? 0) : before;
    rowPressures[severity] = rowPressure;
    let report: DetectorReport | undefined;
    if (row.detector !== undefined && !uncalibrated) {
      report = readDetector(row.detector, input, scale, news, states);
      if (report !== undefined) detectors[row.detector] = report;
    }
    const detectorPressure = report?.pressure ?? 0;
    // What waits for the page, told beside what does not wake anybody.
    const forecast = () => {
      const budget = isUrgent(severity) ? undefined : rows.page?.spent;
      const found = budget && forecastBudget(budget, series, now);
      return found === undefined ? '' : describeForecast(found);
    };
    candidates[severity] = {
      pressure: Math.max(rowPressure, detectorPressure),
      standing: Math.max(
        measured ? Math.max(reading.standing, spent?.standing ?? 0) : before,
        detectorPressure,
      ),
      recent: reading.recent,
      measured,
      confirmed: false,
      cohort: input.cohort,
      describe: () => {
        const window = readAlarmWindow(severity, reading, report, input);
        const isDetectors = report !== undefined && report.pressure > rowPressure;
        const isSpent =
          !isDetectors && spent !== undefined && spent.pressure >= reading.pressure && spent.pressure >= 1;
        const plain = sayAlarm({
          slo,
          window,
          width: Math.min(window.width, isDetectors ? window.width : Math.max(0, now - notBefore)),
          normal: readNormal(input, window.width, Math.min(alarm?.raisedAt ?? now, now)),
          cohort: input.cohort,
          kind: isDetectors ? 'lasting' : isSpent ? 'spent' : 'rate',
          unchecked: uncalibrated ? describeUnchecked(input.calibration?.state) : undefined,
        });
        const statistics =
          isDetectors && report !== undefined
            ? describeDetector(slo, severity, { report, window }, input)
            : describeRow(slo, severity, { row: isSpent ? spent : reading, window }, input);
        return joinReason({ plain, statistics: `${statistics}${forecast()}` });
      },
    };
  }
  return {
    rows,
    detectors,
    candidates,
    hasNewEvents,
    memory: input.isNewTick ? { cursor: taken.cursor, detectors: states, rows: rowPressures } : memory,
  };
}

const silent: Candidate = {
  pressure: 0,
  standing: 0,
  measured: false,
  confirmed: false,
  describe: () => 'Nobody has checked the judge, so its word wakes nobody.',
};

function readDetector(
  name: DetectorName,
  input: SeriesInput,
  scale: JudgeScale | null,
  news: { readonly passes: number; readonly fails: number },
  states: SeriesMemory['detectors'],
): DetectorReport | undefined {
  const plan = planDetector(name, input.objective, scale, input.watchedTogether);
  if (plan === null) return undefined;
  const { now, watchedTogether } = input;
  const designEffect = effectOnNews(input.designEffect, input.series, now);
  const step = stepDetector(plan, states[name], news, { now, designEffect, watchedTogether });
  states[name] = step.state;
  return step.report;
}
