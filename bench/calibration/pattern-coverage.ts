import { assumedJudge, drawCalibrations } from '#core/slo/replay/assumed-calibration.ts';
import { reportRate } from '#core/slo/rules/reported-rate.ts';
import { measureDispersion } from '#core/statistics/dispersion.ts';
import { bucketsPerDay, bucketsPerHour, day } from '#core/time.ts';
import { historyDays, makePatternWorld, type PatternWorld, patterns } from '../detection/patterns.ts';
import { healthyRate } from '../detection/series.ts';
import { seeByJudge } from '../detection/watch-world.ts';
import { type PartResult, shareError, tell } from './bench-part.ts';

/**
 * Coverage of the interval that is reported of a day of some 10,000 judged, where events are not as alike as coins: with the
 * dispersion of the week before, as deployed, and without. Two hundred ratings of a time at .945.
 */

/** The day of each pattern that is reported, after its history. */
const days: Readonly<Record<string, number>> = { weekends: 6, 'bad-hour': 3, drift: 28 };
const shown = patterns.filter(({ id, late }) => late === undefined && id !== 'drop');
const perDay = 10_000;

interface PatternCoverage {
  readonly pattern: string;
  readonly label: string;
  readonly covered: number;
  readonly coveredWithout: number;
  /** Median, points. */
  readonly width: number;
  readonly factor: number;
}

export function tablePatterns(repetitions: number): PartResult {
  const calibrations = drawCalibrations(
    { judge: assumedJudge, ratings: 200, passShare: healthyRate, judged: perDay },
    Math.min(repetitions, 256),
    0,
  );
  const found = shown.map(({ id, label }): PatternCoverage => {
    tell(`coverage: ${label}`);
    const pattern = shown.find((each) => each.id === id);
    if (pattern === undefined) throw new Error(id);
    const at = days[id] ?? 1;
    const widths: number[] = [];
    const hits = { with: 0, without: 0 };
    let factors = 0;
    for (let index = 0; index < repetitions; index += 1) {
      const seed = `coverage/${index}`;
      const world = makePatternWorld({ ...pattern, days: at + 1 }, perDay, seed);
      const seen = seeByJudge(world, seed);
      const factor = dispersionBefore(seen, at);
      const calibration = calibrations[index % calibrations.length];
      const counts = countDay(seen, at);
      const truth = countDay({ ...world, good: world.expected }, at);
      const rate = truth.good / truth.total;
      const report = (designEffect: number) =>
        reportRate(calibration, { from: 0, to: day, ...counts, designEffect });
      const [deployed, plain] = [report(factor), report(1)];
      if (deployed === null || plain === null) throw new Error('a rate of 200 ratings could not be computed');
      if (deployed.lower <= rate && rate <= deployed.upper) hits.with += 1;
      if (plain.lower <= rate && rate <= plain.upper) hits.without += 1;
      widths.push(deployed.upper - deployed.lower);
      factors += factor;
    }
    return {
      pattern: id,
      label,
      covered: hits.with / repetitions,
      coveredWithout: hits.without / repetitions,
      width: 100 * (widths.toSorted((a, b) => a - b)[Math.floor(repetitions / 2)] ?? Number.NaN),
      factor: factors / repetitions,
    };
  });
  const kept = found.every(({ covered }) => covered >= 0.94 - 2 * shareError(0.94, repetitions));
  return {
    lines: [
      `The interval that is reported of a day of 10,000 judged, by 200 ratings of a time at .945, ${repetitions} repetitions (error ${shareError(0.95, repetitions).toFixed(3)}):`,
      '| world | coverage | without dispersion | median width, points | dispersion |',
      '|---|---|---|---|---|',
      ...found.map(
        (row) =>
          `| ${row.label} | ${row.covered.toFixed(3)} | ${row.coveredWithout.toFixed(3)} | ${row.width.toFixed(1)} | ${row.factor.toFixed(2)} |`,
      ),
      `At least .94, within the error: ${kept ? 'yes' : 'NO'}.`,
    ],
    found,
    kept,
  };
}

/** Good and all events of buckets from one on. */
function count({ good, total }: PatternWorld, from: number, buckets: number) {
  const sum = (values: Float64Array) =>
    values.subarray(from, from + buckets).reduce((whole, value) => whole + value, 0);
  return { good: sum(good), total: sum(total) };
}

function countDay(world: PatternWorld, at: number) {
  return count(world, (historyDays + at) * bucketsPerDay, bucketsPerDay);
}

/** Of the seven days before. */
function dispersionBefore(world: PatternWorld, at: number): number {
  const hours = [];
  const end = (historyDays + at) * bucketsPerDay;
  for (let from = at * bucketsPerDay; from < end; from += bucketsPerHour) {
    const { good, total } = count(world, from, bucketsPerHour);
    hours.push({ passes: good, events: total });
  }
  const found = measureDispersion(hours);
  return found.ok ? found.upper : 1;
}
