import type { Severity } from '#core/names.ts';
import type { Transition } from '#core/slo/alarms/evaluation.ts';
import type { AlertRows, Slo } from '#core/slo/definition/slo.ts';
import { backtestSlo } from '#core/slo/replay/backtest.ts';
import { leastEvents, singleLookAlpha, testObjective } from '#core/statistics/single-look.ts';
import { day, hour, minute } from '#core/time.ts';
import { objective, type World } from './series.ts';

/** The rules that the detection bench compares: Assay's own, through `assay backtest`'s function, and what is common. */

/** When an alarm was on, epoch milliseconds; the last may go on to the end of the series. */
export interface AlarmSpan {
  readonly from: number;
  readonly to: number;
}

export interface Rule {
  readonly id: string;
  readonly label: string;
  /** Whether it watches a judge's verdicts rather than known rates. */
  readonly judged: boolean;
  /** Spans of alarm of a world, up to the change of which `isEnough` holds. */
  readonly watch: (world: World, isEnough: IsEnough) => AlarmSpan[];
}

/** Told of each change of the alarm: when, and whether it is on. */
export type IsEnough = (at: number, on: boolean) => boolean;

const tick = 5 * minute;

/** The rows that Assay ships for objectives of 95% and under. */
const shippedRows: AlertRows = {
  rollback: { long: hour, short: 5 * minute, burn: 3 },
  page: { long: 6 * hour, short: 30 * minute, burn: 2, detector: 'page' },
  ticket: { long: day, short: 2 * hour, burn: 1.5, detector: 'warn' },
  digest: { long: 7 * day, burn: 1 },
};

export function makeSlo(judged: boolean, watched: readonly Severity[]): Slo {
  return {
    id: judged ? 'judge-pass' : 'accepted',
    surface: 'bench',
    title: 'simulated',
    category: 'quality',
    headline: true,
    sli: { kind: judged ? 'judge-pass' : 'accepted' },
    objective,
    window: day,
    tier: 1,
    owner: 'bench',
    severities: watched,
    rows: Object.fromEntries(watched.map((severity) => [severity, shippedRows[severity]])),
    calibration: judged ? 'required' : 'none',
    runbook: '',
  };
}

function assayRule(id: string, label: string, judged: boolean, watched: readonly Severity[]): Rule {
  const slo = makeSlo(judged, watched);
  return {
    id,
    label,
    judged,
    watch: ({ series, calibration, from, to }, isEnough) => {
      const on = new Set<Severity>();
      const changes: Change[] = [];
      const stopAfter = ({ at, severity, to: state }: Transition) => {
        if (state === 'ALARM') on.add(severity);
        else on.delete(severity);
        changes.push({ at, on: on.size > 0 });
        // A page that masks its ticket rises before the ticket goes, so that the two are one alarm and no gap.
        return isEnough(at, on.size > 0);
      };
      backtestSlo({ slo, series, calibration, from, to, tick, stopAfter });
      return spansOf(changes, to);
    },
  };
}

interface Change {
  readonly at: number;
  readonly on: boolean;
}

/** Spans of a list of states; gaps of no length are none. */
function spansOf(changes: readonly Change[], end: number): AlarmSpan[] {
  const spans: AlarmSpan[] = [];
  let since: number | undefined;
  changes.forEach(({ at, on }, index) => {
    if (on) since ??= at;
    else if (since !== undefined && changes[index + 1]?.at !== at) {
      spans.push({ from: since, to: at });
      since = undefined;
    }
  });
  if (since !== undefined) spans.push({ from: since, to: end });
  return spans;
}

/** A rule without memory, looked at every 5 minutes. */
function plainRule(
  id: string,
  label: string,
  judged: boolean,
  isBad: (world: World, now: number) => boolean,
): Rule {
  return {
    id,
    label,
    judged,
    watch: (world, isEnough) => {
      const changes: Change[] = [];
      let on = false;
      for (let now = world.from + tick; now <= world.to; now += tick) {
        if (isBad(world, now) === on) continue;
        on = !on;
        changes.push({ at: now, on });
        if (isEnough(now, on)) break;
      }
      return spansOf(changes, world.to);
    },
  };
}

/** The exact binomial test of the objective over 24 h, at the significance of a single look. */
function isSignificant({ series }: World, now: number): boolean {
  const counts = series.window(now, day);
  // At the objective or over it no test is needed to say no.
  if (counts.total < leastEvents || counts.good >= objective * counts.total) return false;
  return testObjective(counts, objective).p < singleLookAlpha;
}

/** Multiwindow, multi-burn-rate alerts as the SRE workbook has them, for 99.9%. */
const classicRows = [
  { long: hour, short: 5 * minute, burn: 14.4 },
  { long: 6 * hour, short: 30 * minute, burn: 6 },
  { long: day, short: 2 * hour, burn: 3 },
  { long: 3 * day, short: 6 * hour, burn: 1 },
];

function isClassic({ series }: World, now: number): boolean {
  const burns = (width: number, bound: number) => {
    const { good, total } = series.window(now, width);
    return total > 0 && 1 - good / total > bound * (1 - objective);
  };
  return classicRows.some(({ long, short, burn }) => burns(long, burn) && burns(short, burn));
}

export const rules: readonly Rule[] = [
  assayRule('assay', 'Assay: page or ticket', false, ['page', 'ticket']),
  plainRule('binomial', 'binomial test every 5 min (24 h, .01)', false, isSignificant),
  plainRule('classic', 'classic rows 14.4 / 6 / 3 / 1', false, isClassic),
  assayRule('judge-ticket', 'Assay on a judge: ticket (warn)', true, ['ticket']),
  assayRule('judge-page', 'Assay on a judge: page', true, ['page']),
  plainRule('judge-binomial', "binomial test on the judge's raw rate", true, isSignificant),
];
